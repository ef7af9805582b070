import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCli } from '../support/cli-process.ts';
import { type Acknowledgement, Crowd } from '../support/crowd.ts';
import { Fleet } from '../support/fleet.ts';
import { type HttpListener, startHttpListener } from '../support/http-listener.ts';
import { startKafka } from '../support/kafka.ts';
import { KafkaTopic } from '../support/kafka-topic.ts';
import { isOfOthers, panelQuestions, ruleQuestions } from '../support/monitoring-questions.ts';
import { PaymentService } from '../support/payment-service.ts';
import { startPostgres } from '../support/postgres.ts';
import { findPrometheusPrograms } from '../support/prometheus-programs.ts';
import { PrometheusServer } from '../support/prometheus-server.ts';
import { namesIn } from '../support/promql.ts';
import { startRedis } from '../support/redis.ts';
import { liveSale } from '../support/server-under-test.ts';
import { SHOP_ENVIRONMENT } from '../support/shop-under-test.ts';

const PATIENCE = { timeout: 90_000, interval: 250 };
const REQUESTS_A_MINUTE = 300;
const CROWD = ['--buyers', '120', '--units', '30', '--seconds', '2', '--reservation-seconds', '3', '--seed', '7'];
const ROOM = ['--queue', 'fifo', '--rate', '40', '--cap', '40', '--admission-seconds', '5', '--early', '3'];
/** Their series begin with the first time that they happen, and this must never be. */
const NEVER_HAPPENS = ['tidegate_invariant_violations_total'];
/** Built into every series that Prometheus scrapes. */
const OF_THE_TARGET = ['instance', 'job', 'role'];

const [redis, postgres, kafka, programs] = await Promise.all([
  startRedis(),
  startPostgres(),
  startKafka(),
  findPrometheusPrograms(),
]);
const servers = redis?.outage && postgres && kafka?.outage && programs ? { redis, postgres, kafka, programs } : null;

