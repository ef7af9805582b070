import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { kafkaJars } from './backends/kafka-jars.ts';
import { startKafkaServer } from './backends/kafka-server.ts';
import { PAYMENT_TRIAL_SECRET, startPaymentServer } from './backends/payment-server.ts';
import { postgresUrl, startPostgresServer } from './backends/postgres-server.ts';
import { prometheusPrograms } from './backends/prometheus-programs.ts';
import { startRedisServer } from './backends/redis-server.ts';
import type { ServerProcess } from './backends/server-process.ts';

interface Options {
  readonly data: string;
  readonly redisPort: number;
  readonly postgresPort: number;
  readonly kafkaPort: number;
  readonly paymentsPort: number;
  readonly fetch?: true;
}

interface Backend {
  /** Lines of `.env`. */
  readonly settings: Readonly<Record<string, string>>;
  /** Ends it, and loses nothing. */
  readonly stopSignal: NodeJS.Signals;
  readonly start: () => Promise<ServerProcess>;
}

const ABOUT = `Starts Redis, PostgreSQL, Kafka and the simulated payment provider on this machine, for trying out, and keeps them
until Ctrl-C.
What they store stays in the data directory. Kafka is fetched from Maven Central the first time.`;

await new Command('npm run backends --')
  .description(ABOUT)
  .option('--data <directory>', 'where they store', 'data/backends')
  .option('--redis-port <port>', 'of the loopback', portOf, 16379)
  .option('--postgres-port <port>', 'of the loopback', portOf, 15432)
  .option('--kafka-port <port>', 'of the loopback; the next one is taken too', portOf, 19092)
  .option('--payments-port <port>', 'of the loopback', portOf, 18080)
  .option('--fetch', 'only fetch Kafka, and Prometheus for tests, where they are missing')
  .action(async (options: Options) => {
    if (options.fetch) await Promise.all([kafkaJars(), prometheusPrograms()]);
    else await runBackends(options);
  })
  .parseAsync();

async function runBackends(options: Options): Promise<void> {
  const interrupted = interruption();
  const backends = backendsOf(options);
  await mkdir(resolve(options.data), { recursive: true });
  const started = await Promise.allSettled(backends.map(({ start }) => start()));
  const failures = started.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (failures.length > 0) {
    for (const failure of failures) console.error(failure instanceof Error ? failure.message : String(failure));
    process.exitCode = 1;
  } else {
    console.log('# Lines for .env:');
    for (const { settings } of backends) {
      for (const [name, value] of Object.entries(settings)) console.log(`${name}=${value}`);
    }
    console.log('# Running. Ctrl-C stops them all.');
    await interrupted;
  }
  await Promise.all(
    started.map((outcome, index) => {
      const signal = backends[index]?.stopSignal ?? 'SIGTERM';
      return outcome.status === 'fulfilled' ? outcome.value.stop(signal) : undefined;
    }),
  );
}

function backendsOf({ data, redisPort, postgresPort, kafkaPort, paymentsPort }: Options): Backend[] {
  const redis = { directory: resolve(data, 'redis'), port: redisPort };
  const postgres = { directory: resolve(data, 'postgres'), port: postgresPort };
  const kafka = { directory: resolve(data, 'kafka'), port: kafkaPort, controllerPort: kafkaPort + 1 };
  return [
    {
      settings: { STORE_URL: `redis://127.0.0.1:${redisPort}` },
      stopSignal: 'SIGTERM',
      start: () => startRedisServer(redis),
    },
    {
      settings: { DATABASE_URL: postgresUrl(postgres) },
      stopSignal: 'SIGINT',
      start: () => startPostgresServer(postgres),
    },
    {
      settings: { ORDER_LOG_URL: `kafka://127.0.0.1:${kafkaPort}` },
      stopSignal: 'SIGTERM',
      start: () => startKafkaServer(kafka),
    },
    {
      settings: { PAYMENT_URL: `http://127.0.0.1:${paymentsPort}`, PAYMENT_SECRET: PAYMENT_TRIAL_SECRET },
      stopSignal: 'SIGTERM',
      start: () => startPaymentServer({ directory: resolve(data, 'payments'), port: paymentsPort }),
    },
  ];
}

/** Resolves when somebody wants an end. */
function interruption(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_534) throw new InvalidArgumentError('Not a port.');
  return port;
}
