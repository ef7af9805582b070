import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { BuildProbe } from '../../scripts/blue-green/build-probe.ts';
import { type RollOutPlan, rollOut } from '../../scripts/blue-green/roll-out.ts';
import type { SloReading } from '../../scripts/blue-green/slo.ts';
import type { Color, Traffic } from '../../scripts/blue-green/traffic.ts';
import { type HttpListener, startHttpListener } from '../support/http-listener.ts';

const SOUND: SloReading = { requests: 100, failed: 0, p99Ms: 10 };

interface Proxied {
  readonly ready?: (color: Color) => number;
  readonly onSend?: () => void;
}

/** What stands in front of gateways that are nowhere: it says of itself which color it sends buyers to. */
let active: Color;
let proxy: HttpListener;
beforeAll(async () => {
  proxy = await startHttpListener((_, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ color: active, version: '1' }));
  });
});
afterAll(() => proxy.close());

test('whoever stops it before the switch changes nothing', async () => {
  const result = await switchToGreen(SOUND, { signal: AbortSignal.abort() });
  expect(result).toMatchObject({ outcome: 'refused', reason: 'stopped by hand', sent: [] });
});

test('whoever stops it in the last moment of the window gets the old version back', async () => {
  const stop = new AbortController();
  const result = await switchToGreen(SOUND, { signal: stop.signal }, { onSend: () => stop.abort() });
  expect(result).toMatchObject({ outcome: 'rolled_back', reason: 'stopped by hand', sent: ['green', 'blue'] });
});

test('a breach in the last moment of the window is one', async () => {
  const result = await switchToGreen({ ...SOUND, failed: 50 });
  expect(result).toMatchObject({ outcome: 'rolled_back', sent: ['green', 'blue'] });
  expect(result.reason).toMatch(/50 of 100 requests failed/);
});

test('a version that keeps the SLO stays', async () => {
  expect(await switchToGreen(SOUND)).toMatchObject({ outcome: 'switched', reason: null, sent: ['green'] });
});

test('a color with fewer gateways than the other one gets no buyers', async () => {
  for (const [green, blue] of [
    [1, 2],
    [0, 0],
  ] as const) {
    const result = await switchToGreen(SOUND, {}, { ready: (color) => ({ green, blue })[color] });
    expect(result).toMatchObject({ outcome: 'refused', sent: [] });
    expect(result.reason).toBe(`green has ${green} ready gateways, blue has ${blue}`);
  }
});

test('a color is waited for until it has as many gateways as the other one', async () => {
  let green = 0;
  const ready = (color: Color) => (color === 'green' ? green++ : 2);
  expect(await switchToGreen(SOUND, { readyWithinMs: 60_000 }, { ready })).toMatchObject({ outcome: 'switched' });
  expect(green).toBe(3);
});

test('where none of the old gateways is ready, one new one will do', async () => {
  const result = await switchToGreen(SOUND, {}, { ready: (color) => ({ green: 1, blue: 0 })[color] });
  expect(result).toMatchObject({ outcome: 'switched' });
});

test('a connection from before the switch, which stays with its gateway, does not hide where buyers come in now', async () => {
  const colors = new WeakMap<Socket, string>();
  const balancer = createServer(({ socket }, response) => {
    response.end(JSON.stringify({ color: colors.get(socket), version: '1' }));
  });
  let connections = 0;
  balancer.on('connection', (socket) => colors.set(socket, connections++ === 0 ? 'blue' : 'green'));
  await once(balancer.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void balancer.close());
  const { port } = balancer.address() as AddressInfo;
  expect(await new BuildProbe(`http://127.0.0.1:${port}`).becomes('green')).toMatchObject({ color: 'green' });
});

/** With a window so short that there is only its last moment. */
async function switchToGreen(reading: SloReading, more: Partial<RollOutPlan> = {}, proxied: Proxied = {}) {
  const { ready = () => 2, onSend } = proxied;
  active = 'blue';
  const sent: Color[] = [];
  const traffic: Traffic = {
    active: async () => active,
    readyGateways: async (color) => ready(color),
    sendTo: async (color) => {
      active = color;
      sent.push(color);
      onSend?.();
    },
    watch: async () => ({ reading: async () => reading, stop: async () => {} }),
  };
  const slo = { maxFailedRatio: 0.01, maxP99Ms: 1_000, minRequests: 20 };
  const plan = { to: 'green', version: null, slo, windowMs: 0, readyWithinMs: 0, say: () => {} } as const;
  const signal = new AbortController().signal;
  return { ...(await rollOut(traffic, new BuildProbe(proxy.url), { signal, ...plan, ...more })), sent };
}