describe.skipIf(!servers)('Prometheus, over a sale of two gateways and two processors', { timeout: 180_000 }, () => {
  let payments: PaymentService;
  let shop: HttpListener;
  let fleet: Fleet;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    if (!servers) return;
    [payments, shop] = await Promise.all([
      PaymentService.start(),
      startHttpListener((_, response) => void response.writeHead(204).end()),
    ]);
    fleet = await Fleet.start({
      gateways: 2,
      processors: 2,
      storePort: Number(new URL(servers.redis.url).port),
      env: {
        DATABASE_URL: servers.postgres.url,
        ORDER_LOG_URL: servers.kafka.url,
        AUTH_MODE: 'guest',
        RATE_LIMIT_PER_USER: String(REQUESTS_A_MINUTE),
        WEBHOOK_URL: shop.url,
        WEBHOOK_SECRET: 'the shop checks the webhooks of this test',
        GIT_COMMIT: 'under-test',
        ...payments.env,
      },
    });
    const addressesOf = (role: 'gateways' | 'processors') => fleet[role].map(({ url }) => new URL(url ?? '').host);
    prometheus = await PrometheusServer.start(servers.programs, {
      gateway: addressesOf('gateways'),
      processor: addressesOf('processors'),
    });
    await playSale(fleet);
  }, 180_000);

  afterAll(async () => {
    await prometheus?.stop();
    await fleet?.remove();
    await Promise.all([payments?.remove(), shop?.close()]);
    await Promise.all([redis, postgres, kafka].map((server) => server?.stop()));
  });

  const fires = (alert: string) => expect.poll(() => prometheus.isFiring(alert), PATIENCE).toBe(true);
  const isOver = (alert: string) => expect.poll(() => prometheus.isFiring(alert), PATIENCE).toBe(false);

  test('hears from every process', async () => {
    await expect.poll(() => prometheus.isFiring('TidegateHeartbeat'), PATIENCE).toBe(true);
    const up = await prometheus.query('sum by (role) (up{job="tidegate"})');
    expect(up.map(({ metric, value }) => [metric.role, value[1]]).sort()).toEqual([
      ['gateway', '2'],
      ['processor', '2'],
    ]);
  });

  test('tells of a poison message until somebody has seen to it', async () => {
    if (servers)
      await new KafkaTopic(servers.kafka, 'tidegate.orders').send({ key: 'x', value: 'no event', headers: {} });
    await fires('TidegateDeadLetterOpen');
    const { dead_letters } = await fleet.client.listDeadLetters({ state: 'open' });
    await Promise.all(dead_letters.map(({ dead_letter_id }) => fleet.client.discardDeadLetter({ dead_letter_id })));
    await isOver('TidegateDeadLetterOpen');
  });

  test('tells of a broker that is gone, and of a payment service that is, until they are back', async () => {
    const { sale_id } = await fleet.client.createSale(liveSale({ A: 1_000 }));
    const crowd = new Crowd(fleet, sale_id);
    await Promise.all([servers?.kafka.outage?.begin(), payments.kill()]);
    const orders = await Promise.all(Array.from({ length: 8 }, (_, n) => reserveOne(crowd, `late-${n}`)));
    const paying = orders.map((order) => crowd.pay(order, 'pm_ok'));
    await Promise.all([fires('TidegateOrderLogDown'), fires('TidegatePaymentBreakerOpen')]);
    expect(await prometheus.isFiring('TidegateGatewaysDown')).toBe(false);

    await Promise.all([servers?.kafka.outage?.end(), payments.restart()]);
    await Promise.all(paying);
    // A breaker learns only from calls that its service is back, and each processor has its own: buyers go on paying.
    let buyers = 0;
    const firesAfterPayments = async () => {
      const visits = Array.from({ length: 4 }, () => reserveOne(crowd, `buyer-${buyers++}`));
      await Promise.all(visits.map(async (visit) => crowd.pay(await visit, 'pm_ok')));
      return prometheus.isFiring('TidegatePaymentBreakerOpen');
    };
    await Promise.all([isOver('TidegateOrderLogDown'), expect.poll(firesAfterPayments, PATIENCE).toBe(false)]);
    await crowd.close();
  });

  test('has every metric and every label that a panel or a rule names', async () => {
    const missing: string[] = [];
    for (const question of [...panelQuestions(), ...(await ruleQuestions())]) {
      if (isOfOthers(question)) continue;
      const { selectors, groupings } = namesIn(question.expr);
      const known = new Set(OF_THE_TARGET);
      for (const { metric, labels } of selectors) {
        const labelsThere = await labelsOf(metric);
        for (const label of labelsThere) known.add(label);
        if (NEVER_HAPPENS.includes(metric)) continue;
        if (labelsThere.size === 0) missing.push(`${question.of}: ${metric}`);
        for (const label of labels) if (!labelsThere.has(label)) missing.push(`${question.of}: ${metric}{${label}}`);
      }
      if (selectors.some(({ metric }) => NEVER_HAPPENS.includes(metric))) continue;
      for (const label of groupings) if (!known.has(label)) missing.push(`${question.of}: by ${label}`);
    }
    expect(missing).toEqual([]);
  });

  test('has data for every panel whose source runs here, with what its legend shows', async () => {
    const empty: string[] = [];
    for (const { of, expr, shown } of panelQuestions().filter((question) => !isOfOthers(question))) {
      const samples = await prometheus.query(expr);
      if (samples.length === 0) empty.push(`${of}: ${expr}`);
      for (const label of shown) if (!samples.some(({ metric }) => label in metric)) empty.push(`${of}: {{${label}}}`);
    }
    expect(empty).toEqual([]);
  });

  const known = new Map<string, Set<string>>();
  /** All labels that a metric ever had here. */
  async function labelsOf(metric: string): Promise<Set<string>> {
    const labels =
      known.get(metric) ?? new Set((await prometheus.series(metric)).flatMap((series) => Object.keys(series)));
    known.set(metric, labels);
    return labels;
  }
});

/** A crowd in a waiting room, and one who asks too often. */
async function playSale(fleet: Fleet): Promise<void> {
  const urls = fleet.gateways.map(({ url }) => url).join(',');
  const { code, stderr } = await runCli(['simulate', '--url', urls, ...CROWD, ...ROOM, '--json'], SHOP_ENVIRONMENT);
  expect(code, stderr).toBe(0);
  const token = fleet.sessionOf('impatient');
  const ask = async () => {
    const response = await fetch(`${fleet.url}/api/v1/orders`, { headers: { authorization: `Bearer ${token}` } });
    await response.body?.cancel();
    return response.status;
  };
  // A quota fills up again meanwhile, faster than a busy machine answers.
  const isRefused = async () => (await Promise.all(Array.from({ length: REQUESTS_A_MINUTE }, ask))).includes(429);
  await vi.waitUntil(isRefused, PATIENCE);
}

async function reserveOne(crowd: Crowd, userId: string): Promise<Acknowledgement> {
  const attempt = { userId, key: 'buy', body: { sku_id: 'A', quantity: 1 } };
  const reservation = await crowd.purchase(attempt);
  if (typeof reservation === 'string') throw new Error(`${userId} got ${reservation}`);
  return { ...attempt, reservation };
}
