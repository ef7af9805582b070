import type { Ledger } from '../database/schema.ts';
import { readSwitches, type Switches, type SwitchName, setSwitch } from '../database/switches.ts';

/** What an operator has turned off for the whole shop. Kept in the ledger, answered from memory. */
export class KillSwitches {
  readonly #ledger: Ledger;
  readonly #onFailure: (error: unknown) => void;
  #switches: Switches = { joins: true, purchases: true, payments: true, notifications: true };
  #timer: NodeJS.Timeout | null = null;

  constructor(ledger: Ledger, onFailure: (error: unknown) => void) {
    this.#ledger = ledger;
    this.#onFailure = onFailure;
  }

  /** Reads the switches now and again every `refreshMs`, for those that another process turns. */
  async start(refreshMs: number): Promise<void> {
    await this.#refresh();
    this.#timer = setInterval(() => this.#refresh().catch(this.#onFailure), refreshMs);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
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
