import fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { EventReader } from '../../test/support/event-reader.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { EventFeed, isDue } from './event-feed.ts';
import { EventStreams } from './event-streams.ts';

const TOLD = { id: '1', data: '{}', headline: 'live' };
const NUMBERS = { ...TOLD, id: '2' };
const SOLD_OUT = { ...TOLD, id: '2', headline: 'sold_out' };

test('nobody is told what they know', () => {
  expect(isDue(TOLD, TOLD, 1, 60_000)).toBe(false);
});

test('a few readers are told of every change', () => {
  expect(isDue(TOLD, NUMBERS, 2_000, 250)).toBe(true);
});

test('eighteen thousand are told of moving numbers every two seconds, and of a headline as fast as a few', () => {
  expect(isDue(TOLD, NUMBERS, 18_000, 1_700)).toBe(false);
  expect(isDue(TOLD, NUMBERS, 18_000, 1_800)).toBe(true);
  expect(isDue(TOLD, SOLD_OUT, 18_000, 250)).toBe(true);
});

/** A feed of one subject that is as `subject.state` says. */
async function openFeed(subject: { state: string }) {
  const streams = new EventStreams({ perProcess: 10, perClient: 10 }, createMetrics());
  const feed = new EventFeed(streams, () => ({ id: subject.state, data: JSON.stringify(subject.state) }));
  const app = fastify();
  app.get('/events', (request, reply) => feed.open(request, reply, 'subject'));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    streams.close();
    await app.close();
  });
  return { feed, open: () => EventReader.open(`${url}/events`) };
}

test('a reader who comes while a change is not told yet, and is taken back, does not keep it', async () => {
  const subject = { state: 'live' };
  const { feed, open } = await openFeed(subject);
  await open();
  subject.state = 'paused';
  const late = await open();
  subject.state = 'live';
  await feed.refresh();
  subject.state = 'sold_out';
  await feed.refresh();
  expect([await late.next(), await late.next()]).toMatchObject([{ data: 'live' }, { data: 'sold_out' }]);
});
