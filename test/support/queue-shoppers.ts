import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '#sdk/client.ts';
import { TidegateProblem } from '#sdk/client.ts';
import { pick } from '../../src/cli/simulate/random.ts';
import type { TokenClaims } from '../../src/http/tokens.ts';
import { patiently } from './patience.ts';
import type { QueuedBuyer } from './queue-crowd-process.ts';
import type { QueueUnderTest } from './queue-under-test.ts';

const INTENTS = ['leaves', 'leaves', 'buys and cancels', 'lets it lapse'] as const;
/** More than are let in at a time. */
const AT_ONCE = 120;
const ASKS_AGAIN_MS = 1_000;
const STAYS_MS = 1_000;

/** An admission that a buyer was told of. */
export type KnownAdmission = TokenClaims['admission'];

/** Those at the front, each in two tabs: they ask to be let in, and then leave, buy or only look on. */
export class QueueShoppers {
  readonly admissions: KnownAdmission[] = [];
  /** Buyers who were told two different things about the same admission. */
  readonly contradicted: [KnownAdmission, KnownAdmission][] = [];
  readonly #queue: QueueUnderTest;
  readonly #client: Client;
  readonly #saleId: string;
  readonly #random: () => number;
  readonly #admissionMs: number;
  #seen = 0;
  #closed = false;

  constructor(queue: QueueUnderTest, saleId: string, admissionSeconds: number, random: () => number) {
    this.#queue = queue;
    this.#client = queue.client;
    this.#saleId = saleId;
    this.#admissionMs = admissionSeconds * 1_000;
    this.#random = random;
  }

  /** Lets those come to the door who have a place, many at a time, until the doors are closed and all have gone. */
  async open(): Promise<void> {
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.#comeOneByOne()));
  }

  close(): void {
    this.#closed = true;
  }

  async #comeOneByOne(): Promise<void> {
    while (!this.#closed) {
      const buyer = this.#queue.told[this.#seen];
      if (!buyer) {
        await sleep(ASKS_AGAIN_MS);
        continue;
      }
      this.#seen++;
      await this.#visit(buyer);
    }
  }

  async #visit(buyer: QueuedBuyer): Promise<void> {
    const token = await this.#comeIn(buyer);
    if (token === null) return;
    await sleep(this.#random() * STAYS_MS);
    const intent = pick(INTENTS, this.#random);
    if (intent === 'leaves') await this.#leave(buyer);
    if (intent === 'buys and cancels') await this.#buyAndCancel(buyer, token);
  }

  /** Null when the doors closed before it was their turn. */
  async #comeIn({ queueToken }: QueuedBuyer): Promise<string | null> {
    while (!this.#closed) {
      const told = await Promise.all([this.#ask(queueToken), this.#ask(queueToken)]);
      const [token, other] = told.filter((it) => it !== null);
      if (token && other) this.#compare(claimsOf(token), claimsOf(other));
      if (token) {
        this.admissions.push(claimsOf(token));
        return token;
      }
      await sleep(ASKS_AGAIN_MS);
    }
    return null;
  }

  /** One that was told late, over a restart, may have been told of the next admission, after the first has lapsed. */
  #compare(one: KnownAdmission, other: KnownAdmission): void {
    const [first, second] = one.admitted_at_ms <= other.admitted_at_ms ? [one, other] : [other, one];
    const apartMs = second.admitted_at_ms - first.admitted_at_ms;
    if (apartMs > 0 && apartMs < this.#admissionMs) this.contradicted.push([first, second]);
  }

  async #ask(queueToken: string): Promise<string | null> {
    const request = { sale_id: this.#saleId };
    try {
      const admission = await patiently(() => this.#client.requestAdmission(request, { token: queueToken }));
      return admission.admission_token;
    } catch (error) {
      if (error instanceof TidegateProblem && error.code === 'not_your_turn') return null;
      throw error;
    }
  }

  async #leave({ queueToken }: QueuedBuyer): Promise<void> {
    await patiently(() => this.#client.leaveQueue({ sale_id: this.#saleId }, { token: queueToken }));
  }

  /** Whoever comes too late after a restart has nothing to cancel. */
  async #buyAndCancel({ userId }: QueuedBuyer, token: string): Promise<void> {
    try {
      const request = { sale_id: this.#saleId, sku_id: 'A', quantity: 1 };
      const options = { token, idempotencyKey: randomUUID() };
      const { order_id } = await patiently(() => this.#client.purchase(request, options));
      await sleep(this.#random() * STAYS_MS);
      const session = this.#queue.sessionOf(userId);
      await patiently(() => this.#client.cancelOrder({ order_id }, { token: session }));
    } catch (error) {
      if (!(error instanceof TidegateProblem && error.code === 'token_expired')) throw error;
    }
  }
}

function claimsOf(token: string): KnownAdmission {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
