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
  const { directory, port } = options;
  const jars = await kafkaJars();
  await mkdir(directory, { recursive: true });
  const settings = join(directory, 'server.properties');
  await writeFile(settings, serverProperties(options));
  const java = [...JAVA_OPTIONS, '-cp', join(jars, '*')];
  const isFormatted = await exists(join(directory, 'log', 'meta.properties'));
  if (!isFormatted) await run('java', [...java, ...FORMAT, settings]);
  return startServer({
    name: 'Kafka',
    program: 'java',
    args: [...java, 'kafka.Kafka', settings],
    logFile: join(directory, 'kafka.log'),
    cwd: directory,
    probe: () => probePort(port),
  });
}

function serverProperties({ directory, port, controllerPort }: KafkaServerOptions): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
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
`;
}
