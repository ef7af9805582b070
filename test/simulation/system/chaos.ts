import type { FaultRates, FaultyLine } from './faults.ts';
import { NO_FAULTS } from './faults.ts';
import { SimulatedProcess } from './scheduler.ts';
import type { StoreLoss } from './simulated-store.ts';
import type { World } from './world.ts';

/** A process that can be killed and started again. */
export interface Killable {
  readonly process: SimulatedProcess;
  start(): void;
  die?(): void;
}

export interface ChaosPlan {
  /** Of every call. */
  readonly rates: FaultRates;
  /** How long between two blows, at most. */
  readonly everyMs: number;
  readonly untilMs: number;
  readonly blows: readonly Blow[];
  /** What the store may lose when it fails over. */
  readonly storeLosses: readonly StoreLoss[];
}

export type Blow = 'kill' | 'ledger_outage' | 'broker_outage' | 'provider_outage' | 'store_outage' | 'fail_over';

const LONGEST_OUTAGE_MS = 15_000;

/** Breaks one thing after the other, until it is time to heal. */
export class Chaos {
  isOver = false;
  readonly #world: World;
  readonly #victims: readonly Killable[];
  readonly #lines: readonly FaultyLine[];
  readonly #plan: ChaosPlan;
  readonly #process = new SimulatedProcess('chaos');
  readonly #dead = new Set<Killable>();

  constructor(world: World, victims: readonly Killable[], lines: readonly FaultyLine[], plan: ChaosPlan) {
    this.#world = world;
    this.#victims = victims;
    this.#lines = [...lines, world.store.line, world.ledger.line, world.broker.line, world.provider.line];
    this.#plan = plan;
  }

  async strike(): Promise<void> {
    const { scheduler } = this.#world;
    const { rates, everyMs, untilMs, blows } = this.#plan;
    const endsAtMs = scheduler.clock.read() + untilMs;
    for (const line of this.#lines) line.rates = rates;
    while (scheduler.clock.read() < endsAtMs) {
      await scheduler.sleep(this.#process, scheduler.between(1, everyMs));
      const blow = blows[scheduler.between(0, blows.length - 1)];
      if (blow) await this.#hit(blow);
    }
    this.#heal();
  }

  async #hit(blow: Blow): Promise<void> {
    const { store, ledger, broker, provider } = this.#world;
    switch (blow) {
      case 'kill':
        return this.#kill();
      case 'ledger_outage':
        return void this.#outage('ledger', ledger.line);
      case 'broker_outage':
        return void this.#outage('broker', broker.line);
      case 'provider_outage':
        return void this.#outage('provider', provider.line);
      case 'store_outage':
        return void this.#outage('store', store.line);
      case 'fail_over':
        return this.#failOver();
    }
  }

  async #failOver(): Promise<void> {
    const { storeLosses } = this.#plan;
    const { scheduler, store, mutants } = this.#world;
    const loss = storeLosses[scheduler.between(0, storeLosses.length - 1)];
    if (loss) await store.failOver(loss, !mutants.includes('unfenced_store'));
  }

  async #kill(): Promise<void> {
    const { scheduler, ledger } = this.#world;
    const victim = this.#victims[scheduler.between(0, this.#victims.length - 1)];
    if (!victim || this.#dead.has(victim)) return;
    this.#dead.add(victim);
    scheduler.kill(victim.process);
    victim.die?.();
    await ledger.release(victim.process);
    void this.#reviveLater(victim);
  }

  async #reviveLater(victim: Killable): Promise<void> {
    const { scheduler } = this.#world;
    await scheduler.sleep(this.#process, scheduler.between(100, LONGEST_OUTAGE_MS));
    this.#revive(victim);
  }

  #revive(victim: Killable): void {
    if (!this.#dead.delete(victim)) return;
    this.#world.scheduler.note(`${victim.process.name} starts`);
    victim.start();
  }

  async #outage(name: string, line: FaultyLine): Promise<void> {
    const { scheduler } = this.#world;
    if (line.isDown) return;
    line.isDown = true;
    scheduler.note(`${name} goes away`);
    await scheduler.sleep(this.#process, scheduler.between(100, LONGEST_OUTAGE_MS));
    line.isDown = false;
    scheduler.note(`${name} is back`);
  }

  #heal(): void {
    this.isOver = true;
    for (const line of this.#lines) {
      line.rates = NO_FAULTS;
      line.isDown = false;
    }
    for (const victim of [...this.#dead]) this.#revive(victim);
    this.#world.scheduler.note('all is well again');
  }
}
