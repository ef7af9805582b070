import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { listSales, saleStatus } from '#sdk/contract/sale.ts';
import type { Store } from '../../src/store/store.ts';
import { ManualClock } from '../support/clock.ts';
import { EventReader } from '../support/event-reader.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { saleItem, TestServer } from '../support/server.ts';

const clock = new ManualClock();
const MINUTE_MS = 60_000;
let storeCalls = 0;
let server: TestServer;

/** Counts every call; nothing else is different. */
function counting(store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        storeCalls += 1;
        return Reflect.apply(value, target, args);
      };
    },
  });
}

beforeAll(async () => {
  server = await TestServer.start({ clock: clock.read, wrapStore: counting });
});
afterAll(() => server.stop());

function isoIn(ms: number): string {
  return new Date(clock.read() + ms).toISOString();
}

const refresh = () => server.app.ports.board.refresh();

async function statusOf(saleId: string, headers: Readonly<Record<string, string>> = {}) {
  return server.call(`/api/v1/flash-sale/${saleId}/status`, { headers });
}

describe('the shared status', () => {
  test('is cacheable, and the same bytes for everybody', async () => {
    const { sale_id: saleId } = await server.createSale();
    const [first, second] = [await statusOf(saleId), await statusOf(saleId)];
    expect(first.status).toBe(200);
    expect([...Compile(saleStatus).Errors(first.json)]).toEqual([]);
    expect(first.headers.get('cache-control')).toBe('public, max-age=1');
    expect(first.headers.get('etag')).toMatch(/^"[\w-]+"$/);
    expect(first.headers.get('set-cookie')).toBeNull();
    expect(second.text).toBe(first.text);
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
  });

  test('is not sent again to who has it', async () => {
    const { sale_id: saleId } = await server.createSale();
    const etag = (await statusOf(saleId)).headers.get('etag') ?? '';
    for (const header of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
      const answer = await statusOf(saleId, { 'if-none-match': header });
      expect(answer).toMatchObject({ status: 304, text: '' });
      expect(answer.headers.get('etag')).toBe(etag);
    }
    expect((await statusOf(saleId, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('shows a purchase as soon as the board does, under another ETag', async () => {
    const { sale_id: saleId } = await server.createSale();
    const before = await statusOf(saleId);
    await server.purchase(saleId, await server.guest());
    await refresh();
    const after = await statusOf(saleId);
    expect(after.json.items).toEqual([{ sku_id: 'A', total_stock: 10, remaining: 9 }]);
    expect(after.json.stock_may_return).toBe(true);
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
  });

  test('keeps its time at most a second behind, though nothing else changes', async () => {
    const { sale_id: saleId } = await server.createSale();
    const before = await statusOf(saleId);
    clock.advance(999);
    await refresh();
    expect((await statusOf(saleId)).text).toBe(before.text);
    clock.advance(1);
    await refresh();
    expect((await statusOf(saleId)).json.now).toBe(isoIn(0));
  });

  test('a thousand readers of statuses, sales and lists cost the store nothing', async () => {
    const { sale_id: saleId } = await server.createSale();
    const { board } = server.app.ports;
    await board.stop();
    const before = storeCalls;
    const paths = [`/${saleId}/status`, `/${saleId}`, ''];
    for (let batch = 0; batch < 20; batch++) {
      const reads = Array.from({ length: 50 }, (_, index) => server.call(`/api/v1/flash-sale${paths[index % 3]}`));
      expect((await Promise.all(reads)).every(({ status }) => status === 200)).toBe(true);
    }
    const calls = storeCalls - before;
    await board.start();
    // The processor sweeps meanwhile: a few calls a second, however many read.
    expect(calls).toBeLessThan(200);
  });

  test('tells when to ask again: soon when it matters, seldom when nothing happens', async () => {
    const live = await server.createSale();
    const far = await server.createSale({ starts_at: isoIn(60 * MINUTE_MS) });
    const poll = async (saleId: string) => (await statusOf(saleId)).json.poll.interval_ms;
    expect(await poll(far.sale_id)).toBeGreaterThan(await poll(live.sale_id));
  });

  test('an unknown sale has none', async () => {
    expect((await statusOf('0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70')).json.code).toBe('not_found');
    expect((await statusOf('nonsense')).json.code).toBe('validation_failed');
  });

  test('follows a sale from the countdown to its end', async () => {
    const { sale_id: saleId } = await server.createSale({
      starts_at: isoIn(MINUTE_MS),
      ends_at: isoIn(3 * MINUTE_MS),
      items: [saleItem('A', 1)],
    });
    const phase = async () => {
      await refresh();
      return (await statusOf(saleId)).json.phase;
    };
    expect(await phase()).toBe('upcoming');
    clock.advance(MINUTE_MS);
    expect(await phase()).toBe('live');
    await server.purchase(saleId, await server.guest());
    expect(await phase()).toBe('sold_out');
    await server.operate(`/sales/${saleId}/pause`, { method: 'POST' });
    expect(await phase()).toBe('paused');
    clock.advance(2 * MINUTE_MS);
    expect(await phase()).toBe('ended');
  });
});

describe('before the reveal', () => {
  test('no answer, list, search or stream names an item', async () => {
    const secret = {
      ...saleItem('SECRET-SKU', 7),
      name: 'Secret thing',
      description: 'Secret text',
      image_url: '/secret.webp',
    };
    const reveal = { starts_at: isoIn(30 * MINUTE_MS), reveal_at: isoIn(10 * MINUTE_MS), items: [secret] };
    const { sale_id: saleId } = await server.createSale({ name: 'Mystery', ...reveal });
    const stream = await EventReader.open(`${server.url}/api/v1/flash-sale/${saleId}/events`);
    const answers = [
      (await statusOf(saleId)).text,
      (await server.call(`/api/v1/flash-sale/${saleId}`)).text,
      (await server.call('/api/v1/flash-sale?when=upcoming&limit=200')).text,
      (await server.call('/metrics')).text,
      JSON.stringify(await stream.next()),
    ];
    for (const answer of answers) expect(answer.toLowerCase()).not.toContain('secret');
    expect((await server.call('/api/v1/flash-sale?query=secret')).json.sales).toEqual([]);
    expect((await server.call('/api/v1/flash-sale?query=mystery')).json.sales).toHaveLength(1);
    expect((await server.operate(`/sales/${saleId}`)).text).toContain('SECRET-SKU');

    clock.advance(10 * MINUTE_MS);
    await refresh();
    expect((await server.call(`/api/v1/flash-sale/${saleId}`)).json.items[0].name).toBe('Secret thing');
    expect((await server.call('/api/v1/flash-sale?query=secret')).json.sales).toHaveLength(1);
    expect(JSON.stringify(await stream.next())).toContain('SECRET-SKU');
    expect((await server.call('/metrics')).text).toContain('SECRET-SKU');
    await stream.close();
  });
});

describe('the list of sales', () => {
  const isPage = Compile(listSales.responses[200]);

  async function names(query: string): Promise<string[]> {
    const { json } = await server.call(`/api/v1/flash-sale?${query}`);
    expect([...isPage.Errors(json)]).toEqual([]);
    return json.sales.map(({ name }: { name: string }) => name);
  }

  test('has live sales first, then the next ones, then the last ones; cancelled ones never', async () => {
    const draft = (name: string, startsMs: number, endsMs: number) => ({
      name: `order ${name}`,
      starts_at: isoIn(startsMs),
      ends_at: isoIn(endsMs),
    });
    await server.createSale(draft('later', 50 * MINUTE_MS, 90 * MINUTE_MS));
    await server.createSale(draft('next', 40 * MINUTE_MS, 90 * MINUTE_MS));
    await server.createSale(draft('live', -MINUTE_MS, 90 * MINUTE_MS));
    await server.createSale(draft('past', -MINUTE_MS, 2 * MINUTE_MS));
    await server.createSale(draft('last', -MINUTE_MS, 3 * MINUTE_MS));
    const cancelled = await server.createSale(draft('cancelled', -MINUTE_MS, 90 * MINUTE_MS));
    await server.operate(`/sales/${cancelled.sale_id}/cancel`, { method: 'POST' });
    clock.advance(4 * MINUTE_MS);
    await refresh();

    expect(await names('query=order&when=past,upcoming,live')).toEqual([
      'order live',
      'order next',
      'order later',
      'order last',
      'order past',
    ]);
    expect(await names('query=order')).toEqual(['order live', 'order next', 'order later']);
    expect(await names('query=ORDER%20L&when=past')).toEqual(['order last']);
  });

  test('comes page by page', async () => {
    const whole = await names('when=live,upcoming,past&limit=200');
    const pages: string[] = [];
    let cursor = '';
    do {
      const { json } = await server.call(`/api/v1/flash-sale?when=live,upcoming,past&limit=3${cursor}`);
      pages.push(...json.sales.map(({ name }: { name: string }) => name));
      cursor = json.next_cursor && `&cursor=${json.next_cursor}`;
    } while (cursor);
    expect(pages).toEqual(whole);
  });

  test.each(['when=now', 'limit=0', 'limit=201', 'limit=x', 'limit=1.5', 'limit=1&limit=2', 'page=2', 'query='])(
    '?%s is refused',
    async (query) => {
      expect((await server.call(`/api/v1/flash-sale?${query}`)).json.code).toBe('validation_failed');
    },
  );
});

describe('the event stream', () => {
  const open = (saleId: string, headers = {}) =>
    EventReader.open(`${server.url}/api/v1/flash-sale/${saleId}/events`, headers);

  test('begins with the status and tells each change, and nothing when nothing changes', async () => {
    const { sale_id: saleId } = await server.createSale();
    const stream = await open(saleId);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
    expect(stream.response.headers.get('cache-control')).toBe('no-store');
    expect((await stream.next())?.data).toMatchObject({ sale_id: saleId, items: [{ remaining: 10 }] });
    clock.advance(5_000);
    await refresh();
    await server.purchase(saleId, await server.guest());
    expect((await stream.next())?.data.items).toEqual([{ sku_id: 'A', total_stock: 10, remaining: 9 }]);
    await server.operate(`/sales/${saleId}/pause`, { method: 'POST' });
    expect((await stream.next())?.data.phase).toBe('paused');
    await stream.close();
  });

  test('does not repeat what the reader has', async () => {
    const { sale_id: saleId } = await server.createSale();
    const first = await open(saleId);
    const id = (await first.next())?.id ?? '';
    await first.close();
    const again = await open(saleId, { 'last-event-id': id });
    expect(await again.nextComment()).toBe('heartbeat');
    await server.purchase(saleId, await server.guest());
    expect((await again.next())?.data.items[0].remaining).toBe(9);
    await again.close();
  });

  test('is counted while it is open', async () => {
    const { sale_id: saleId } = await server.createSale();
    const gauge = async () => Number(/^tidegate_event_streams (\d+)$/m.exec((await server.call('/metrics')).text)?.[1]);
    await vi.waitFor(async () => expect(await gauge()).toBe(0), PATIENCE_MS);
    const streams = await Promise.all([open(saleId), open(saleId)]);
    expect(await gauge()).toBe(2);
    for (const stream of streams) await stream.close();
    await vi.waitFor(async () => expect(await gauge()).toBe(0), PATIENCE_MS);
  });

  test('ends when its sale is deleted', async () => {
    const { sale_id: saleId } = await server.createSale({ starts_at: isoIn(MINUTE_MS) });
    const stream = await open(saleId);
    await vi.waitFor(
      async () => expect((await server.operate(`/sales/${saleId}`, { method: 'DELETE' })).status).toBe(204),
      PATIENCE_MS,
    );
    await expect(stream.until(() => false)).rejects.toThrow('the stream ended');
  });

  test('of an unknown sale there is none', async () => {
    const answer = await server.call('/api/v1/flash-sale/0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70/events');
    expect(answer).toMatchObject({ status: 404, json: { code: 'not_found' } });
  });

  test("operators see every unit's place as it changes", async () => {
    const { sale_id: saleId } = await server.createSale();
    const url = `${server.url}/api/v1/admin/sales/${saleId}/events`;
    await expect(EventReader.open(url)).rejects.toThrow('401');
    const stream = await EventReader.open(url, { authorization: 'Bearer viewer-token-of-the-tests' });
    expect((await stream.next())?.data.items[0].stock.available).toBe(10);
    await server.purchase(saleId, await server.guest());
    await vi.waitFor(async () => expect((await stream.next())?.data.items[0].stock.reserved).toBe(1), PATIENCE_MS);
    await stream.close();
  });
});

test('one client cannot take all the streams there are', async () => {
  const limited = await TestServer.start({ env: { RATE_LIMIT_PER_IP: '100000' } });
  try {
    const { sale_id: saleId } = await limited.createSale();
    const url = `${limited.url}/api/v1/flash-sale/${saleId}/events`;
    const streams = await Promise.all(Array.from({ length: 200 }, () => EventReader.open(url)));
    const refused = await limited.call(`/api/v1/flash-sale/${saleId}/events`);
    expect(refused).toMatchObject({ status: 503, json: { code: 'overloaded' } });
    expect(refused.headers.get('retry-after')).not.toBeNull();
    await Promise.all(streams.map((stream) => stream.close()));
  } finally {
    await limited.stop();
  }
});

test('stopping ends the streams, and does not wait for their readers', async () => {
  const stopping = await TestServer.start();
  const { sale_id: saleId } = await stopping.createSale();
  const stream = await EventReader.open(`${stopping.url}/api/v1/flash-sale/${saleId}/events`);
  await stream.next();
  const stopped = stopping.stop();
  expect(await stream.next()).toBeNull();
  await stopped;
});
