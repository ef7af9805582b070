import type { Client } from '#sdk/client.ts';
import type { Sale } from '#sdk/contract/sale.ts';
import { buyerToken, forgetUnknownSession } from '../buyer/buyer-session.ts';
import { deviceFingerprint } from '../buyer/device-fingerprint.ts';
import { solveInWorker } from './proof-of-work.ts';
import type { Stage } from './stage.ts';

type OnStage = (stage: Stage) => void;
type Token = Awaited<ReturnType<typeof buyerToken>>;

/**
 * Takes a place for the buyer that this browser is, with all that the sale asks for at its entrance.
 * @throws as the calls do, and as `solveInWorker` does
 */
export async function takePlace(api: Client, sale: Sale, onStage: OnStage, signal: AbortSignal) {
  const token = await buyerToken(api);
  try {
    return await takePlaceWith(token, api, sale, onStage, signal);
  } catch (error) {
    forgetUnknownSession(error, token);
    throw error;
  }
}

async function takePlaceWith(token: Token, api: Client, sale: Sale, onStage: OnStage, signal: AbortSignal) {
  const { sale_id, anti_bot } = sale;
  const proof = anti_bot?.proof_of_work ? await prove(api, sale_id, token, onStage, signal) : null;
  onStage({ name: 'joining' });
  const entrance = {
    ...(proof !== null && { challenge_solution: proof }),
    ...(anti_bot?.device_fingerprint && { device_fingerprint: await deviceFingerprint() }),
  };
  return api.enterQueue({ sale_id, ...entrance }, { token, signal });
}

async function prove(api: Client, saleId: string, token: Token, onStage: OnStage, signal: AbortSignal) {
  onStage({ name: 'proving', tries: 0 });
  const challenge = await api.readChallenge({ sale_id: saleId }, { token, signal });
  return solveInWorker(challenge, (tries) => onStage({ name: 'proving', tries }), signal);
}
