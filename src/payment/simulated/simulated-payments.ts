import { setTimeout as sleep } from 'node:timers/promises';
import type { AuthoriseBody, PaymentAction } from '../payment-protocol.ts';
import { type Behaviour, type BehaviourChange, type Scenario, scenarioOf } from './behaviour.ts';
import type { CallbackSender } from './callback-sender.ts';
import type { PaymentBook } from './payment-book.ts';
import {
  afterAction,
  afterDecision,
  openPayment,
  type PaymentRecord,
  sameTerms,
  voidUnheardOf,
} from './payment-record.ts';

export type AuthoriseOutcome =
  | { readonly code: 'answered'; readonly record: PaymentRecord }
  | { readonly code: 'attempt_id_reused' | 'unavailable' | 'no_answer' };

export interface SimulatedPaymentsOptions {
  readonly book: PaymentBook;
  readonly callbacks: CallbackSender;
  readonly behaviour: Behaviour;
  /** Where callbacks go that name no place of their own. */
  readonly callbackUrl: string | null;
  readonly now: () => number;
}

/** What the simulated provider does, without HTTP. No record leaves it before it is on disk. */
export class SimulatedPayments {
  readonly #book: PaymentBook;
  readonly #callbacks: CallbackSender;
  readonly #callbackUrl: string | null;
  readonly #now: () => number;
  readonly #stopping = new AbortController();
  readonly #followUps = new Set<Promise<void>>();
  #behaviour: Behaviour;

  /** Takes up at once what an earlier process left undecided or untold. */
  constructor(options: SimulatedPaymentsOptions) {
    this.#book = options.book;
    this.#callbacks = options.callbacks;
    this.#callbackUrl = options.callbackUrl;
    this.#now = options.now;
    this.#behaviour = options.behaviour;
    for (const record of this.#book.records()) this.#followUp(record);
  }

  get behaviour(): Behaviour {
    return this.#behaviour;
  }

  changeBehaviour(change: BehaviourChange): Behaviour {
    this.#behaviour = { ...this.#behaviour, ...change };
    return this.#behaviour;
  }

  async authorise(body: AuthoriseBody, correlationId: string | null): Promise<AuthoriseOutcome> {
    const scenario = scenarioOf(body.payment_method, body.attempt_id, this.#behaviour);
    if (scenario === 'unavailable') return { code: 'unavailable' };
    const known = this.#book.read(body.attempt_id);
    if (known !== undefined && !sameTerms(known, body)) return { code: 'attempt_id_reused' };
    const record = known ?? this.#open(body, scenario, correlationId);
    await this.#book.synced();
    if (scenario === 'hang' && record.status === 'pending') return { code: 'no_answer' };
    return { code: 'answered', record };
  }

  /** Null for an attempt never heard of, unless it is voided: that is put on record. */
  async act(action: PaymentAction, attemptId: string): Promise<PaymentRecord | null> {
    const known = this.#book.read(attemptId);
    if (known === undefined && action !== 'void') return null;
    const record = known === undefined ? voidUnheardOf(attemptId) : afterAction(known, action);
    await this.#save(known, record);
    return record;
  }

  async lookUp(attemptId: string): Promise<PaymentRecord | null> {
    const record = this.#book.read(attemptId) ?? null;
    await this.#book.synced();
    return record;
  }

  async list(): Promise<PaymentRecord[]> {
    const records = [...this.#book.records()];
    await this.#book.synced();
    return records;
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#followUps);
    await this.#callbacks.close();
    await this.#book.close();
  }

  #open(body: AuthoriseBody, scenario: Exclude<Scenario, 'unavailable'>, correlationId: string | null): PaymentRecord {
    const record = openPayment({
      body,
      scenario,
      behaviour: this.#behaviour,
      callbackUrl: body.callback_url ?? this.#callbackUrl,
      correlationId,
      nowMs: this.#now(),
    });
    this.#book.write(record);
    this.#followUp(record);
    return record;
  }

  #followUp({ attemptId, decidesAtMs, callbacksDue }: PaymentRecord): void {
    if (decidesAtMs === null && callbacksDue === 0) return;
    const followUp = this.#decideAndTell(attemptId).catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) throw error;
    });
    this.#followUps.add(followUp);
    followUp.finally(() => this.#followUps.delete(followUp));
  }

  async #decideAndTell(attemptId: string): Promise<void> {
    await this.#decideWhenDue(attemptId);
    let record = this.#book.read(attemptId);
    while (record !== undefined && record.callbacksDue > 0 && record.callbackUrl !== null) {
      if (!(await this.#callbacks.deliver(record, record.callbackUrl, this.#stopping.signal))) return;
      record = await this.#update(attemptId, (now) => ({ ...now, callbacksDue: now.callbacksDue - 1 }));
    }
  }

  async #decideWhenDue(attemptId: string): Promise<void> {
    const dueMs = this.#book.read(attemptId)?.decidesAtMs ?? null;
    if (dueMs === null) return;
    await sleep(Math.max(0, dueMs - this.#now()), undefined, { signal: this.#stopping.signal });
    await this.#update(attemptId, (now) => afterDecision(now, this.#behaviour));
  }

  /** Reads and writes without a pause between them, so that no change of another call is lost. */
  async #update(attemptId: string, change: (now: PaymentRecord) => PaymentRecord): Promise<PaymentRecord | undefined> {
    const now = this.#book.read(attemptId);
    if (now === undefined) return undefined;
    const changed = change(now);
    await this.#save(now, changed);
    return changed;
  }

  async #save(before: PaymentRecord | undefined, after: PaymentRecord): Promise<void> {
    await (after === before ? this.#book.synced() : this.#book.write(after));
  }
}
