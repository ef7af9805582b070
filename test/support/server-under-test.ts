import { once } from 'node:events';
import type { Client } from '#sdk/client.ts';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import { removeDirectory, type ServerProcess, startServer } from './cli-process.ts';
import { makeDataDirectory } from './data-directory.ts';
import { operatorAt, SHOP_ENVIRONMENT, type ShopUnderTest, sessionOf } from './shop-under-test.ts';

/** A server in a process of its own, which can be killed and started again with the same data. */
export class ServerUnderTest implements ShopUnderTest {
  readonly directory: string;
  readonly #env: Readonly<Record<string, string>>;
  #process: ServerProcess;

  private constructor(directory: string, env: Readonly<Record<string, string>>, process: ServerProcess) {
    this.directory = directory;
    this.#env = env;
    this.#process = process;
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<ServerUnderTest> {
    const directory = await makeDataDirectory();
    const all = { ...SHOP_ENVIRONMENT, DATA_DIR: directory, ...env };
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

  get client(): Client {
    return operatorAt(this.url);
  }

  sessionOf(userId: string): string {
    return sessionOf(userId);
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
