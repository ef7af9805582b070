import type { SaleDefinition } from '../../../src/domain/sale.ts';
import { SaleRecovering, type Store, StoreUnavailable } from '../../../src/store/store.ts';
import { ModelStore } from '../../support/store-model.ts';
import { FaultyLine } from './faults.ts';
import type { Scheduler, SimulatedProcess } from './scheduler.ts';

type StoreMethod = Exclude<keyof Store, 'close' | 'now'>;
interface Operation {
  readonly atMs: number;
  readonly method: StoreMethod;
  readonly args: readonly unknown[];
}

/**
 * What a store that goes away has lost when it comes back: its last operations, all that came after the sale was opened,
 * or the sale too.
 */
export type StoreLoss = 'nothing' | 'end' | 'orders' | 'everything';

const OUTBOX_MAX = 10_000;
/** Operations; most of them are reads. */
const LONGEST_LOSS = 200;

/**
 * One store for all processes: the model that every adapter is compared with. Each operation that it has answered is
 * durable, until it is taken away and comes back with a loss.
 */
export class SimulatedStore {
  readonly line: FaultyLine;
  readonly #scheduler: Scheduler;
  #model: ModelStore;
  #history: Operation[] = [];
  /** While it is built again from its history. */
  #replayedAtMs: number | null = null;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
    this.line = new FaultyLine(scheduler);
    this.#model = this.#openModel();
  }

  /** The store itself, for whoever looks at it from outside the simulation. */
  get direct(): Store {
    return this.#model;
  }

  async open(sale: SaleDefinition, epoch: number): Promise<void> {
    await this.#operate('prepareSale', [sale, epoch, 'set-up']);
  }

  /** The store as a process reaches it. */
  portFor(process: SimulatedProcess): Store {
    const call = (method: StoreMethod, args: readonly unknown[]) =>
      this.#scheduler.ask(process, `store.${method}`, () =>
        this.line.carry(
          () => this.#operate(method, args),
          (message) => new StoreUnavailable(message),
        ),
      );
    return new Proxy(this.#model, {
      get: (_, method) => {
        if (method === 'now') return async () => this.#scheduler.clock.read();
        return (...args: readonly unknown[]) => call(method as StoreMethod, args);
      },
    });
  }

  /** It goes away and comes back as another one: every sale is fenced off until it has been compared with the ledger. */
  async failOver(loss: StoreLoss, isFenced = true): Promise<void> {
    const { length } = this.#history;
    const kept = this.#keptBy(loss);
    this.#scheduler.note(`store fails over and loses ${length - kept} of ${length} operations`);
    await this.#rebuild(this.#history.slice(0, kept));
    if (!isFenced) return;
    for (const { sale } of (await this.#model.listSales()).views) await this.#operate('fence', [sale.saleId]);
  }

  #keptBy(loss: StoreLoss): number {
    const { length } = this.#history;
    switch (loss) {
      case 'nothing':
        return length;
      case 'end':
        return Math.max(1, length - this.#scheduler.between(1, LONGEST_LOSS));
      case 'orders':
        return Math.min(1, length);
      case 'everything':
        return 0;
    }
  }

  async #rebuild(history: readonly Operation[]): Promise<void> {
    this.#model = this.#openModel();
    for (const operation of history) {
      this.#replayedAtMs = operation.atMs;
      await perform(this.#model, operation).catch(ignoreRefusal);
    }
    this.#replayedAtMs = null;
    this.#history = [...history];
  }

  /** What the model itself finds wrong is nothing that a process may get over. */
  async #operate(method: StoreMethod, args: readonly unknown[]): Promise<never> {
    const operation = { atMs: this.#scheduler.clock.read(), method, args };
    this.#history.push(operation);
    try {
      return (await perform(this.#model, operation)) as never;
    } catch (error) {
      if (!(error instanceof SaleRecovering)) this.#scheduler.fail(`store.${method}: ${error}`);
      throw error;
    }
  }

  #openModel(): ModelStore {
    return new ModelStore({ clock: () => this.#replayedAtMs ?? this.#scheduler.clock.read(), outboxMax: OUTBOX_MAX });
  }
}

function perform(model: ModelStore, { method, args }: Operation): Promise<unknown> {
  const operate = model[method] as (...args: readonly unknown[]) => Promise<unknown>;
  return operate.apply(model, [...args]);
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof SaleRecovering)) throw error;
}
