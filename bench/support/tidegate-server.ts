import { join } from 'node:path';
import { type Client, createClient } from '#sdk/client.ts';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import { patiently } from '../../test/support/patience.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const SERVE = join(import.meta.dirname, '../../src/cli/main.ts');
const ADMIN_TOKEN = 'the-operator-of-the-bench';
const HOUR_MS = 3_600_000;

export const SKU = 'SNEAKER-42';
export const KEYS = [{ kid: 'bench', secret: 'a-secret-of-the-bench-that-is-long-enough' }];

/** No limit per address: one machine plays all buyers. The limit per buyer stays on. */
export function tidegateEnvironment(directory: string): NodeJS.ProcessEnv {
  return {
    DATA_DIR: directory,
    PORT: '0',
    ADMIN_TOKEN,
    TOKEN_KEYS: KEYS.map(({ kid, secret }) => `${kid}:${secret}`).join(','),
    RATE_LIMIT_PER_IP: '0',
    JOIN_LIMIT_PER_IP: '0',
    LOG_LEVEL: 'warn',
  };
}

/** The server as `npm start` runs it. */
export function startTidegate(directory: string, nodeOptions: readonly string[] = []): Promise<ServerProcess> {
  return startServer([...nodeOptions, SERVE, 'serve', '--no-demo'], tidegateEnvironment(directory));
}

/** A gateway on the servers that `env` names. */
export function startGateway(env: NodeJS.ProcessEnv): Promise<ServerProcess> {
  return startServer([SERVE, 'serve', '--role', 'gateway'], { ...tidegateEnvironment(''), ...env });
}

export function operatorOf({ url }: ServerProcess): Client {
  return createClient({ baseUrl: url, token: ADMIN_TOKEN });
}

/** A sale that is live for an hour. A server that is still busy with the round before is asked again. */
export async function openSale(server: ServerProcess, units: number, rules: Partial<SaleDraft> = {}): Promise<string> {
  const item = {
    sku_id: SKU,
    name: 'Trail Runner 42',
    flash_price_minor: 9900,
    original_price_minor: 19_900,
    total_stock: units,
  };
  const draft: SaleDraft = {
    name: 'Bench',
    starts_at: new Date(Date.now() - 1000).toISOString(),
    ends_at: new Date(Date.now() + HOUR_MS).toISOString(),
    currency: 'EUR',
    purchase_limit: 1,
    reservation_seconds: 3600,
    items: [item],
    ...rules,
  };
  const { sale_id } = await patiently(() => operatorOf(server).createSale(draft));
  return sale_id;
}

/** Metrics without labels, by name. */
export async function readMetrics({ url }: ServerProcess): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const samples = text.split('\n').filter((line) => line && !line.startsWith('#') && !line.includes('{'));
  return Object.fromEntries(samples.map((line) => line.split(' ')).map(([name, value]) => [name, Number(value)]));
}
