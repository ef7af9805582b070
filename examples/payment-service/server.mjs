// A payment service that speaks docs/payment-protocol.md, with nothing but Node.
//
//   PAYMENT_SECRET=whsec_… PORT=9100 node server.mjs
//
// It keeps its payments in memory and lets every card pay: replace `payments` by your database, and the four
// functions under "Your business" by calls to your bank. The rest can stay as it is.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const SECRET = process.env.PAYMENT_SECRET;
const PORT = Number(process.env.PORT ?? 9100);
const TOLERANCE_SECONDS = 5 * 60;

if (!SECRET) {
  console.error('PAYMENT_SECRET is not set: it has to be the same as that of Tidegate');
  process.exit(2);
}

// ---- Your business -------------------------------------------------------------------------------------------

/** attempt_id → { terms, answer }. In real life a table with `attempt_id` as its key, kept for 24 hours at least. */
const payments = new Map();

/** The same attempt again is answered as it stands, and never charged again. */
function authorise({ attempt_id, order_id, amount_minor, currency, payment_method }) {
  const terms = JSON.stringify({ order_id, amount_minor, currency, payment_method });
  const known = payments.get(attempt_id);
  if (known) {
    const same = known.terms === null || known.terms === terms;
    return same ? [200, known.answer] : refusal(409, 'attempt_id_reused', 'known with another order, amount or method');
  }
  // Here you would ask your bank to hold the amount, with the attempt_id as its idempotency key.
  const declined = payment_method === 'pm_declined';
  return keep(attempt_id, terms, {
    attempt_id,
    status: declined ? 'declined' : 'authorised',
    reference: `bank_${payments.size + 1}`,
    decline_reason: declined ? 'The card was declined.' : null,
  });
}

/** Takes the money that is held. A payment in any other state is answered as it stands: see `move`. */
function capture(attemptId) {
  return move(attemptId, ['authorised'], 'captured');
}

/** A void may overtake its authorise. Remember it: the authorise that comes later must hold nothing. */
function voidPayment(attemptId) {
  if (!payments.has(attemptId)) {
    return keep(attemptId, null, { attempt_id: attemptId, status: 'voided', reference: null, decline_reason: null });
  }
  return move(attemptId, ['pending', 'authorised'], 'voided');
}

function refund(attemptId) {
  return move(attemptId, ['captured'], 'refunded');
}

function move(attemptId, from, to) {
  const known = payments.get(attemptId);
  if (!known) return notFound();
  if (!from.includes(known.answer.status)) return [200, known.answer];
  return keep(attemptId, known.terms, { ...known.answer, status: to });
}

function keep(attemptId, terms, answer) {
  payments.set(attemptId, { terms, answer });
  return [200, answer];
}

// ---- The protocol --------------------------------------------------------------------------------------------

const ACTIONS = { capture, void: voidPayment, refund };

const server = createServer(async (request, response) => {
  try {
    const body = await text(request);
    const attempt = /^\/payments\/([A-Za-z0-9_-]{1,100})(?:\/(capture|void|refund))?$/.exec(request.url);
    const [, attemptId, action] = attempt ?? [];
    // A look-up has no body: its attempt id is signed instead.
    if (!isSigned(request.headers, body || attemptId)) {
      send(response, refusal(401, 'invalid_signature', 'missing, stale or forged'));
      return;
    }
    const answer = attempt ? handle(request.method, attemptId, action, body) : notFound();
    send(response, answer, request.headers['webhook-id']);
  } catch (error) {
    // Tidegate takes a 5xx for "nobody knows what happened", and looks the attempt up.
    console.error(error);
    send(response, refusal(500, 'internal', 'something went wrong'));
  }
});

function handle(method, attemptId, action, body) {
  if (method === 'GET' && !action) return payments.has(attemptId) ? [200, payments.get(attemptId).answer] : notFound();
  const asked = parse(body);
  // The signature covers the body, not the path: a body that was signed for another path must not pass.
  const expected = action ?? 'authorise';
  if (asked?.attempt_id !== attemptId || asked.action !== expected)
    return refusal(400, 'invalid_request', 'see the body');
  if (method === 'POST' && action) return ACTIONS[action](attemptId);
  if (method === 'PUT' && !action)
    return isOrder(asked) ? authorise(asked) : refusal(400, 'invalid_request', 'see the body');
  return refusal(404, 'not_found', 'no such operation');
}

function isOrder({ order_id, amount_minor, currency, payment_method }) {
  const texts = [order_id, currency, payment_method];
  return (
    texts.every((value) => typeof value === 'string' && value) && Number.isSafeInteger(amount_minor) && amount_minor > 0
  );
}

function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function refusal(status, code, detail) {
  return [status, { code, detail }];
}

function notFound() {
  return refusal(404, 'not_found', 'this attempt was never heard of');
}

/** Every answer to a genuine request is signed as well, under the id of the request. */
function send(response, [status, body], messageId) {
  const payload = JSON.stringify(body);
  const timestamp = String(Math.floor(Date.now() / 1000));
  if (messageId) {
    response.setHeader('webhook-id', messageId);
    response.setHeader('webhook-timestamp', timestamp);
    response.setHeader('webhook-signature', `v1,${hmac(messageId, timestamp, payload).toString('base64')}`);
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(payload);
}

// ---- Standard Webhooks signatures ----------------------------------------------------------------------------

function isSigned(headers, payload) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (!id || !timestamp || !signatures || !payload) return false;
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS)) return false;
  const expected = hmac(id, timestamp, payload);
  return signatures.split(' ').some((signature) => {
    const [version, value] = signature.split(',');
    const given = Buffer.from(value ?? '', 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function hmac(id, timestamp, payload) {
  const key = SECRET.startsWith('whsec_') ? Buffer.from(SECRET.slice('whsec_'.length), 'base64') : SECRET;
  return createHmac('sha256', key).update(`${id}.${timestamp}.${payload}`).digest();
}

server.listen(PORT, '127.0.0.1', () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })),
);
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
