import { expect, test } from 'vitest';
import { createClient, TidegateProblem } from '#sdk/client.ts';
import { ensureSession, forgetUnknownSession } from './buyer-session.ts';

/** A shop that hands out one guest after the other. */
function openShop() {
  let guests = 0;
  const fetch = async () => {
    guests += 1;
    const session = { user_id: `guest-${guests}`, token: `token-${guests}`, expires_at: '2999-01-01T00:00:00.000Z' };
    return Response.json(session, { status: 201 });
  };
  return createClient({ baseUrl: 'http://shop.example', fetch });
}

function problem(status: number): TidegateProblem {
  const code = status === 401 ? 'unauthenticated' : 'rate_limited';
  const document = { type: 'about:blank', title: code, status, code, detail: code, correlation_id: 'c' } as const;
  return new TidegateProblem(Response.json(document, { status }), document);
}

test('a browser stays the guest that it is until the server no longer knows that one', async () => {
  const shop = openShop();
  const first = await ensureSession(shop);
  forgetUnknownSession(problem(429), first.token);
  expect(await ensureSession(shop)).toEqual(first);
  forgetUnknownSession(problem(401), first.token);
  expect((await ensureSession(shop)).user_id).toBe('guest-2');
});
