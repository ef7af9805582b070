import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { probePort, type ServerProcess, startServer } from './server-process.ts';

const PROVIDER = fileURLToPath(new URL('../../src/payment/simulated/main.ts', import.meta.url));

/** What it and gateways on this machine sign with. No money is behind it. */
export const PAYMENT_TRIAL_SECRET = 'both-sides-sign-with-this';

interface PaymentServerOptions {
  /** Keeps what it has charged over restarts. */
  readonly directory: string;
  readonly port: number;
}

/** The simulated payment provider, on the loopback. */
export async function startPaymentServer({ directory, port }: PaymentServerOptions): Promise<ServerProcess> {
  await mkdir(directory, { recursive: true });
  return startServer({
    name: 'The simulated payment provider',
    program: process.execPath,
    args: [PROVIDER, '--data-dir', directory, '--port', String(port)],
    logFile: join(directory, 'payments.log'),
    cwd: directory,
    env: { PAYMENT_SECRET: PAYMENT_TRIAL_SECRET },
    probe: () => probePort(port),
  });
}
