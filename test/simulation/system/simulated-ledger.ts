import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import { LedgerUnavailable } from '../../../src/database/ledger-unavailable.ts';
import type { Ledger, LedgerSchema } from '../../../src/database/schema.ts';
import { FaultyLine } from './faults.ts';
import type { Scheduler, SimulatedProcess } from './scheduler.ts';

/**
 * A real database that all processes share, one connection wide: transactions come one after the other, in an order
 * that is drawn. A process that dies in a transaction takes it back.
 */
export class SimulatedLedger {
  readonly line: FaultyLine;
  /** Transactions and statements that have changed something, perhaps. */
  commits = 0;
  readonly #scheduler: Scheduler;
  readonly #connection: DatabaseConnection;
  #owner: SimulatedProcess | null = null;
  #inTransaction = false;
  #running: Promise<unknown> | null = null;

  constructor(scheduler: Scheduler, connection: DatabaseConnection) {
    this.#scheduler = scheduler;
    this.#connection = connection;
    this.line = new FaultyLine(scheduler);
  }

  /** The ledger as a process reaches it. */
  portFor(process: SimulatedProcess): Ledger {
    return new Kysely<LedgerSchema>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new SimulatedDriver(this, process),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
    });
  }

  get isFree(): boolean {
    return this.#owner === null;
  }

  /** Waits for the statement that is under way. */
  async idle(): Promise<boolean> {
    if (!this.#running) return true;
    await this.#running;
    return false;
  }

  /** The process has died. */
  async release(process: SimulatedProcess): Promise<void> {
    if (this.#owner !== process) return;
    if (this.#inTransaction) await this.rollback();
    this.#owner = null;
  }

  connect(process: SimulatedProcess): Promise<void> {
    const take = async () => {
      if (this.line.draw() === 'lost_call') throw new LedgerUnavailable('The ledger could not answer.');
      this.#owner = process;
    };
    return this.#scheduler.ask(process, 'ledger', take, () => this.#owner === null);
  }

  disconnect(): void {
    this.#owner = null;
  }

  async begin(): Promise<void> {
    await this.#run(CompiledQuery.raw('begin'));
    this.#inTransaction = true;
  }

  commit(process: SimulatedProcess): Promise<void> {
    return this.#scheduler.ask(process, 'ledger commits', async () => {
      const met = this.line.draw();
      if (met === 'lost_call') await this.rollback();
      else await this.#end('commit');
      if (met === 'lost_call' || met === 'lost_answer') throw new LedgerUnavailable('The ledger could not answer.');
    });
  }

  async rollback(): Promise<void> {
    if (this.#inTransaction) await this.#end('rollback');
  }

  /** A statement outside a transaction commits by itself. */
  async execute<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const result = await this.#run<Row>(query);
    if (this.#inTransaction) return result;
    this.commits += 1;
    if (this.line.draw() === 'lost_answer') throw new LedgerUnavailable('The ledger could not answer.');
    return result;
  }

  async #end(how: 'commit' | 'rollback'): Promise<void> {
    this.#inTransaction = false;
    await this.#run(CompiledQuery.raw(how));
    this.commits += 1;
  }

  async #run<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const running = this.#connection.executeQuery<Row>(query);
    this.#running = running.catch(() => {});
    try {
      return await running;
    } finally {
      this.#running = null;
    }
  }
}

class SimulatedDriver implements Driver {
  readonly #ledger: SimulatedLedger;
  readonly #process: SimulatedProcess;

  constructor(ledger: SimulatedLedger, process: SimulatedProcess) {
    this.#ledger = ledger;
    this.#process = process;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#ledger.connect(this.#process);
    return {
      executeQuery: (query) => this.#ledger.execute(query),
      streamQuery: () => {
        throw new TypeError('nothing streams from the ledger');
      },
    };
  }

  beginTransaction(): Promise<void> {
    return this.#ledger.begin();
  }

  commitTransaction(): Promise<void> {
    return this.#ledger.commit(this.#process);
  }

  rollbackTransaction(): Promise<void> {
    return this.#ledger.rollback();
  }

  async releaseConnection(): Promise<void> {
    this.#ledger.disconnect();
  }

  async destroy(): Promise<void> {}
}
