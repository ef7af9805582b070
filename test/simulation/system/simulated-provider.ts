import {
  type AuthoriseRequest,
  type PaymentProvider,
  PaymentProviderUnavailable,
  PaymentRequestRejected,
} from '../../../src/payment/payment-provider.ts';
import { DEFAULT_BEHAVIOUR, scenarioOf } from '../../../src/payment/simulated/behaviour.ts';
import {
  afterAction,
  afterDecision,
  openPayment,
  type PaymentRecord,
  voidUnheardOf,
} from '../../../src/payment/simulated/payment-record.ts';
import { FaultyLine } from './faults.ts';
import type { Scheduler, SimulatedProcess } from './scheduler.ts';

/** The provider's books. They are never lost: what it charged is what it charged. */
export class SimulatedProvider {
  readonly line: FaultyLine;
  readonly records = new Map<string, PaymentRecord>();
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
    this.line = new FaultyLine(scheduler);
  }

  /** The provider as a process reaches it. */
  portFor(process: SimulatedProcess): PaymentProvider {
    const call = <Answer>(label: string, answer: () => Answer) =>
      this.#scheduler.ask(process, `provider.${label}`, () =>
        this.line.carry(
          async () => answer(),
          (message) => new PaymentProviderUnavailable(message),
        ),
      );
    const act = (action: 'capture' | 'void' | 'refund') => (attemptId: string) =>
      call(action, () => this.#act(action, attemptId));
    return {
      authorise: (request) => call('authorise', () => this.#authorise(request)),
      capture: act('capture'),
      void: act('void'),
      refund: act('refund'),
      lookUp: (attemptId) => call('lookUp', () => this.#read(attemptId) ?? null),
    };
  }

  #authorise(request: AuthoriseRequest): PaymentRecord {
    const known = this.#read(request.attemptId);
    if (known) return known;
    const { attemptId, orderId, amountMinor, currency, paymentMethod, correlationId } = request;
    const scenario = scenarioOf(paymentMethod, attemptId, DEFAULT_BEHAVIOUR);
    if (scenario === 'unavailable') throw new PaymentProviderUnavailable('out of order');
    return this.#save(
      openPayment({
        body: {
          action: 'authorise',
          attempt_id: attemptId,
          order_id: orderId,
          amount_minor: amountMinor,
          currency,
          payment_method: paymentMethod,
        },
        scenario,
        behaviour: DEFAULT_BEHAVIOUR,
        callbackUrl: null,
        correlationId,
        nowMs: this.#scheduler.clock.read(),
      }),
    );
  }

  #act(action: 'capture' | 'void' | 'refund', attemptId: string): PaymentRecord {
    const known = this.#read(attemptId);
    if (known) return this.#save(afterAction(known, action));
    if (action === 'void') return this.#save(voidUnheardOf(attemptId));
    throw new PaymentRequestRejected('not_found', `no payment ${attemptId}`);
  }

  /** As time has left it. */
  #read(attemptId: string): PaymentRecord | undefined {
    const known = this.records.get(attemptId);
    if (!known || known.decidesAtMs === null || known.decidesAtMs > this.#scheduler.clock.read()) return known;
    return this.#save(afterDecision(known, DEFAULT_BEHAVIOUR));
  }

  #save(record: PaymentRecord): PaymentRecord {
    this.records.set(record.attemptId, record);
    return record;
  }
}
