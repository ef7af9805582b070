import { ConfigError } from './env.ts';

export interface KafkaCluster {
  /** `host:port`, of some brokers. */
  readonly brokers: readonly string[];
  readonly tls: boolean;
  /** Null: the brokers ask nobody who he is. */
  readonly signIn: KafkaSignIn | null;
}

/** By SASL. */
interface KafkaSignIn {
  readonly mechanism: 'SCRAM-SHA-512' | 'PLAIN';
  readonly username: string;
  readonly password: string;
}

export const KAFKA_PROTOCOLS = ['kafka', 'kafka+tls'];

const MECHANISMS: Readonly<Record<string, KafkaSignIn['mechanism']>> = {
  'scram-sha-512': 'SCRAM-SHA-512',
  plain: 'PLAIN',
};
const PARTS =
  /^kafka(?<tls>\+tls)?:\/\/((?<user>[^:@/?]+):(?<password>[^:@/?]+)@)?(?<hosts>[^@/?]+)\/?(\?sasl=(?<sasl>[\w-]+))?$/;
const BROKER = /^[\w.-]+:\d+$|^\[[\da-f:]+\]:\d+$/i;

/**
 * `kafka://one:9092,two:9092`, or `kafka+tls://user:password@one:9096,two:9096` with `?sasl=plain` for brokers that know
 * no SCRAM. Throws `ConfigError`, which does not repeat the URL: there may be a password in it.
 */
export function parseKafkaUrl(url: string): KafkaCluster {
  const { tls, hosts = '', user, password = '', sasl } = PARTS.exec(url)?.groups ?? {};
  const brokers = hosts.split(',');
  if (!brokers.every((broker) => BROKER.test(broker))) {
    throw new ConfigError(
      'ORDER_LOG_URL must be kafka:// or kafka+tls:// and the brokers, such as kafka://one:9092,two:9092 or kafka+tls://user:password@one:9096.',
    );
  }
  if (!user && sasl) throw new ConfigError('ORDER_LOG_URL has ?sasl=, and nobody to sign in: user:password@.');
  return { brokers, tls: tls !== undefined, signIn: user ? signIn(user, password, sasl, Boolean(tls)) : null };
}

function signIn(user: string, password: string, sasl = 'scram-sha-512', tls: boolean): KafkaSignIn {
  const mechanism = MECHANISMS[sasl];
  if (!mechanism) throw new ConfigError('ORDER_LOG_URL must say ?sasl=scram-sha-512, ?sasl=plain or nothing.');
  if (mechanism === 'PLAIN' && !tls) {
    throw new ConfigError('ORDER_LOG_URL with ?sasl=plain must be kafka+tls://: PLAIN sends the password as it is.');
  }
  return { mechanism, username: decoded(user), password: decoded(password) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConfigError('ORDER_LOG_URL must have user and password percent-encoded.');
  }
}
