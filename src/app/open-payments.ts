import type { Config } from '../config/config.ts';
import type { Secrets } from '../config/secrets.ts';
import { HttpPaymentProvider } from '../payment/http/http-payment-provider.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../payment/simulated/simulated-provider.ts';
import type { EngineEvents } from '../telemetry/events.ts';

/** The payment service, and the simulated one behind it where payments are not real. */
export interface Payments {
  readonly provider: HttpPaymentProvider;
  readonly simulated: SimulatedProvider | null;
  close(): Promise<void>;
}

export interface PaymentsPorts {
  readonly secrets: Secrets;
  readonly events: EngineEvents;
  readonly timeoutMs: number;
}

export async function openPayments(config: Config, ports: PaymentsPorts): Promise<Payments> {
  const simulated = await startSimulated(config, ports.secrets);
  const provider = openProvider(config, ports, simulated);
  return {
    provider,
    simulated,
    close: async () => {
      await provider.close();
      await simulated?.close();
    },
  };
}

async function startSimulated({ payment }: Config, { paymentSecret }: Secrets): Promise<SimulatedProvider | null> {
  if (payment.kind !== 'simulated') return null;
  return startSimulatedProvider({ dataDir: payment.directory, secret: paymentSecret });
}

function openProvider(
  config: Config,
  { secrets, events, timeoutMs }: PaymentsPorts,
  simulated: SimulatedProvider | null,
): HttpPaymentProvider {
  const callbackUrl = config.paymentCallbackUrl;
  return new HttpPaymentProvider({
    url: simulated?.url ?? (config.payment.kind === 'http' ? config.payment.url : ''),
    secret: secrets.paymentSecret,
    ...(callbackUrl && { callbackUrl }),
    timeoutMs,
    maxConcurrent: config.workerConcurrency,
    retry: config.retry,
    breaker: config.breaker,
    onBreakerChange: (state) => events.breakerChanged('payment', state),
    onRetry: () => events.callRepeated('payment'),
  });
}
