import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openOrderLog } from '../../src/app/open-order-log.ts';
import { parseKafkaUrl } from '../../src/config/kafka-cluster.ts';
import type { OrderEvent } from '../../src/domain/order-event.ts';
import type { OrderLog } from '../../src/order-log/order-log.ts';
import { EngineEvents } from '../../src/telemetry/events.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { ManualClock } from '../support/clock.ts';
import { applyAll, handlerOf } from '../support/event-handlers.ts';
import { type SecuredKafka, startSecuredKafka } from '../support/kafka.ts';
import { saleDefinition } from '../support/sale-fixtures.ts';
import type { OpenedStore } from '../support/store-bench.ts';
import { openEmbeddedStore } from '../support/store-embedded.ts';
import { trust } from '../support/trust.ts';

const PATIENCE = { timeout: 25_000, interval: 50 };
const WRONG_PASSWORD = 'sesame-open';

const broker = await startSecuredKafka();
afterAll(() => broker?.stop());

describe.skipIf(!broker)('Kafka over TLS', () => {
  const secured = broker as SecuredKafka;
  let opened: OpenedStore;
  beforeAll(async () => {
    opened = await openEmbeddedStore({ clock: new ManualClock(), outboxMax: 1_000 });
    return () => opened.close();
  });

  async function open(password: string, sasl = ''): Promise<{ log: OrderLog; lines: string[] }> {
    const { user, port } = secured;
    const url = `kafka+tls://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}${sasl}`;
    const lines: string[] = [];
    const events = new EngineEvents(createMetrics(), createLogger('info', { write: (line) => lines.push(line) }));
    const ports = { store: opened.store, eventSource: null, events };
    return { log: await openOrderLog({ kind: 'kafka', cluster: parseKafkaUrl(url) }, ports), lines };
  }

  function consume(log: OrderLog): OrderEvent[] {
    const received: OrderEvent[] = [];
    const stopped = new AbortController();
    const handler = handlerOf(async (saleId, events) => {
      received.push(...events);
      return applyAll(saleId, events);
    });
    const done = log.consume(handler, stopped.signal);
    onTestFinished(async () => {
      stopped.abort();
      await done;
    });
    return received;
  }

  test.each(['', '?sasl=plain'])('carries events for who signs in (%s)', async (sasl) => {
    trust(secured.authority);
    const { log } = await open(secured.password, sasl);
    const received = consume(log);
    const saleId = `sale${sasl}`;
    await opened.store.prepareSale(saleDefinition({ saleId }), 1, 'c');
    const prepared = expect.objectContaining({ saleId, type: 'sale_prepared' });
    await vi.waitFor(() => expect(received).toContainEqual(prepared), PATIENCE);
    expect(() => log.check()).not.toThrow();
  });

  test.each(['', '?sasl=plain'])('says whom it does not let in, and never by which password (%s)', async (sasl) => {
    trust(secured.authority);
    const { log, lines } = await open(WRONG_PASSWORD, sasl);
    consume(log);
    await vi.waitFor(() => expect(lines.join()).toContain('Kafka does not let shop in by'), PATIENCE);
    expect(lines.join()).not.toContain(WRONG_PASSWORD);
    expect(() => log.check()).toThrow(expect.objectContaining({ code: 'order_log_unavailable' }));
  });

  test('is not spoken to with a certificate that nobody vouches for', async () => {
    const { log, lines } = await open(secured.password);
    consume(log);
    await vi.waitFor(() => expect(lines.join()).toContain("Kafka's certificate is not trusted"), PATIENCE);
    expect(lines.join()).toContain('NODE_EXTRA_CA_CERTS');
    expect(lines.join()).not.toContain(secured.password);
  });
});
