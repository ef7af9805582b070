import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { EventStream, frameOf } from './event-streams.ts';

const DATA = JSON.stringify('x'.repeat(100_000));

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const end of cleanUp.splice(0)) end();
});

/** A stream to a reader on a real connection, and that reader. */
async function openStream() {
  const opened = Promise.withResolvers<{ stream: EventStream; unsentBytes: () => number }>();
  const server = createServer((socket) => {
    opened.resolve({ stream: new EventStream(socket), unsentBytes: () => socket.writableLength });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
  cleanUp.push(
    () => reader.destroy(),
    () => server.close(),
  );
  return { ...(await opened.promise), reader };
}

/** Sends events until the connection takes no more, for as long as its buffers could need. Returns how many. */
async function fillUp(stream: EventStream, unsentBytes: () => number): Promise<number> {
  let sent = 0;
  for (let stuck = 0; stuck < 20; stuck = unsentBytes() > 0 ? stuck + 1 : 0) {
    sent += 1;
    stream.send(frameOf({ id: String(sent), data: DATA }));
    await sleep(5);
  }
  return sent;
}

/** The ids that have come once `last` has. */
async function readUntil(reader: Socket, last: number): Promise<number[]> {
  let text = '';
  for await (const chunk of reader) {
    text += String(chunk);
    if (text.includes(`id: ${last}\ndata: ${DATA}\n\n`)) break;
  }
  return [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
}

test('who reads too slowly gets the newest event, and costs no memory for those in between', async () => {
  const { stream, unsentBytes, reader } = await openStream();
  reader.pause();
  const filled = await fillUp(stream, unsentBytes);
  const newest = filled + 1_000;
  for (let id = filled + 1; id <= newest; id++) stream.send(frameOf({ id: String(id), data: DATA }));
  expect(unsentBytes()).toBeLessThan(3 * DATA.length);
  const ids = await readUntil(reader, newest);
  expect(ids.at(-1)).toBe(newest);
  expect(ids.length).toBeLessThanOrEqual(filled + 1);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
});

test('a reader that takes nothing over several heartbeats is cut off', async () => {
  const { stream, unsentBytes, reader } = await openStream();
  reader.pause();
  const closed = new Promise<void>((resolve) => stream.onClose(resolve));
  await fillUp(stream, unsentBytes);
  for (let beats = 0; beats < 5; beats++) stream.beat();
  await closed;
});

test('what is sent to a stream that has ended, and is not closed yet, goes nowhere', async () => {
  const { stream, reader } = await openStream();
  stream.send(frameOf({ id: '1', data: '"before"' }));
  stream.end();
  stream.send(frameOf({ id: '2', data: '"after"' }));
  stream.beat();
  let text = '';
  for await (const chunk of reader) text += String(chunk);
  expect(text).toBe('id: 1\ndata: "before"\n\n');
});

test('a quiet stream beats, and one on which something came since does not', async () => {
  const { stream, reader } = await openStream();
  stream.beat();
  stream.send(frameOf({ id: '1', data: '"news"' }));
  stream.beat();
  stream.beat();
  stream.end();
  let text = '';
  for await (const chunk of reader) text += String(chunk);
  expect(text).toBe(': heartbeat\n\nid: 1\ndata: "news"\n\n: heartbeat\n\n');
});
