import type { Config } from '../config/config.ts';
import { loadSecrets } from '../config/secrets.ts';
import { KillSwitches } from '../engine/kill-switches.ts';
import { SaleBoard } from '../engine/sale-board.ts';
import type { Store } from '../store/store.ts';
import { EngineEvents } from '../telemetry/events.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { openStorage, type Storage } from './open-storage.ts';

/** What the composition leaves to its caller, and tests turn. */
export interface AppOptions {
  readonly log: Logger;
  /** Epoch milliseconds; the system's clock unless given. */
  readonly clock?: () => number;
  /** Stands between the store and everybody else. */
  readonly wrapStore?: (store: Store) => Store;
  /** How long a call to the payment provider may take. */
  readonly paymentTimeoutMs?: number;
  /** How long a `pay` request waits for its payment. */
  readonly payWaitMs?: number;
  /** How often what only the ledger knows of sales is read again. */
  readonly ledgerRefreshMs?: number;
  /** The process cannot go on: it must end before it answers anything more. */
  readonly onFault: (error: Error) => void;
}

export type Ports = Awaited<ReturnType<typeof openPorts>>;

const BOARD_REFRESH_MS = 200;
const LEDGER_REFRESH_MS = 5_000;
const SWITCH_REFRESH_MS = 2_000;

/** What every role needs: the store, the ledger, and what is told about both. */
export async function openPorts(config: Config, options: AppOptions) {
  const { log, onFault, clock = Date.now, wrapStore, ledgerRefreshMs = LEDGER_REFRESH_MS } = options;
  const secrets = await loadSecrets(config);
  const metrics = createMetrics();
  const { version, color, commit } = config.build;
  metrics.buildInfo.set({ version, color, commit: commit ?? '' }, 1);
  const events = new EngineEvents(metrics, log);
  const storage = await openStorage(config, { clock, metrics, events, log, onFault, wrapStore });
  const { board, switches } = openViews(storage, events, ledgerRefreshMs);
  return {
    ...storage,
    clock,
    secrets,
    metrics,
    events,
    log,
    board,
    switches,
    start: async () => {
      await Promise.all([board.start(), switches.start()]);
    },
    close: async () => {
      await Promise.all([switches.stop(), board.stop()]);
      await storage.close();
    },
  };
}

/** What is read so often that every process has it in memory. */
function openViews({ store, ledger }: Storage, events: EngineEvents, ledgerRefreshMs: number) {
  const board = new SaleBoard(store, ledger.db, {
    refreshMs: BOARD_REFRESH_MS,
    ledgerRefreshMs,
    onFailure: (error) => events.backgroundFailure('board', error),
  });
  const switches = new KillSwitches(ledger.db, {
    refreshMs: SWITCH_REFRESH_MS,
    onFailure: (error) => events.backgroundFailure('switches', error),
  });
  return { board, switches };
}
