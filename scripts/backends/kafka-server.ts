import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exists } from './exists.ts';
import { kafkaJars } from './kafka-jars.ts';
import { probePort, type ServerProcess, startServer } from './server-process.ts';

const run = promisify(execFile);

export interface KafkaServerOptions {
  /** Keeps what the broker stores over restarts. */
  readonly directory: string;
  readonly port: number;
  /** Where the broker speaks to itself as its controller. */
  readonly controllerPort: number;
  /** A second way in, for those who can say who they are. */
  readonly secured?: SecuredListener;
}

/** Speaks TLS, and lets one user in, by SCRAM-SHA-512 or PLAIN. */
interface SecuredListener {
  readonly port: number;
  /** PEM file of the key and its certificate. */
  readonly keystore: string;
  readonly user: string;
  readonly password: string;
}

/** Small and quick to start: one broker of a few topics, on a machine that has other work. */
const JAVA_OPTIONS = [
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
];

const FORMAT = ['kafka.tools.StorageTool', 'format', '--standalone', '--cluster-id', 'tidegate', '--config'];

/** One broker that is its own controller, on the loopback. Throws `MissingProgram` without Java or Maven. */
export async function startKafkaServer(options: KafkaServerOptions): Promise<ServerProcess> {
  const { directory, port, secured } = options;
  const jars = await kafkaJars();
  await mkdir(directory, { recursive: true });
  const settings = join(directory, 'server.properties');
  await writeFile(settings, serverProperties(options));
  const java = [...JAVA_OPTIONS, '-cp', join(jars, '*')];
  const isFormatted = await exists(join(directory, 'log', 'meta.properties'));
  const users = secured ? ['--add-scram', `SCRAM-SHA-512=[name=${secured.user},password=${secured.password}]`] : [];
  if (!isFormatted) await run('java', [...java, ...FORMAT, settings, ...users]);
  return startServer({
    name: 'Kafka',
    program: 'java',
    args: [...java, 'kafka.Kafka', settings],
    logFile: join(directory, 'kafka.log'),
    cwd: directory,
    probe: () => probePort(port),
  });
}

function serverProperties({ directory, port, controllerPort, secured }: KafkaServerOptions): string {
  const also = secured ? `,SASL_SSL://127.0.0.1:${secured.port}` : '';
  return `process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${also}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}${also}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL
log.dirs=${join(directory, 'log')}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=2000
${secured ? securedProperties(secured) : ''}`;
}

function securedProperties({ keystore, user, password }: SecuredListener): string {
  const modules = 'org.apache.kafka.common.security';
  return `ssl.keystore.type=PEM
ssl.keystore.location=${keystore}
sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=${modules}.scram.ScramLoginModule required;
listener.name.sasl_ssl.plain.sasl.jaas.config=${modules}.plain.PlainLoginModule required user_${user}="${password}";
`;
}
