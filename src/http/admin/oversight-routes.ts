import type { FastifyInstance } from 'fastify';
import { listAuditLog, runAudit } from '#sdk/contract/audit.ts';
import { changeSwitches, readSwitches, type Switches } from '#sdk/contract/switches.ts';
import { pageAudit } from '../../database/audit-log.ts';
import type { Ledger } from '../../database/schema.ts';
import { type AuditReport, audit } from '../../engine/audit.ts';
import type { KillSwitches } from '../../engine/kill-switches.ts';
import type { SaleBoard } from '../../engine/sale-board.ts';
import { throwSwitches } from '../../engine/throw-switches.ts';
import type { Store } from '../../store/store.ts';
import type { EngineEvents } from '../../telemetry/events.ts';
import { refuse } from '../errors.ts';
import { isoTime } from '../public/sale-view.ts';
import { route } from '../route.ts';
import { operatorOf } from './operator-of.ts';

interface OversightPorts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly board: SaleBoard;
  readonly switches: KillSwitches;
  readonly events: EngineEvents;
}

const DEFAULT_LIMIT = 50;

export function addOversightRoutes(app: FastifyInstance, ports: OversightPorts): void {
  const { board, ledger, switches } = ports;
  route(app, runAudit, async ({ body: { sale_id: saleId } }) => {
    if (saleId !== undefined && !board.find(saleId)) return refuse('not_found');
    const saleIds = saleId === undefined ? board.list().map(({ sale }) => sale.saleId) : [saleId];
    return reportView(await audit(ports, saleIds));
  });
  route(app, listAuditLog, async ({ query }) => {
    const { actor, action, subject: target, from, until, cursor = null, limit = DEFAULT_LIMIT } = query;
    const period = { fromMs: momentOf(from), untilMs: momentOf(until) };
    const page = await pageAudit(ledger, { actor, action, target, ...period, cursor, limit });
    const entries = page.entries.map(({ entryId, atMs, actor, action, target, detail, correlationId }) => ({
      entry_id: entryId,
      at: isoTime(atMs),
      actor,
      action,
      subject: target,
      detail: { ...detail },
      correlation_id: correlationId,
    }));
    return { entries, next_cursor: page.nextCursor };
  });
  route(app, readSwitches, () => switchesView(switches.all()));
  route(app, changeSwitches, async (request) => {
    return switchesView(await throwSwitches(ports, operatorOf(request), request.body));
  });
}

function momentOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}

function switchesView({ joins, purchases, payments, notifications }: Switches): Switches {
  return { joins, purchases, payments, notifications };
}

function reportView({ checkedAtMs, invariants }: AuditReport) {
  return {
    ok: invariants.every(({ violations }) => violations.length === 0),
    checked_at: isoTime(checkedAtMs),
    invariants: invariants.map(({ name, description, checked, violations }) => ({
      name,
      description,
      ok: violations.length === 0,
      checked,
      violations: violations.map(({ saleId, detail }) => ({ sale_id: saleId, detail })),
    })),
  };
}
