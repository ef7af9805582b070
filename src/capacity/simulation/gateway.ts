import { MAX_BATCH } from '../figures.ts';
import type { Agenda } from './agenda.ts';
import { Core, type Usage } from './core.ts';
import type { Kind } from './demand.ts';

export interface Request {
  readonly kind: Kind;
  readonly byBots: boolean;
  readonly sentMs: number;
  readonly answered?: () => void;
}

/** What goes to Redis in one script, and whom to tell when it is answered. */
export interface Batch {
  readonly requests: readonly Request[];
  readonly answered: () => void;
}

export interface GatewayOptions {
  readonly agenda: Agenda;
  readonly usage: Usage;
  readonly costMs: (request: Request) => number;
  readonly needsRedis: (request: Request) => boolean;
  readonly send: (batch: Batch) => void;
  /** Of those that need no Redis. */
  readonly answer: (requests: readonly Request[]) => void;
}

/** One process: an event loop whose turns take what has come, and send on together what Redis has to decide. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #loop: Core<Request>;
  #ready: Request[] = [];
  #underWay = 0;

  constructor(options: GatewayOptions) {
    const { agenda, usage, costMs } = options;
    this.#options = options;
    this.#loop = new Core({ agenda, usage, costMs, maxTurn: MAX_BATCH, done: (requests) => this.#finish(requests) });
  }

  offer(request: Request): void {
    this.#loop.offer(request);
  }

  #finish(requests: readonly Request[]): void {
    const { needsRedis, answer } = this.#options;
    this.#ready.push(...requests.filter(needsRedis));
    answer(requests.filter((request) => !needsRedis(request)));
    this.#sendReady();
  }

  #sendReady(): void {
    const { send } = this.#options;
    const isFull = this.#ready.length >= MAX_BATCH;
    if (this.#ready.length === 0 || (this.#underWay > 0 && !isFull)) return;
    const requests = this.#ready.splice(0, MAX_BATCH);
    this.#underWay += 1;
    send({ requests, answered: () => this.#answered() });
  }

  #answered(): void {
    this.#underWay -= 1;
    this.#sendReady();
  }
}
