import type { FastifyInstance } from 'fastify';
import { readChallenge } from '#sdk/contract/challenge.ts';
import type { Entrance } from '../../anti-bot/entrance.ts';
import type { SaleBoard } from '../../engine/sale-board.ts';
import { refuse } from '../errors.ts';
import { buyerOf } from '../plugins/authentication.ts';
import { route } from '../route.ts';

interface ChallengePorts {
  readonly board: SaleBoard;
  readonly entrance: Entrance;
  readonly clock: () => number;
}

export function addChallengeRoute(app: FastifyInstance, { board, entrance, clock }: ChallengePorts): void {
  route(app, readChallenge, async (request) => {
    const { sale_id: saleId } = request.query;
    const shown = board.find(saleId);
    if (!shown) return refuse('not_found');
    if (!shown.sale.antiBot?.proofOfWork) {
      return refuse('not_found', { detail: 'This sale asks for no proof of work.' });
    }
    return entrance.challenge({ userId: buyerOf(request).userId, saleId }, clock());
  });
}
