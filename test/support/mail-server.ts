import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and bodies, with lines that go on joined. */
  readonly text: string;
  readonly messageId: string;
}

export interface MailServer {
  readonly url: string;
  /** Everything taken over, in order. */
  readonly mails: readonly ReceivedMail[];
  close(): Promise<void>;
}

/** A mail server on the loopback that keeps what it receives; `options` say what it does differently. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    // A server that is closed waits for nobody: the tests' connections stay open otherwise.
    closeTimeout: 1,
    onData: (stream, { envelope }, done) => {
      text(stream).then((raw) => {
        mails.push(mailOf(raw, envelope));
        done();
      }, done);
    },
    ...options,
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    close: () => new Promise<void>((closed) => server.close(closed)),
  };
}

type Envelope = Parameters<NonNullable<SMTPServerOptions['onData']>>[1]['envelope'];

function mailOf(raw: string, { mailFrom, rcptTo }: Envelope): ReceivedMail {
  const [header = '', ...bodies] = raw.split('\r\n\r\n');
  const unfolded = header.replace(/\r\n[ \t]+/g, ' ');
  const joined = bodies.join('\r\n\r\n').replaceAll('=\r\n', '');
  return {
    from: mailFrom ? mailFrom.address : '',
    to: rcptTo.map(({ address }) => address),
    text: `${unfolded}\r\n\r\n${joined}`.replaceAll('\r\n', '\n'),
    messageId: /^Message-ID: (.*)$/im.exec(unfolded)?.[1] ?? '',
  };
}
