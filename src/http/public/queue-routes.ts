import type { FastifyInstance } from 'fastify';
import { enterQueue, leaveQueue, type Place as PlaceView, readPlace, requestAdmission } from '#sdk/contract/queue.ts';
import type { Entrance, Entrant } from '../../anti-bot/entrance.ts';
import type { Place, TicketRef } from '../../domain/queueing.ts';
import { admitBuyer } from '../../engine/admit-buyer.ts';
import { joinQueue } from '../../engine/join-queue.ts';
import type { KillSwitches } from '../../engine/kill-switches.ts';
import { leaveQueue as giveUpPlace } from '../../engine/leave-queue.ts';
import { readPlace as findOwnPlace } from '../../engine/read-place.ts';
import type { BoardSale, SaleBoard } from '../../engine/sale-board.ts';
import type { Store } from '../../store/store.ts';
import type { EngineEvents } from '../../telemetry/events.ts';
import { ticketOf, userOf } from '../plugins/authentication.ts';
import { type OperationRequest, route } from '../route.ts';
import { hasExpired, type TokenSigner } from '../tokens.ts';
import { deviceOf } from './device.ts';
import { ownPoll } from './poll-advice.ts';
import { refusalOfAdmission, refusalOfJoin, refuseMissing } from './queue-refusals.ts';
import { admissionToken, queueToken } from './queue-tokens.ts';
import { isoTime } from './sale-view.ts';

interface QueuePorts {
  readonly store: Store;
  readonly board: SaleBoard;
  readonly switches: KillSwitches;
  readonly entrance: Entrance;
  readonly events: EngineEvents;
  readonly tokens: TokenSigner;
  readonly clock: () => number;
}

export function addQueueRoutes(app: FastifyInstance, ports: QueuePorts): void {
  const { tokens, clock } = ports;
  route(app, enterQueue, async (request) => {
    const { sale_id: saleId } = request.params;
    const entrant = entrantOf(request, clock());
    const outcome = await joinQueue(ports, saleId, entrant, shownPlace(request, tokens, entrant));
    if (outcome.code !== 'joined') return refusalOfJoin(outcome);
    const { place, shown } = outcome;
    const ref = { saleId, userId: entrant.userId, ticket: place.ticket };
    return { ...placeView(place, shown), queue_token: queueToken(tokens, shown.sale, ref, entrant.nowMs) };
  });

  route(app, readPlace, async (request) => {
    const outcome = await findOwnPlace(ports, ticketOf(request));
    return outcome.code === 'found' ? placeView(outcome.place, outcome.shown) : refuseMissing(outcome.code);
  });

  route(app, leaveQueue, async (request, reply) => {
    const outcome = await giveUpPlace(ports, ticketOf(request));
    if (outcome !== 'left') return refuseMissing(outcome);
    reply.code(204);
    return null;
  });

  route(app, requestAdmission, async (request) => {
    const ref = ticketOf(request);
    const outcome = await admitBuyer(ports, ref, request.id);
    if (outcome.code !== 'admitted') return refusalOfAdmission(outcome);
    const { admission } = outcome;
    return { admission_token: admissionToken(tokens, ref, admission), expires_at: isoTime(admission.expiresAtMs) };
  });
}

function entrantOf(request: OperationRequest<typeof enterQueue>, nowMs: number): Entrant {
  const { userId, accountCreatedAtMs } = userOf(request);
  const { captcha_token, challenge_solution } = request.body;
  return {
    userId,
    accountCreatedAtMs,
    address: request.ip,
    deviceId: deviceOf(request.body),
    captchaToken: captcha_token ?? null,
    challengeSolution: challenge_solution ?? null,
    correlationId: request.id,
    nowMs,
  };
}

/** The place that the token in the body names, if it is this buyer's. */
function shownPlace(
  { params, body }: OperationRequest<typeof enterQueue>,
  tokens: TokenSigner,
  { userId, nowMs }: Entrant,
): TicketRef | null {
  const claims = body.queue_token === undefined ? null : tokens.read('queue', body.queue_token);
  if (!claims || claims.sub !== userId || claims.sale_id !== params.sale_id || hasExpired(claims, nowMs)) return null;
  return { saleId: params.sale_id, userId, ticket: claims.ticket };
}

function placeView(place: Place, shown: BoardSale): PlaceView {
  return {
    ticket: place.ticket,
    state: place.state,
    queue_position: place.position,
    ahead: place.ahead,
    estimated_wait_seconds: place.estimatedWaitSeconds,
    admission: place.admission && { expires_at: isoTime(place.admission.expiresAtMs) },
    poll: ownPoll(place, shown),
  };
}
