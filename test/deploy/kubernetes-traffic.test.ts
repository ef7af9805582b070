import Fastify from 'fastify';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ClusterUnavailable, Kubectl } from '../../scripts/blue-green/kubernetes/kubectl.ts';
import { KubernetesTraffic } from '../../scripts/blue-green/kubernetes/kubernetes-traffic.ts';
import { PrometheusWatch } from '../../scripts/blue-green/kubernetes/prometheus-watch.ts';
import { KubernetesApi } from '../support/kubernetes-api.ts';

const SERVICE = '/api/v1/namespaces/tidegate/services/tidegate-gateway';
const GREEN = '/apis/apps/v1/namespaces/tidegate/deployments/tidegate-gateway-green';
const BLUE = '/apis/apps/v1/namespaces/tidegate/deployments/tidegate-gateway-blue';
const SELECTOR = { 'app.kubernetes.io/name': 'tidegate', 'app.kubernetes.io/component': 'gateway' };

const resources = new Map([
  [
    SERVICE,
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'tidegate-gateway' }, spec: { selector: SELECTOR } },
  ],
  [GREEN, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'green' }, status: { readyReplicas: 3 } }],
  [BLUE, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'blue' }, status: {} }],
]);
const api = await KubernetesApi.start(resources);
afterAll(() => api?.stop());

describe.runIf(api)('blue and green in a cluster', () => {
  vi.stubEnv('KUBECONFIG', api?.kubeconfig);
  const traffic = new KubernetesTraffic(new Kubectl('tidegate'), 'http://127.0.0.1:1');

  test('without a color the Service reaches both, and the switch says so', async () => {
    await expect(traffic.active()).rejects.toThrow('buyers reach gateways of both');
  });

  test('buyers are sent to a color by the selector, which keeps what else it has', async () => {
    for (const color of ['blue', 'green'] as const) {
      await traffic.sendTo(color);
      expect(await traffic.active()).toBe(color);
      expect(resources.get(SERVICE)).toMatchObject({ spec: { selector: { ...SELECTOR, color } } });
    }
  });

  test('gateways are counted when they are ready; none is none', async () => {
    expect(await traffic.readyGateways('green')).toBe(3);
    expect(await traffic.readyGateways('blue')).toBe(0);
  });

  test('a refusal of the cluster is told in its own words', async () => {
    const elsewhere = new KubernetesTraffic(new Kubectl('elsewhere'), 'http://127.0.0.1:1');
    await expect(elsewhere.sendTo('blue')).rejects.toThrow(ClusterUnavailable);
    await expect(elsewhere.sendTo('blue')).rejects.toThrow('NotFound');
  });
});

describe('what buyers get from pods, by Prometheus', () => {
  test('is what was counted since the watch began, over pods that are new or were restarted', async () => {
    const prometheus = await prometheusOf();
    prometheus.counts = { a: { fast: 1_000, all: 1_000, failed: 5 }, b: { fast: 500, all: 500, failed: 0 } };
    const watch = await PrometheusWatch.begin(prometheus.url, 'tidegate-gateway-green-.+');
    expect(await watch.reading()).toEqual({ requests: 0, failed: 0, p99Ms: null });

    prometheus.counts = {
      a: { fast: 1_090, all: 1_100, failed: 7 },
      b: { fast: 50, all: 50, failed: 1 },
      c: { fast: 50, all: 50, failed: 0 },
    };
    expect(await watch.reading()).toEqual({ requests: 200, failed: 3, p99Ms: Number.POSITIVE_INFINITY });
    expect(prometheus.queries.every((query) => query.includes('instance=~"tidegate-gateway-green-.+"'))).toBe(true);

    prometheus.counts.a = { fast: 2_090, all: 2_100, failed: 7 };
    expect((await watch.reading()).p99Ms).toBe(100);
  });

  test('a Prometheus that is gone is a fault: nobody can say that all is well', async () => {
    await expect(PrometheusWatch.begin('http://127.0.0.1:1', 'any')).rejects.toThrow(ClusterUnavailable);
  });
});

type Counts = Record<string, { fast: number; all: number; failed: number }>;

/** Answers the two queries of a watch, in the form of the API of Prometheus. */
async function prometheusOf() {
  const app = Fastify({ forceCloseConnections: true });
  const prometheus = { url: '', counts: {} as Counts, queries: [] as string[] };
  app.get<{ Querystring: { query: string } }>('/api/v1/query', ({ query: { query } }) => {
    prometheus.queries.push(query);
    const result = Object.entries(prometheus.counts).flatMap(([instance, { fast, all, failed }]) =>
      query.includes('_bucket')
        ? [series({ instance, le: '0.1' }, fast), series({ instance, le: '+Inf' }, all)]
        : [series({ instance }, failed)],
    );
    return { status: 'success', data: { resultType: 'vector', result } };
  });
  prometheus.url = await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  return prometheus;
}

function series(metric: Record<string, string>, value: number) {
  return { metric, value: [0, String(value)] };
}
