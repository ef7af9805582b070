import { rm } from 'node:fs/promises';
import type { AdminSale, SaleDraft } from '#sdk/contract/admin-sale.ts';
import type { Reservation } from '#sdk/contract/purchase.ts';
import type { AppOptions } from '../../src/app/open-ports.ts';
import { type App, createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Environment } from '../../src/config/env.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { makeDataDirectory } from './data-directory.ts';

export const OPERATOR_TOKEN = 'operator-token-of-the-tests';
export const VIEWER_TOKEN = 'viewer-token-of-the-tests';

export interface TestServerOptions extends Omit<AppOptions, 'log' | 'onFault'> {
  /** On top of a fresh data directory, both admin tokens, and no rate limits. */
  readonly env?: Environment;
  readonly logLevel?: string;
}

export interface Call {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE' | 'OPTIONS';
  readonly token?: string;
  /** The idempotency key. */
  readonly key?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as they came, whatever they are.
  readonly json: any;
}

/** The whole application in this process, with real parts, listening on the loopback. */
export class TestServer {
  readonly url: string;
  readonly app: App;
  /** What was logged, as objects. */
  readonly logged: readonly Readonly<Record<string, unknown>>[];
  readonly #directory: string;

  private constructor(url: string, app: App, logged: readonly Record<string, unknown>[], directory: string) {
    this.url = url;
    this.app = app;
    this.logged = logged;
    this.#directory = directory;
  }

  static async start({ env = {}, logLevel = 'info', ...options }: TestServerOptions = {}): Promise<TestServer> {
    const directory = await makeDataDirectory();
    const logged: Record<string, unknown>[] = [];
    const log = createLogger(logLevel, { write: (line) => void logged.push(JSON.parse(line)) });
    const config = readConfig({
      DATA_DIR: directory,
      PORT: '0',
      ADMIN_TOKEN: OPERATOR_TOKEN,
      VIEWER_TOKEN,
      RATE_LIMIT_PER_IP: '0',
      RATE_LIMIT_PER_USER: '0',
      JOIN_LIMIT_PER_IP: '0',
      ...env,
    });
    const onFault = (error: Error) => log.fatal({ error }, 'fault');
    const app = await createApp(config, { ...options, log, onFault }).catch(async (error: unknown) => {
      await rm(directory, { recursive: true, force: true });
      throw error;
    });
    return new TestServer(await app.listen(), app, logged, directory);
  }

  async stop(): Promise<void> {
    await this.app.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async call(path: string, { method, token, key, body, headers }: Call = {}): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null };
  }

  operate(path: string, call: Omit<Call, 'token'> = {}): Promise<Answer> {
    return this.call(`/api/v1/admin${path}`, { ...call, token: OPERATOR_TOKEN });
  }

  /** A sale that is live: ten units of `A`, two a buyer, ten minutes to pay. */
  async createSale(draft: Partial<SaleDraft> = {}): Promise<AdminSale> {
    const body = { ...saleDraft(), ...draft };
    const { status, text, json } = await this.operate('/sales', { body });
    if (status !== 201) throw new Error(`no sale: ${text}`);
    return json;
  }

  /** The token of a new guest. */
  async guest(): Promise<string> {
    return (await this.call('/api/v1/session', { method: 'POST' })).json.token;
  }

  /** One unit of `A`, unless the body says otherwise, under a key of its own. */
  purchase(saleId: string, token: string, call: Partial<Call> = {}): Promise<Answer> {
    keys += 1;
    const body = { sku_id: 'A', quantity: 1 };
    return this.call(`/api/v1/flash-sale/${saleId}/purchase`, { body, key: `key-${keys}`, token, ...call });
  }

  /** A reservation of one unit of `A`. */
  async reserve(saleId: string, token: string): Promise<Reservation> {
    const { status, text, json } = await this.purchase(saleId, token);
    if (status !== 200) throw new Error(`no reservation: ${text}`);
    return json;
  }

  pay(orderId: string, token: string, paymentMethod: string, call: Partial<Call> = {}): Promise<Answer> {
    keys += 1;
    const body = { payment_method: paymentMethod };
    return this.call(`/api/v1/orders/${orderId}/pay`, { body, key: `key-${keys}`, token, ...call });
  }
}

let keys = 0;

export function saleDraft(): SaleDraft {
  return {
    name: 'Spring drop',
    starts_at: '2020-01-01T00:00:00Z',
    ends_at: '2040-01-01T00:00:00Z',
    currency: 'EUR',
    items: [saleItem('A')],
  };
}

export function saleItem(skuId: string, totalStock = 10): SaleDraft['items'][number] {
  return {
    sku_id: skuId,
    name: `Item ${skuId}`,
    flash_price_minor: 4_999,
    original_price_minor: 9_999,
    total_stock: totalStock,
  };
}
