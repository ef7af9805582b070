import { expect, onTestFinished, test, vi } from 'vitest';
import type { Mail } from '../../src/notify/notifier.ts';
import { SmtpNotifier } from '../../src/notify/smtp/smtp-notifier.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { PATIENCE_MS } from '../support/patience.ts';

const MAIL: Mail = {
  mailId: '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70',
  news: 'order_paid',
  orderId: 'order-1',
  correlationId: 'correlation-1',
  to: { name: 'Änne "A." O’Neil', address: 'anne@example.com' },
  subject: 'Your order is confirmed: Frühling',
  text: 'Thank you.',
  html: '<p>Thank you.</p>',
};

async function start(options: Parameters<typeof startMailServer>[0] = {}): Promise<MailServer> {
  const server = await startMailServer(options);
  onTestFinished(() => server.close());
  return server;
}

function connect(server: MailServer, timeoutMs = 10_000) {
  const states: string[] = [];
  const notifier = new SmtpNotifier({
    url: server.url,
    from: 'Shop <orders@shop.example>',
    timeoutMs,
    maxConcurrent: 2,
    breaker: { failureThreshold: 2, successThreshold: 1, baseOpenMs: 60_000, maxOpenMs: 60_000 },
    onBreakerChange: (state) => states.push(state),
  });
  onTestFinished(() => notifier.close());
  return { notifier, states };
}

function refusal(responseCode: number): Error {
  return Object.assign(new Error('no <anne@example.com> here'), { responseCode });
}

test('a mail arrives whole, and its repeat can be told by its id', async () => {
  const server = await start();
  const { notifier } = connect(server);
  await notifier.send(MAIL);
  await notifier.send(MAIL);
  const [mail, repeat] = server.mails;
  expect(mail).toMatchObject({
    from: 'orders@shop.example',
    to: ['anne@example.com'],
    messageId: `<${MAIL.mailId}@shop.example>`,
  });
  expect(mail?.text).toMatch(/^From: Shop <orders@shop\.example>$/m);
  expect(mail?.text).toMatch(/^Subject: =\?UTF-8\?/m);
  expect(mail?.text).toContain('Content-Type: text/plain');
  expect(mail?.text).toContain('<p>Thank you.</p>');
  expect(repeat?.messageId).toBe(mail?.messageId);
});

test('a recipient whom the server does not know is refused for good, and the server is not blamed', async () => {
  const server = await start({ onRcptTo: (_address, _session, done) => done(refusal(550)) });
  const { notifier, states } = connect(server);
  for (let tries = 0; tries < 3; tries++) {
    const error = await notifier.send(MAIL).catch((fault: unknown) => fault);
    expect(error).toMatchObject({ code: 'mail_rejected', retryable: false, message: expect.stringContaining('550') });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('anne');
  }
  expect(states).toEqual([]);
});

test('a server that asks to come again is asked again; one that goes on so is left alone for a while', async () => {
  let asked = 0;
  const server = await start({
    onMailFrom: (_address, _session, done) => {
      asked++;
      done(refusal(451));
    },
  });
  const { notifier, states } = connect(server);
  for (let tries = 0; tries < 3; tries++) {
    await expect(notifier.send(MAIL)).rejects.toMatchObject({ code: 'mail_unavailable', retryable: true });
  }
  expect(asked).toBe(2);
  expect(states).toEqual(['open']);
  expect(notifier.breakerState()).toBe('open');
});

test('a server that wants a sign-in refuses no mail for good', async () => {
  const server = await start({ onMailFrom: (_address, _session, done) => done(refusal(530)) });
  const { notifier } = connect(server);
  await expect(notifier.send(MAIL)).rejects.toMatchObject({ code: 'mail_unavailable', retryable: true });
});

test('a server that says nothing costs its time-out and no more', async () => {
  const server = await start({ onData: () => {} });
  const { notifier } = connect(server, 200);
  await expect(notifier.send(MAIL)).rejects.toMatchObject({ code: 'mail_unavailable', retryable: true });
});

test('a server that is gone is tried again', async () => {
  const server = await startMailServer();
  await server.close();
  const { notifier } = connect(server);
  await vi.waitFor(() => expect(notifier.send(MAIL)).rejects.toMatchObject({ code: 'mail_unavailable' }), PATIENCE_MS);
});
