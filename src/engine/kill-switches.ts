import type { Ledger } from '../database/schema.ts';
import { readSwitches, type Switches, type SwitchName, setSwitch } from '../database/switches.ts';
import { PeriodicTask } from './periodic-task.ts';

export interface KillSwitchesOptions {
  /** How late a switch that another process turns may be seen here. */
  readonly refreshMs: number;
  readonly onFailure: (error: unknown) => void;
}

/** What an operator has turned off for the whole shop. Kept in the ledger, answered from memory. */
export class KillSwitches {
  readonly #ledger: Ledger;
  readonly #refreshing: PeriodicTask;
  #switches: Switches = { joins: true, purchases: true, payments: true, notifications: true };

  constructor(ledger: Ledger, { refreshMs, onFailure }: KillSwitchesOptions) {
    this.#ledger = ledger;
    this.#refreshing = new PeriodicTask({ everyMs: refreshMs, run: () => this.#refresh(), onFailure });
  }

  /** Reads the switches, and goes on reading them. */
  async start(): Promise<void> {
    await this.#refresh();
    this.#refreshing.start();
  }

  async stop(): Promise<void> {
    await this.#refreshing.stop();
  }

  isOn(name: SwitchName): boolean {
    return this.#switches[name];
  }

  all(): Switches {
    return this.#switches;
  }

  async set(changes: Partial<Switches>): Promise<Switches> {
    for (const [name, enabled] of Object.entries(changes)) await setSwitch(this.#ledger, name as SwitchName, enabled);
    await this.#refresh();
    return this.#switches;
  }

  async #refresh(): Promise<void> {
    this.#switches = await readSwitches(this.#ledger);
  }
}
