import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory } from './cache-directory.ts';
import { exists } from './exists.ts';
import { MissingProgram } from './server-process.ts';

const run = promisify(execFile);

/** The newest that runs on Java 17. */
const KAFKA_VERSION = '4.3.1';
/** Kafka's jars come without one, and a broker that cannot start would not say why. */
const LOGGER_VERSION = '1.7.36';

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tidegate</groupId>
  <artifactId>kafka-jars</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>${LOGGER_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

/**
 * The folder with a broker's jars, fetched from Maven Central (44 MB) the first time and kept in the user's cache.
 * Throws `MissingProgram` without Java, or without Maven when they have yet to be fetched.
 */
export async function kafkaJars(): Promise<string> {
  await demand('java', ['-version'], 'Java 17 or newer (Debian: openjdk-17-jre-headless)');
  const cache = cacheDirectory();
  const jars = join(cache, `kafka-${KAFKA_VERSION}`);
  if (!(await exists(jars))) await fetchJars(cache, jars);
  return jars;
}

/** Into a folder of its own that then takes the name: a fetch that was cut off leaves nothing that looks complete. */
async function fetchJars(cache: string, jars: string): Promise<void> {
  await demand('mvn', ['--version'], 'Maven (Debian: maven), to fetch the jars of Kafka');
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'fetching-'));
  try {
    await writeFile(join(work, 'pom.xml'), POM);
    const goal = ['dependency:copy-dependencies', '-DoutputDirectory=jars', '-DincludeScope=runtime'];
    await run('mvn', ['--batch-mode', '--quiet', ...goal], { cwd: work });
    await rename(join(work, 'jars'), jars).catch(async (error: unknown) => {
      if (!(await exists(jars))) throw error;
    });
  } finally {
    await rm(work, { recursive: true });
  }
}

async function demand(program: string, args: readonly string[], what: string): Promise<void> {
  try {
    await run(program, args);
  } catch (cause) {
    throw new MissingProgram(`Kafka needs ${what}.`, { cause });
  }
}
