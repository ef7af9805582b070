import type { FastifyInstance, FastifyRequest } from 'fastify';
import { discardDeadLetter, listDeadLetters, readDeadLetter, replayDeadLetter } from '#sdk/contract/dead-letter.ts';
import { findDeadLetter, pageDeadLetters } from '../../database/dead-letters.ts';
import { deadLetterDocument } from '../../engine/dead-letter-document.ts';
import { type DeadLetterCommand, type ResolvePorts, resolveLetter } from '../../engine/resolve-dead-letter.ts';
import { refuse } from '../errors.ts';
import { route } from '../route.ts';
import { operatorOf } from './operator-of.ts';

const DEFAULT_LIMIT = 50;

/** What could not be processed, for operators to look at, replay and discard. */
export function addDeadLetterRoutes(app: FastifyInstance, ports: ResolvePorts): void {
  const { ledger } = ports;
  route(app, listDeadLetters, async ({ query }) => {
    const { state = null, kind = null, order_id: orderId, cursor = null, limit = DEFAULT_LIMIT } = query;
    const page = await pageDeadLetters(ledger, { state, kind, orderId, cursor, limit });
    return { dead_letters: page.letters.map(deadLetterDocument), next_cursor: page.nextCursor };
  });
  route(app, readDeadLetter, async ({ params }) => {
    const letter = await findDeadLetter(ledger, params.dead_letter_id);
    return letter ? deadLetterDocument(letter) : refuse('not_found');
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
  return deadLetterDocument(outcome.letter);
}
