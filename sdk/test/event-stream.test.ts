import { describe, expect, test } from 'vitest';
import { type ClientOptions, createClient } from '../src/client.ts';
import {
  cut,
  events,
  eventsThenCut,
  hang,
  problem,
  type ScriptedServer,
  startScriptedServer,
} from './support/scripted-server.ts';

const sale = { sale_id: '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70' };

function clientOf(server: ScriptedServer, options: Partial<ClientOptions> = {}) {
  return createClient({ baseUrl: server.baseUrl, token: 'viewer-token', backoffMs: 1, ...options });
}

async function take(count: number, stream: AsyncGenerator<unknown>): Promise<unknown[]> {
  const taken: unknown[] = [];
  for await (const data of stream) {
    taken.push(data);
    if (taken.length === count) break;
  }
  return taken;
}

describe('a stream', () => {
  test('yields the data of each event, with the token and the right Accept', async () => {
    await using server = await startScriptedServer(events({ n: 1 }, { n: 2 }));
    expect(await take(2, clientOf(server).streamAdminSale(sale))).toEqual([{ n: 1 }, { n: 2 }]);
    expect(server.requests[0]).toMatchObject({
      url: `/api/v1/admin/sales/${sale.sale_id}/events`,
      headers: { accept: 'text/event-stream', authorization: 'Bearer viewer-token' },
    });
  });

  test('reads an event that comes byte by byte, between heartbeats', async () => {
    const bytes = new TextEncoder().encode(':heartbeat\n\ndata: {"name":"\u{1F45F}é"}\r\n\r\n');
    const fetch = async () => new Response(ReadableStream.from(Array.from(bytes, (byte) => Uint8Array.of(byte))));
    const client = createClient({ baseUrl: 'http://nowhere.invalid', fetch });
    expect(await take(1, client.streamSaleStatus(sale))).toEqual([{ name: '\u{1F45F}é' }]);
  });

  test('goes on over a cut connection, a refused one and a closed one', async () => {
    await using server = await startScriptedServer(
      eventsThenCut({ n: 1 }),
      problem(503, 'overloaded'),
      cut,
      (response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: {"n":2}\n\n'),
      events({ n: 3 }),
    );
    const stream = clientOf(server, { streamRetries: 3 }).streamSaleStatus(sale);
    expect(await take(3, stream)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(server.requests).toHaveLength(5);
  });

  test('opens a silent connection anew', async () => {
    await using server = await startScriptedServer(events({ n: 1 }), hang, events({ n: 2 }));
    const stream = clientOf(server, { streamIdleTimeoutMs: 1000 }).streamSaleStatus(sale);
    expect(await take(2, stream)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(server.requests).toHaveLength(3);
  });

  test('gives up after the given failures in a row', async () => {
    await using server = await startScriptedServer(eventsThenCut({ n: 1 }), problem(503, 'overloaded'));
    const stream = clientOf(server, { streamRetries: 2 }).streamSaleStatus(sale);
    await expect(take(2, stream)).rejects.toMatchObject({ code: 'overloaded' });
    expect(server.requests).toHaveLength(3);
  });

  test('throws a refusal at once', async () => {
    await using server = await startScriptedServer(problem(404, 'not_found'));
    await expect(take(1, clientOf(server).streamSaleStatus(sale))).rejects.toMatchObject({ code: 'not_found' });
    expect(server.requests).toHaveLength(1);
  });

  test('closes its connection when the reader stops', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    await using server = await startScriptedServer((response, request) => {
      response.once('close', resolve);
      events({ n: 1 })(response, request);
    });
    await take(1, clientOf(server).streamSaleStatus(sale));
    await closed;
  });

  test("ends with the reason of the caller's signal, while waiting for an event and while waiting to reconnect", async () => {
    const caller = new AbortController();
    await using server = await startScriptedServer(events({ n: 1 }));
    const stream = clientOf(server).streamSaleStatus(sale, { signal: caller.signal });
    await stream.next();
    const next = stream.next();
    caller.abort('enough');
    await expect(next).rejects.toBe('enough');

    const waiting = new AbortController();
    await using refusing = await startScriptedServer((response, request) => {
      response.once('close', () => setTimeout(() => waiting.abort('enough'), 50));
      problem(503, 'overloaded', { 'retry-after': '1000' })(response, request);
    });
    const { signal } = waiting;
    await expect(take(1, clientOf(refusing).streamSaleStatus(sale, { signal }))).rejects.toBe('enough');
  });
});
