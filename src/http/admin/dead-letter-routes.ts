import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DeadLetter as DeadLetterView } from '#sdk/contract/dead-letter.ts';
import { discardDeadLetter, listDeadLetters, readDeadLetter, replayDeadLetter } from '#sdk/contract/dead-letter.ts';
import { type DeadLetter, findDeadLetter, pageDeadLetters } from '../../database/dead-letters.ts';
import { type DeadLetterCommand, type ResolvePorts, resolveLetter } from '../../engine/resolve-dead-letter.ts';
import { refuse } from '../errors.ts';
import { isoTime } from '../public/sale-view.ts';
import { route } from '../route.ts';
import { operatorOf } from './operator-of.ts';

const DEFAULT_LIMIT = 50;

/** What could not be processed, for operators to look at, replay and discard. */
export function addDeadLetterRoutes(app: FastifyInstance, ports: ResolvePorts): void {
  const { ledger } = ports;
  route(app, listDeadLetters, async ({ query }) => {
    const { state = null, kind = null, cursor = null, limit = DEFAULT_LIMIT } = query;
    const page = await pageDeadLetters(ledger, { state, kind, cursor, limit });
    return { dead_letters: page.letters.map(deadLetterView), next_cursor: page.nextCursor };
  });
  route(app, readDeadLetter, async ({ params }) => {
    const letter = await findDeadLetter(ledger, params.dead_letter_id);
    return letter ? deadLetterView(letter) : refuse('not_found');
  });
  route(app, replayDeadLetter, (request) => {
    return resolve(ports, request, { deadLetterId: request.params.dead_letter_id, action: 'replay' });
  });
  route(app, discardDeadLetter, (request) => {
    return resolve(ports, request, { deadLetterId: request.params.dead_letter_id, action: 'discard' });
  });
}

async function resolve(ports: ResolvePorts, request: FastifyRequest, command: DeadLetterCommand) {
  const outcome = await resolveLetter(ports, operatorOf(request), command);
  if (outcome.code === 'not_found') return refuse('not_found');
  if (outcome.code === 'wrong_state') return refuse('wrong_state', { detail: outcome.detail });
  return deadLetterView(outcome.letter);
}

function deadLetterView(letter: DeadLetter): DeadLetterView {
  return {
    dead_letter_id: letter.deadLetterId,
    kind: letter.kind,
    subject: letter.subject,
    reason: letter.reason,
    state: letter.state,
    sale_id: letter.saleId,
    order_id: letter.orderId,
    attempts: letter.attempts,
    correlation_id: letter.correlationId,
    first_failed_at: isoTime(letter.firstFailedAtMs),
    last_failed_at: isoTime(letter.lastFailedAtMs),
    resolved_at: letter.resolvedAtMs === null ? null : isoTime(letter.resolvedAtMs),
    resolved_by: letter.resolvedBy,
    payload: letter.payload,
  };
}
