import { mergeLines } from '../../domain/order.ts';
import type { PurchaseOutcome, PurchaseRequest } from '../../domain/purchase.ts';
import { isTracing, tracedBatch } from '../../telemetry/tracing.ts';
import { MicroBatcher } from './micro-batcher.ts';
import { Script } from './script.ts';
import type { ScriptRunner } from './script-runner.ts';

/** A third of a millisecond where most are refused, 6 ms where each finds stock: more would hold up everybody else. */
export const MAX_BATCH = 256;
const PURCHASE = new Script('purchase');

/** They stand between the words in the script. */
const CONTROL = /\p{Cc}/u;
const NOT_FOUND = { code: 'not_found' } as const;

type ScriptOutcome = PurchaseOutcome | { readonly code: 'order_id_in_use' };

export interface PurchaseBatchesOptions {
  readonly scripts: ScriptRunner;
  readonly outboxMax: number;
  readonly onBatch?: ((size: number) => void) | undefined;
}

/** Purchases, many to a script: each is decided as if it had come alone, in the order of their coming. */
export class PurchaseBatches {
  readonly #options: PurchaseBatchesOptions;
  readonly #batcher: MicroBatcher<PurchaseRequest, ScriptOutcome>;

  constructor(options: PurchaseBatchesOptions) {
    this.#options = options;
    this.#batcher = new MicroBatcher({
      maxSize: MAX_BATCH,
      run: (saleId, requests) => this.#run(saleId, requests),
      onBatch: options.onBatch,
    });
  }

  /** Throws `RangeError` for what the edge should have refused. */
  async purchase(request: PurchaseRequest): Promise<PurchaseOutcome> {
    assertWellFormed(request);
    const outcome = await this.#batcher.ask(request.saleId, request);
    if (outcome.code === 'order_id_in_use') throw new RangeError(`order id ${request.orderId} is in use`);
    return outcome;
  }

  async #run(saleId: string, requests: readonly PurchaseRequest[]): Promise<readonly ScriptOutcome[]> {
    const { scripts, outboxMax } = this.#options;
    const limit = Math.min(outboxMax, Number.MAX_SAFE_INTEGER);
    const attributes = { 'tidegate.batch_size': requests.length };
    const origins = isTracing() ? requests.map(({ traceparent }) => traceparent) : [];
    const outcomes = await tracedBatch('purchase batch', { origins, attributes }, () =>
      scripts.run(PURCHASE, saleId, limit, ...purchaseWords(requests)),
    );
    if (outcomes === null) return requests.map(() => NOT_FOUND);
    return (outcomes as string[]).map((json) => JSON.parse(json) as ScriptOutcome);
  }
}

function assertWellFormed(request: PurchaseRequest): void {
  const { lines } = request;
  if (lines.length === 0) throw new RangeError('a purchase has at least one line');
  for (const { skuId, quantity } of lines) {
    if (!Number.isSafeInteger(quantity) || quantity < 1) throw new RangeError(`${quantity} units of ${skuId}`);
  }
  if (othersOf(request).some((word) => CONTROL.test(word))) {
    throw new RangeError('a purchase has no control characters in its words');
  }
}

/** The purchases of a batch, as `purchase.lua` takes them behind the bound of the outbox. */
export function purchaseWords(requests: readonly PurchaseRequest[]): string[] {
  const others = requests.map((request, index) => `\u0001${index + 1}\n${othersOf(request).join('\n')}\n`);
  return [others.join(''), ...requests.flatMap((request) => [request.userId, wishOf(request)])];
}

function wishOf({ lines, admission }: PurchaseRequest): string {
  const basket = mergeLines(lines).map(({ skuId, quantity }) => `${skuId} ${quantity}`);
  return `${basket.join(' ')}${admission ? `\n${admission.ticket} ${admission.admittedAtMs}` : ''}`;
}

function othersOf({ idempotencyKey, deviceId, orderId, correlationId, traceparent }: PurchaseRequest): string[] {
  return [idempotencyKey, deviceId ?? '', orderId, correlationId, traceparent ?? ''];
}
