import { createSession } from '#sdk/contract/session.ts';
import { CommandFailed } from '../failure.ts';
import type { Ask, BuyerApi } from './buyer-api.ts';
import { answerChallenge } from './challenges.ts';
import type { Buyer } from './crowd.ts';
import { progressBar } from './progress-bar.ts';

/** A buyer who can come. */
export interface Prepared {
  readonly buyer: Buyer;
  /** Session token. */
  readonly token: string;
  /** The answer to a challenge; null for those who have none. */
  readonly work: string | null;
}

/** A session for each buyer, but for those who are turned away already here. */
export async function prepareSessions(api: BuyerApi, crowd: readonly Buyer[]): Promise<Prepared[]> {
  const bar = progressBar('sessions', crowd.length);
  const sessions = crowd.map(async (buyer) => {
    const answer = await api.ask(createSession, {}, {});
    bar.increment();
    if (answer.kind === 'refused' && answer.code === 'not_found') throw needsGuests();
    return answer.kind === 'given' ? [{ buyer, token: answer.body.token, work: null }] : [];
  });
  return (await Promise.all(sessions).finally(() => bar.stop())).flat();
}

function needsGuests(): CommandFailed {
  return new CommandFailed('The server hands out no guest identities: simulate needs one with AUTH_MODE=guest.');
}

/** One machine works for all devices: done while they wait, it would keep them from coming as they do. */
export async function prepareWork(api: BuyerApi, saleId: string, crowd: readonly Prepared[]): Promise<Prepared[]> {
  const bar = progressBar('work', crowd.length);
  const ask: Ask = (operation, request, options = {}) => api.ask(operation, request, options);
  const working = crowd.map(async (prepared) => {
    const { buyer, token } = prepared;
    const work = buyer.bot?.solvesChallenges === false ? null : await answerChallenge(ask, saleId, token);
    bar.increment();
    return { ...prepared, work };
  });
  return Promise.all(working).finally(() => bar.stop());
}
