import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpPaymentProvider } from '../../src/payment/http/http-payment-provider.ts';
import type { AuthoriseRequest, ProviderPayment } from '../../src/payment/payment-provider.ts';
import { newMessageId, sign } from '../../src/signing/signature.ts';

export interface StartedPaymentService {
  readonly url: string;
  readonly secret: string;
  close(): Promise<unknown>;
}

/** What any payment service must do, whose it may be: docs/payment-protocol.md. Needs `pm_ok` and `pm_declined`. */
export function paymentProtocolConformance(name: string, start: () => Promise<StartedPaymentService>): void {
  describe(`payment protocol: ${name}`, () => {
    let service: StartedPaymentService;
    let provider: HttpPaymentProvider;

    beforeAll(async () => {
      service = await start();
      provider = new HttpPaymentProvider({ ...service, retry: { attempts: 1, baseMs: 1 } });
    });
    afterAll(async () => {
      await provider?.close();
      await service?.close();
    });

    async function authorised(): Promise<ProviderPayment> {
      const payment = await provider.authorise(authoriseRequest());
      expect(payment.status).toBe('authorised');
      return payment;
    }

    it('authorises, captures, refunds, and can be asked about each', async () => {
      const { attemptId, reference } = await authorised();
      expect(reference).toEqual(expect.any(String));
      expect(await provider.lookUp(attemptId)).toEqual({
        attemptId,
        reference,
        status: 'authorised',
        declineReason: null,
      });
      expect(await provider.capture(attemptId)).toEqual({
        attemptId,
        reference,
        status: 'captured',
        declineReason: null,
      });
      expect(await provider.lookUp(attemptId)).toMatchObject({ status: 'captured' });
      expect(await provider.refund(attemptId)).toEqual({
        attemptId,
        reference,
        status: 'refunded',
        declineReason: null,
      });
      expect(await provider.lookUp(attemptId)).toMatchObject({ status: 'refunded' });
    });

    it('declines with a reason, for good', async () => {
      const request = authoriseRequest({ paymentMethod: 'pm_declined' });
      const declined = await provider.authorise(request);
      expect(declined).toMatchObject({ status: 'declined', declineReason: expect.any(String) });
      expect(await provider.authorise(request)).toEqual(declined);
      expect(await provider.capture(request.attemptId)).toEqual(declined);
      expect(await provider.void(request.attemptId)).toEqual(declined);
    });

    it('answers a repeat of any call as it answered the first', async () => {
      const request = authoriseRequest();
      const first = await provider.authorise(request);
      expect(await provider.authorise(request)).toEqual(first);
      const captured = await provider.capture(request.attemptId);
      expect(await provider.capture(request.attemptId)).toEqual(captured);
      const refunded = await provider.refund(request.attemptId);
      expect(await provider.refund(request.attemptId)).toEqual(refunded);
    });

    it('makes one payment of the same authorise sent many times at once', async () => {
      const request = authoriseRequest();
      const answers = await Promise.all(Array.from({ length: 10 }, () => provider.authorise(request)));
      expect(new Set(answers.map(({ reference }) => reference)).size).toBe(1);
    });

    it('answers a late authorise with the state that the payment has reached', async () => {
      const request = authoriseRequest();
      await provider.authorise(request);
      await provider.capture(request.attemptId);
      expect(await provider.authorise(request)).toMatchObject({ status: 'captured' });
    });

    it.each([
      ['amount', { amountMinor: 1 }],
      ['currency', { currency: 'USD' }],
      ['order', { orderId: 'another_order' }],
      ['payment method', { paymentMethod: 'pm_declined' }],
    ])('refuses another %s under a known attempt id, and keeps the first', async (_, other) => {
      const request = authoriseRequest();
      await provider.authorise(request);
      await expect(provider.authorise({ ...request, ...other })).rejects.toMatchObject({
        code: 'payment_request_rejected',
        reason: 'attempt_id_reused',
        retryable: false,
      });
      expect(await provider.lookUp(request.attemptId)).toMatchObject({ status: 'authorised' });
    });

    it('voids an authorisation, which can then not be captured', async () => {
      const { attemptId } = await authorised();
      expect(await provider.void(attemptId)).toMatchObject({ status: 'voided' });
      expect(await provider.void(attemptId)).toMatchObject({ status: 'voided' });
      expect(await provider.capture(attemptId)).toMatchObject({ status: 'voided' });
    });

    it('remembers a void that came before its authorise, and then holds nothing', async () => {
      const request = authoriseRequest();
      expect(await provider.void(request.attemptId)).toMatchObject({ status: 'voided' });
      expect(await provider.lookUp(request.attemptId)).toMatchObject({ status: 'voided' });
      expect(await provider.authorise(request)).toMatchObject({ status: 'voided' });
      expect(await provider.capture(request.attemptId)).toMatchObject({ status: 'voided' });
    });

    it('does not void what is captured', async () => {
      const { attemptId } = await authorised();
      await provider.capture(attemptId);
      expect(await provider.void(attemptId)).toMatchObject({ status: 'captured' });
      expect(await provider.lookUp(attemptId)).toMatchObject({ status: 'captured' });
    });

    it('does not refund what was never captured', async () => {
      const { attemptId } = await authorised();
      expect(await provider.refund(attemptId)).toMatchObject({ status: 'authorised' });
    });

    it('says of an attempt that it never heard of it', async () => {
      const attemptId = randomUUID();
      expect(await provider.lookUp(attemptId)).toBeNull();
      const neverHeardOf = { code: 'payment_request_rejected', reason: 'not_found' };
      await expect(provider.capture(attemptId)).rejects.toMatchObject(neverHeardOf);
      await expect(provider.refund(attemptId)).rejects.toMatchObject(neverHeardOf);
      expect(await provider.lookUp(attemptId)).toBeNull();
    });

    it('refuses an amount that is none', async () => {
      const request = authoriseRequest({ amountMinor: 0 });
      await expect(provider.authorise(request)).rejects.toMatchObject({ reason: 'invalid_request' });
      expect(await provider.lookUp(request.attemptId)).toBeNull();
    });

    it('does nothing for a caller with another secret', async () => {
      const stranger = new HttpPaymentProvider({ ...service, secret: 'another', retry: { attempts: 1, baseMs: 1 } });
      const { attemptId } = await authorised();
      try {
        await expect(stranger.capture(attemptId)).rejects.toMatchObject({ code: 'payment_provider_unavailable' });
        await expect(stranger.lookUp(attemptId)).rejects.toMatchObject({ code: 'payment_provider_unavailable' });
      } finally {
        await stranger.close();
      }
      expect(await provider.lookUp(attemptId)).toMatchObject({ status: 'authorised' });
    });

    it('does nothing for a body that was signed for another action', async () => {
      const { attemptId } = await authorised();
      await provider.capture(attemptId);
      const body = JSON.stringify({ action: 'void', attempt_id: attemptId });
      const response = await fetch(`${service.url}/payments/${attemptId}/refund`, {
        method: 'POST',
        headers: { ...sign(service.secret, newMessageId(), body, Date.now()), 'content-type': 'application/json' },
        body,
      });
      expect([response.status, await response.json()]).toMatchObject([400, { code: 'invalid_request' }]);
      expect(await provider.lookUp(attemptId)).toMatchObject({ status: 'captured' });
    });

    it.each([
      ['11 minutes ago', -11 * 60_000],
      ['in 11 minutes', 11 * 60_000],
    ])('does nothing for a request signed %s', async (_, shiftMs) => {
      const replay = new HttpPaymentProvider({
        ...service,
        retry: { attempts: 1, baseMs: 1 },
        now: () => Date.now() + shiftMs,
      });
      const { attemptId } = await authorised();
      try {
        await expect(replay.capture(attemptId)).rejects.toMatchObject({ code: 'payment_provider_unavailable' });
      } finally {
        await replay.close();
      }
      expect(await provider.lookUp(attemptId)).toMatchObject({ status: 'authorised' });
    });
  });
}

export function authoriseRequest(over: Partial<AuthoriseRequest> = {}): AuthoriseRequest {
  return {
    attemptId: randomUUID(),
    orderId: 'order_1',
    amountMinor: 19_900,
    currency: 'EUR',
    paymentMethod: 'pm_ok',
    correlationId: 'corr_1',
    ...over,
  };
}
