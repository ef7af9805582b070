import type { LedgerConfig } from '../config/topology.ts';
import { openPostgres } from '../database/postgres.ts';
import { ReportLedger } from '../engine/report-ledger.ts';
import type { Ports } from './open-ports.ts';

/** Few: lists wait for each other before anything else waits for them. */
const REPLICA_CONNECTIONS = 4;
const CHECK_MS = 2_000;

export function openReports(settings: LedgerConfig, { ledger, events, metrics }: Ports): ReportLedger {
  const url = settings.kind === 'postgres' ? settings.replicaUrl : null;
  const onFault = (error: Error) => events.backgroundFailure('replica of the ledger', error);
  const replica = url === null ? null : openPostgres({ url, maxConnections: REPLICA_CONNECTIONS, onFault });
  metrics.ledgerReplicaUp.set(replica ? 1 : 0);
  return new ReportLedger(
    { primary: ledger.db, replica },
    { checkMs: CHECK_MS, onChange: (error) => events.replicaChanged(error) },
  );
}
