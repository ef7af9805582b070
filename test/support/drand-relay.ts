import type { ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { QUICKNET, QUICKNET_42, type RecordedChain, type RecordedRound } from './drand-records.ts';
import { startHttpListener } from './http-listener.ts';

/** Answers one request in place of the relay. */
type Answer = (response: ServerResponse) => void;

/** A local server that speaks drand's HTTP API and serves recorded rounds, or what a test makes of them. */
export interface DrandRelay {
  /** With the chain's hash, as `DRAW_BEACON_URL` has it. */
  readonly url: string;
  /** Paths below `url` that were asked for. */
  readonly asked: () => string[];
  /** From now on `path` below `url` is answered so; null takes it back. */
  answer(path: string, answer: Answer | null): void;
  close(): Promise<void>;
}

/** As `openDrandRelay`, and closed when the test is over. */
export async function startDrandRelay(...recorded: Parameters<typeof openDrandRelay>): Promise<DrandRelay> {
  const relay = await openDrandRelay(...recorded);
  onTestFinished(() => relay.close());
  return relay;
}

export async function openDrandRelay(
  chain: RecordedChain = QUICKNET,
  rounds: readonly RecordedRound[] = [QUICKNET_42],
): Promise<DrandRelay> {
  const answers = new Map<string, Answer>([['info', json(chain)]]);
  for (const round of rounds) answers.set(`public/${round.round}`, json(round));
  const recorded = new Map(answers);
  const base = `/${chain.hash}/`;
  const listener = await startHttpListener(({ path }, response) => {
    const answer = path.startsWith(base) ? answers.get(path.slice(base.length)) : undefined;
    (answer ?? status(404))(response);
  });
  return {
    url: `${listener.url}/${chain.hash}`,
    close: () => listener.close(),
    asked: () => listener.requests.map(({ path }) => path.slice(base.length)),
    answer(path, answer) {
      const next = answer ?? recorded.get(path);
      if (next) answers.set(path, next);
      else answers.delete(path);
    },
  };
}

export function json(body: unknown): Answer {
  return (response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

export function status(code: number): Answer {
  return (response) => {
    response.statusCode = code;
    response.end();
  };
}

export function text(body: string): Answer {
  return (response) => response.end(body);
}

export const silence: Answer = () => {};
