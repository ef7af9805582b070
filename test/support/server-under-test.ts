import { once } from 'node:events';
import { type Client, createClient } from '#sdk/client.ts';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import { TokenSigner } from '../../src/http/tokens.ts';
import { removeDirectory, type ServerProcess, startServer } from './cli-process.ts';
import { makeDataDirectory } from './data-directory.ts';

const ADMIN_TOKEN = 'the-operator-of-the-server-under-test';
const TOKEN_KEY = { kid: 'test', secret: 'signs the sessions of the buyers of this test' };
const SESSION_S = 24 * 3_600;

/** Everybody buys from one address, and payments that failed are tried again soon. */
const ENVIRONMENT = {
  ADMIN_TOKEN,
  TOKEN_KEYS: `${TOKEN_KEY.kid}:${TOKEN_KEY.secret}`,
  RATE_LIMIT_PER_USER: '0',
  RETRY_BASE: '100ms',
  CIRCUIT_BREAKER_BASE_TIMEOUT: '200ms',
  CIRCUIT_BREAKER_MAX_TIMEOUT: '1s',
};

/** A server in a process of its own, which can be killed and started again with the same data. */
export class ServerUnderTest {
  readonly directory: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #tokens = new TokenSigner([TOKEN_KEY]);
  #process: ServerProcess;

  private constructor(directory: string, env: Readonly<Record<string, string>>, process: ServerProcess) {
    this.directory = directory;
    this.#env = env;
    this.#process = process;
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<ServerUnderTest> {
    const directory = await makeDataDirectory();
    const all = { ...ENVIRONMENT, DATA_DIR: directory, ...env };
    return new ServerUnderTest(directory, all, await startServer(all));
  }

  /** Another one after each restart. */
  get url(): string {
    return this.#process.url;
  }

  /** Null when the payment provider is a process of its own. */
  get simulatedProviderUrl(): string | null {
    return this.#process.simulated_provider_url;
  }

  /** What the process has written to its log. */
  get log(): string {
    return this.#process.output.stdout;
  }

  /** For operators. Calls are retried as those of any client. */
  get client(): Client {
    return createClient({ baseUrl: this.url, token: ADMIN_TOKEN, totalTimeoutMs: 60_000 });
  }

  /** A session of this buyer. */
  sessionOf(userId: string): string {
    const iat = Math.floor(Date.now() / 1_000);
    return this.#tokens.sign('session', { sub: userId, iat, exp: iat + SESSION_S });
  }

  /** Sends the signal and waits for the end. Returns the exit code, null if the signal ended the process. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const { child } = this.#process;
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    }
    return child.exitCode;
  }

  /** Starts a process that ended, with the same data. */
  async restart(): Promise<void> {
    this.#process = await startServer(this.#env);
  }

  /** Ends the process and removes its data. */
  async remove(): Promise<void> {
    await this.end('SIGKILL');
    await removeDirectory(this.directory);
  }
}

/** A sale that is live already, of so many units of each item. */
export function liveSale(units: Readonly<Record<string, number>>, rules: Partial<SaleDraft> = {}): SaleDraft {
  return {
    name: 'Sale under test',
    starts_at: '2020-01-01T00:00:00Z',
    ends_at: '2040-01-01T00:00:00Z',
    currency: 'EUR',
    purchase_limit: 2,
    items: Object.entries(units).map(([skuId, totalStock], index) => ({
      sku_id: skuId,
      name: `Item ${skuId}`,
      flash_price_minor: 1_000 + index,
      original_price_minor: 2_000,
      total_stock: totalStock,
    })),
    ...rules,
  };
}
