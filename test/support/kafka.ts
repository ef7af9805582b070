import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafkaServer } from '../../scripts/backends/kafka-server.ts';
import { freePort } from '../../scripts/backends/server-process.ts';
import { orSkip } from './backends.ts';
import { makeCertificates } from './certificates.ts';

export interface KafkaServer {
  /** `kafka://host:port`. Its topics and groups are shared: take names of one's own. */
  readonly url: string;
  /** Null where the server is not ours to break. */
  readonly outage: { begin(): Promise<void>; end(): Promise<void> } | null;
  stop(): Promise<void>;
}

/**
 * A real broker: the one at `TEST_KAFKA_URL`, or else one of its own from Kafka's jars. Null, and a line that says
 * what to do, when there is neither; with `REQUIRE_BACKENDS=1` that is an error.
 */
export async function startKafka(): Promise<KafkaServer | null> {
  const url = process.env.TEST_KAFKA_URL;
  if (url) return { url, outage: null, stop: async () => {} };
  return orSkip('Kafka', 'set TEST_KAFKA_URL=kafka://host:9092, or install Java and Maven', startBroker);
}

export interface SecuredKafka {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** PEM of the authority behind the broker's certificate. */
  readonly authority: string;
  stop(): Promise<void>;
}

/** A broker that lets in over TLS who signs in. Null as `startKafka`. */
export async function startSecuredKafka(): Promise<SecuredKafka | null> {
  return orSkip('Kafka over TLS', 'install Java, Maven and openssl', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidegate-kafka-'));
    const { ca, keystore } = await makeCertificates(directory);
    const secured = { port: await freePort(), keystore, user: 'shop', password: 'p@ss:word' };
    const place = { directory, port: await freePort(), controllerPort: await freePort(), secured };
    const server = await startKafkaServer(place);
    return {
      ...secured,
      authority: await readFile(ca, 'utf8'),
      stop: async () => {
        await server.stop('SIGKILL');
        await rm(directory, { recursive: true });
      },
    };
  });
}

async function startBroker(): Promise<KafkaServer> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-kafka-'));
  const place = { directory, port: await freePort(), controllerPort: await freePort() };
  let server = await startKafkaServer(place);
  return {
    url: `kafka://127.0.0.1:${place.port}`,
    outage: {
      begin: () => server.stop('SIGKILL'),
      end: async () => {
        server = await startKafkaServer(place);
      },
    },
    stop: async () => {
      await server.stop('SIGKILL');
      await rm(directory, { recursive: true });
    },
  };
}
