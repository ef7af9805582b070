// Receives Tidegate's webhooks (docs/integrate.md), with nothing but Node.
//
//   WEBHOOK_SECRET=whsec_… PORT=9200 node server.mjs
//
// Replace `handle` by what your shop does, and `seen` and `newest` by your database.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const SECRET = process.env.WEBHOOK_SECRET;
const PORT = Number(process.env.PORT ?? 9200);
const TOLERANCE_SECONDS = 5 * 60;

if (!SECRET) {
  console.error('WEBHOOK_SECRET is not set: it has to be the same as that of Tidegate');
  process.exit(2);
}

// ---- Your business -------------------------------------------------------------------------------------------

/** The ids of the webhooks that were handled. They may come again. */
const seen = new Set();
/** order_id → the highest sequence that was handled. What is older came late, and is no news. */
const newest = new Map();

function receive({ id, type, sequence, data: { order } }) {
  if (seen.has(id) || sequence < (newest.get(order.order_id) ?? 0)) return;
  handle(type, order);
  seen.add(id);
  newest.set(order.order_id, sequence);
}

function handle(type, order) {
  console.log(JSON.stringify({ type, order_id: order.order_id, total_minor: order.total_minor }));
}

// ---- The protocol --------------------------------------------------------------------------------------------

const server = createServer(async (request, response) => {
  try {
    // The signature covers the very bytes that came in: parse them afterwards.
    const body = await text(request);
    if (request.method !== 'POST') response.writeHead(405);
    else if (!isSigned(request.headers, body)) response.writeHead(401);
    else {
      receive(JSON.parse(body));
      response.writeHead(204);
    }
  } catch (error) {
    // Tidegate tries again after a 5xx.
    console.error(error);
    response.writeHead(500);
  }
  response.end();
});

// ---- Standard Webhooks signatures ----------------------------------------------------------------------------

function isSigned(headers, payload) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (!id || !timestamp || !signatures) return false;
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS)) return false;
  const key = SECRET.startsWith('whsec_') ? Buffer.from(SECRET.slice('whsec_'.length), 'base64') : SECRET;
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${payload}`).digest();
  return signatures.split(' ').some((signature) => {
    const [version, value] = signature.split(',');
    const given = Buffer.from(value ?? '', 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

server.listen(PORT, '127.0.0.1', () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })),
);
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
