import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ProblemCode } from '#sdk/contract/problem.ts';
import { purchase } from '#sdk/contract/purchase.ts';
import type { LiveFigures } from '../../engine/live-figures.ts';
import type { SaleBoard } from '../../engine/sale-board.ts';

interface ActivityPorts {
  readonly board: Pick<SaleBoard, 'find' | 'onRefresh'>;
  readonly figures: LiveFigures;
}

/** Failures of ours; every other problem is an answer that somebody decided. */
const FAULTS: ReadonlySet<ProblemCode> = new Set(['internal', 'overloaded', 'store_unavailable']);
/** Who asks so was never considered. */
const NO_DECISION: ReadonlySet<ProblemCode> = new Set(['validation_failed', 'unauthenticated', 'token_expired']);

/** Counts for each sale what buyers are answered, on every route that is added from now on. */
export function installSaleActivity(app: FastifyInstance, { board, figures }: ActivityPorts): void {
  const count = (isPurchase: boolean) => (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const { sale_id: saleId } = request.params as { readonly sale_id: string };
    const problem = reply.problem as ProblemCode | null;
    if (problem !== null && FAULTS.has(problem) && board.find(saleId)) figures.faultAnswered(saleId);
    if (isPurchase && !(problem !== null && NO_DECISION.has(problem)) && board.find(saleId)) {
      figures.purchaseAnswered(saleId, problem ?? 'reserved', reply.elapsedTime / 1000);
    }
    done();
  };
  const unsubscribe = board.onRefresh(() => figures.keepOnly((saleId) => board.find(saleId) !== null));
  app.addHook('onClose', async () => unsubscribe());
  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    if (operation?.auth === 'operator' || operation?.auth === 'viewer' || operation?.stream) return;
    if (!operation?.params?.properties.sale_id) return;
    route.onResponse = [...[route.onResponse ?? []].flat(), count(operation.id === purchase.id)];
  });
}
