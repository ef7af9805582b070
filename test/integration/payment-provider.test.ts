import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulatedProvider } from '../../src/payment/simulated/simulated-provider.ts';
import { paymentProtocolConformance } from '../conformance/payment-protocol.ts';
import { startPaymentProcess } from '../support/payment-process.ts';

const SECRET = 'whsec_c2lnbmVkLXdpdGgtdGhpcy1zZWNyZXQtaW4tdGVzdHM=';

paymentProtocolConformance('simulated provider', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'payments-'));
  const provider = await startSimulatedProvider({ dataDir, secret: SECRET });
  return {
    url: provider.url,
    secret: SECRET,
    async close() {
      await provider.close();
      await rm(dataDir, { recursive: true });
    },
  };
});

paymentProtocolConformance('example service', async () => {
  const example = await startPaymentProcess('examples/payment-service/server.mjs', [], {
    PAYMENT_SECRET: SECRET,
    PORT: '0',
  });
  return { url: example.url, secret: SECRET, close: () => example.kill('SIGTERM') };
});
