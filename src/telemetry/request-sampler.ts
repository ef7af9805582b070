import { type Context, SpanKind, trace } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace';
import { isSampled } from './trace-context.ts';

/**
 * Records a share of the requests, each with all that comes of it. A caller may name the trace that its request is part
 * of, and neither its flag nor the trace id, which it has chosen too, says whether the request is recorded.
 */
export class RequestSampler implements Sampler {
  readonly #ratio: number;

  /** @param ratio share of the requests, from 0 to 1 */
  constructor(ratio: number) {
    this.#ratio = ratio;
  }

  shouldSample(parent: Context, _traceId: string, _name: string, kind: SpanKind): SamplingResult {
    const recorded = kind === SpanKind.SERVER ? Math.random() < this.#ratio : isOfSampled(parent);
    return { decision: recorded ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
  }

  toString(): string {
    return `RequestSampler{${this.#ratio}}`;
  }
}

function isOfSampled(parent: Context): boolean {
  const span = trace.getSpanContext(parent);
  return span !== undefined && isSampled(span);
}
