import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TlsFiles } from '../../scripts/backends/redis-server.ts';
import { MissingProgram } from '../../scripts/backends/server-process.ts';

const run = promisify(execFile);
const DAYS = '2';
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Of a server on the loopback, by an authority that nobody else knows. Paths of PEM files. */
export interface Certificates extends TlsFiles {
  /** The key and the certificate in one, as Kafka takes them. */
  readonly keystore: string;
}

/** Throws `MissingProgram` without openssl. */
export async function makeCertificates(directory: string): Promise<Certificates> {
  const file = (name: string) => join(directory, `${name}.pem`);
  const [ca, caKey, certificate, key, keystore] = [file('ca'), file('ca-key'), file('cert'), file('key'), file('pair')];
  await openssl(
    'req',
    '-x509',
    ...KEY,
    '-keyout',
    caKey,
    '-out',
    ca,
    '-days',
    DAYS,
    '-subj',
    '/CN=Authority of a test',
  );
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const signed = ['-CA', ca, '-CAkey', caKey, '-days', DAYS, '-addext', 'basicConstraints=critical,CA:FALSE'];
  await openssl('req', '-x509', ...KEY, '-keyout', key, '-out', certificate, ...names, ...signed);
  await writeFile(keystore, (await Promise.all([key, certificate].map((path) => readFile(path, 'utf8')))).join(''));
  return { ca, certificate, key, keystore };
}

async function openssl(...args: readonly string[]): Promise<void> {
  try {
    await run('openssl', args);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new MissingProgram('There is no openssl here', { cause });
  }
}
