import type { DrawBeacon } from '../../domain/draw.ts';
import type { BeaconRound } from '../../domain/sale.ts';
import { type Beacon, BeaconInvalid, type Beacons, BeaconUnavailable } from '../beacon.ts';
import { readChain, readRound } from './drand-answer.ts';
import { chainHash, type DrandChain, roundDueAtMs, roundDueFrom, verifiedRandomness } from './drand-chain.ts';

export interface DrandBeaconOptions {
  /** Of the HTTP API, with the hash of the chain as its last part: `https://api.drand.sh/52db9b…`. */
  readonly url: string;
  /** Per call; 5 s. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;

/**
 * drand over its HTTP API. Only the hash of the chain in the URL is trusted: whoever answers can keep a round back, and
 * cannot make one up.
 */
export class DrandBeacon implements Beacon {
  readonly url: string;
  readonly #timeoutMs: number;
  #chain: DrandChain | null = null;

  constructor({ url, timeoutMs }: DrandBeaconOptions) {
    this.url = url.replace(/\/+$/, '');
    this.#timeoutMs = timeoutMs ?? TIMEOUT_MS;
  }

  async roundAfter(atMs: number): Promise<BeaconRound> {
    const chain = await this.#readChain();
    const round = roundDueFrom(chain, atMs);
    return { url: this.url, round, dueAtMs: roundDueAtMs(chain, round) };
  }

  async fetchRound(round: number): Promise<DrawBeacon> {
    const [chain, answer] = await Promise.all([this.#readChain(), this.#get(`public/${round}`)]);
    const published = readRound(answer);
    if (published.round !== round) {
      throw new BeaconInvalid(`the beacon answered with round ${published.round} instead of ${round}`);
    }
    const randomness = verifiedRandomness(chain, published);
    return { url: this.url, round, randomness, signature: published.signature };
  }

  /** It never changes: the hash names it. */
  async #readChain(): Promise<DrandChain> {
    if (this.#chain) return this.#chain;
    const chain = readChain(await this.#get('info'));
    const expected = chainHashOf(this.url);
    if (chainHash(chain) !== expected) throw new BeaconInvalid(`${this.url} does not serve the chain that it names`);
    this.#chain = chain;
    return chain;
  }

  async #get(path: string): Promise<unknown> {
    const text = await this.#fetch(`${this.url}/${path}`);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new BeaconInvalid(`the beacon's answer to ${path} is not JSON`, { cause });
    }
  }

  async #fetch(url: string): Promise<string> {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(this.#timeoutMs) });
      const text = await response.text();
      if (response.ok) return text;
      throw new BeaconUnavailable(`${url} answered ${response.status}`);
    } catch (cause) {
      if (cause instanceof BeaconUnavailable) throw cause;
      throw new BeaconUnavailable(`no answer from ${url}`, { cause });
    }
  }
}

/** The chain hash at the end of a beacon's URL; null where there is none. */
function chainHashOf(url: string): string | null {
  return /\/([0-9a-f]{64})\/*$/.exec(url)?.[1] ?? null;
}

/** @param preferredUrl null: draws are trusted to the operator */
export function drandBeacons(preferredUrl: string | null, options: Omit<DrandBeaconOptions, 'url'> = {}): Beacons {
  const known = new Map<string, Beacon>();
  function at(url: string): Beacon {
    const beacon = known.get(url) ?? new DrandBeacon({ ...options, url });
    known.set(url, beacon);
    return beacon;
  }
  return { preferred: preferredUrl === null ? null : at(preferredUrl), at };
}
