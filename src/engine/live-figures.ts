import { type LedgerFigures, readLedgerFigures } from '../database/sale-figures.ts';
import { type FigureExchange, type SaleFigures, SECONDS_BOUNDS } from '../figures/figure-exchange.ts';
import { PeriodicTask } from './periodic-task.ts';
import type { ReportLedger } from './report-ledger.ts';

interface LiveFiguresPorts {
  readonly reports: Pick<ReportLedger, 'db'>;
  /** Null: there is no other gateway. */
  readonly exchange: FigureExchange | null;
  readonly onFailure: (error: unknown) => void;
}

export interface SaleActivity extends SaleFigures {
  /** `this_gateway`: the others cannot be asked. */
  readonly scope: 'all_gateways' | 'this_gateway';
  /** Null until the ledger has answered for the first time. */
  readonly ledger: LedgerFigures | null;
}

interface Count {
  readonly purchases: Record<string, number>;
  faults: number;
  readonly seconds: number[];
}

interface LedgerLook {
  readonly figures: LedgerFigures | null;
  readonly nextAtMs: number;
}

const PUBLISH_MS = 1_000;
const LEDGER_LOOK_MS = 2_000;
/** The ledger has better things to do: it is asked for a twentieth of the time at most. */
const LEDGER_REST = 20;

/** What happens in each sale, as an operator watches it: counted here, added up over all gateways. */
export class LiveFigures {
  readonly #ports: LiveFiguresPorts;
  readonly #counts = new Map<string, Count>();
  readonly #unpublished = new Set<string>();
  readonly #looks = new Map<string, LedgerLook>();
  readonly #publishing: PeriodicTask;

  constructor(ports: LiveFiguresPorts) {
    this.#ports = ports;
    this.#publishing = new PeriodicTask({
      everyMs: PUBLISH_MS,
      run: () => this.#publish(),
      onFailure: ports.onFailure,
    });
  }

  start(): void {
    if (this.#ports.exchange) this.#publishing.start();
  }

  /** The others keep what this gateway has counted up to its end. */
  async stop(): Promise<void> {
    await this.#publishing.stop();
    await this.#publish().catch(this.#ports.onFailure);
  }

  async close(): Promise<void> {
    await this.#ports.exchange?.close();
  }

  /** @param outcome `reserved`, or the code of the problem */
  purchaseAnswered(saleId: string, outcome: string, seconds: number): void {
    const count = this.#countOf(saleId);
    count.purchases[outcome] = (count.purchases[outcome] ?? 0) + 1;
    const slot = SECONDS_BOUNDS.findIndex((bound) => seconds <= bound);
    const index = slot === -1 ? SECONDS_BOUNDS.length : slot;
    count.seconds[index] = (count.seconds[index] ?? 0) + 1;
  }

  faultAnswered(saleId: string): void {
    this.#countOf(saleId).faults += 1;
  }

  /** For a sale that is on the board. */
  async of(saleId: string): Promise<SaleActivity> {
    const { scope, counts } = await this.#gather(saleId);
    return { ...counts.reduce(sum, emptyCount()), scope, ledger: this.#ledgerFigures(saleId) };
  }

  /** Forgets sales that are gone. */
  keepOnly(isThere: (saleId: string) => boolean): void {
    for (const kept of [this.#counts, this.#unpublished, this.#looks]) {
      for (const saleId of kept.keys()) if (!isThere(saleId)) kept.delete(saleId);
    }
  }

  #countOf(saleId: string): Count {
    const count = this.#counts.get(saleId) ?? emptyCount();
    this.#counts.set(saleId, count);
    if (this.#ports.exchange) this.#unpublished.add(saleId);
    return count;
  }

  async #gather(saleId: string): Promise<{ scope: SaleActivity['scope']; counts: readonly SaleFigures[] }> {
    const own = this.#counts.get(saleId) ?? emptyCount();
    const { exchange, onFailure } = this.#ports;
    if (!exchange) return { scope: 'all_gateways', counts: [own] };
    try {
      return { scope: 'all_gateways', counts: await exchange.readAll(saleId) };
    } catch (error) {
      onFailure(error);
      return { scope: 'this_gateway', counts: [own] };
    }
  }

  async #publish(): Promise<void> {
    const { exchange } = this.#ports;
    for (const saleId of [...this.#unpublished]) {
      this.#unpublished.delete(saleId);
      await exchange?.publish(saleId, this.#counts.get(saleId) ?? emptyCount()).catch((error: unknown) => {
        this.#unpublished.add(saleId);
        throw error;
      });
    }
  }

  /** What it said last. Asks again behind the back of whoever reads: nobody waits for a ledger that is busy. */
  #ledgerFigures(saleId: string): LedgerFigures | null {
    const look = this.#looks.get(saleId);
    const figures = look?.figures ?? null;
    if (look && performance.now() < look.nextAtMs) return figures;
    this.#looks.set(saleId, { figures, nextAtMs: Number.POSITIVE_INFINITY });
    void this.#look(saleId, figures);
    return figures;
  }

  async #look(saleId: string, before: LedgerFigures | null): Promise<void> {
    const startedAtMs = performance.now();
    const figures = await readLedgerFigures(this.#ports.reports.db, saleId).catch((error: unknown) => {
      this.#ports.onFailure(error);
      return before;
    });
    const tookMs = performance.now() - startedAtMs;
    const restMs = Math.max(LEDGER_LOOK_MS, tookMs * LEDGER_REST);
    this.#looks.set(saleId, { figures, nextAtMs: performance.now() + restMs });
  }
}

function emptyCount(): Count {
  return { purchases: {}, faults: 0, seconds: Array.from({ length: SECONDS_BOUNDS.length + 1 }, () => 0) };
}

function sum(total: Count, { purchases, faults, seconds }: SaleFigures): Count {
  for (const [outcome, count] of Object.entries(purchases)) {
    total.purchases[outcome] = (total.purchases[outcome] ?? 0) + count;
  }
  total.faults += faults;
  for (const [index, count] of seconds.entries()) total.seconds[index] = (total.seconds[index] ?? 0) + count;
  return total;
}
