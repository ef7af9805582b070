import { randomUUID } from 'node:crypto';
import { MemoryTallies } from '../../src/anti-bot/memory/memory-tallies.ts';
import { ProofOfWork } from '../../src/anti-bot/proof-of-work.ts';
import { solveChallenge } from '../../src/cli/simulate/solve-challenge.ts';
import type { TokenKey } from '../../src/config/config.ts';
import { TokenSigner } from '../../src/http/tokens.ts';
import { sendBurst } from './burst.ts';

/** What to send: each of so many buyers joins the queue of a sale, with a token of their own. */
export interface JoinBurstOrder {
  readonly port: number;
  readonly path: string;
  readonly saleId: string;
  readonly buyers: number;
  readonly keys: readonly TokenKey[];
  readonly connections: number;
  readonly depth: number;
  /** Each brings a solved challenge. They are made here, with the server's keys, as easy as they can be. */
  readonly proofOfWork: boolean;
}

const SESSION_SECONDS = 3_600;
const ONE_TRY = 1;
const SOLVED_AT_ONCE = 8;

async function joinRequests(order: JoinBurstOrder): Promise<Buffer[]> {
  const tokens = new TokenSigner(order.keys);
  const proofs = new ProofOfWork(order.keys, new MemoryTallies());
  const requests: Buffer[] = [];
  while (requests.length < order.buyers) {
    const batch = Array.from({ length: SOLVED_AT_ONCE }, () => joinRequest(order, tokens, proofs));
    requests.push(...(await Promise.all(batch)));
  }
  return requests.slice(0, order.buyers);
}

async function joinRequest(order: JoinBurstOrder, tokens: TokenSigner, proofs: ProofOfWork): Promise<Buffer> {
  const userId = `guest-${randomUUID()}`;
  const iat = Math.floor(Date.now() / 1000);
  const token = tokens.sign('session', { sub: userId, iat, exp: iat + SESSION_SECONDS });
  const body = order.proofOfWork ? await solution(proofs, order.saleId, userId) : '{}';
  const head = [
    `POST ${order.path} HTTP/1.1`,
    'host: bench',
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

async function solution(proofs: ProofOfWork, saleId: string, userId: string): Promise<string> {
  const challenge = await proofs.issue({ userId, saleId }, ONE_TRY, Date.now());
  return JSON.stringify({ challenge_solution: await solveChallenge(challenge) });
}

const order = JSON.parse(process.argv[2] ?? '') as JoinBurstOrder;
const result = await sendBurst(order.port, await joinRequests(order), order.connections, order.depth);
console.log(JSON.stringify(result));
