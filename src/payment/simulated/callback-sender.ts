import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { sign } from '../../signing/signature.ts';
import { toPaymentAnswer } from '../payment-protocol.ts';
import type { PaymentRecord } from './payment-record.ts';

const TRIES = 8;
const FIRST_PAUSE_MS = 250;
const TIMEOUT_MS = 5_000;

/** Tells the shop that a payment has changed. */
export class CallbackSender {
  readonly #secret: string;
  readonly #now: () => number;
  readonly #agent = new Agent({ headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });

  constructor(secret: string, now: () => number) {
    this.#secret = secret;
    this.#now = now;
  }

  /** Sends until it is acknowledged, some half a minute long. Returns whether it was. */
  async deliver(record: PaymentRecord, url: string, signal: AbortSignal): Promise<boolean> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      if (attempt > 0) await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), undefined, { signal });
      if (await this.#send(record, url, signal)) return true;
    }
    return false;
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  async #send(record: PaymentRecord, url: string, signal: AbortSignal): Promise<boolean> {
    const body = JSON.stringify(toPaymentAnswer(record));
    try {
      const response = await request(url, {
        dispatcher: this.#agent,
        method: 'POST',
        headers: {
          ...sign(this.#secret, `msg_${record.attemptId}_${record.status}`, body, this.#now()),
          'content-type': 'application/json',
          ...(record.correlationId !== null && { 'x-correlation-id': record.correlationId }),
        },
        body,
        signal,
      });
      await response.body.dump();
      return response.statusCode < 300;
    } catch {
      // Nobody listens there, or not yet: like any answer that is no success, a reason to try again.
      signal.throwIfAborted();
      return false;
    }
  }
}
