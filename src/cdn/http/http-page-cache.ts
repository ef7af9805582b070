import { Agent, request } from 'undici';
import { type BreakerOptions, CallGuard, type RetryOptions } from '../../resilience/call-guard.ts';
import type { BreakerState } from '../../telemetry/events.ts';
import { type PageCache, PageCacheUnavailable } from '../page-cache.ts';

export interface HttpPageCacheOptions {
  /** `{url}` stands for the percent-encoded address of the page, `{path}` for its path. */
  readonly purgeUrl: string;
  /** Bearer token of the calls. */
  readonly token: string;
  /** Where visitors reach the site. */
  readonly publicUrl: string;
  readonly timeoutMs: number;
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  readonly retry: RetryOptions;
  readonly breaker: BreakerOptions;
  readonly onBreakerChange: (state: BreakerState) => void;
  readonly onRetry: () => void;
}

/** Posts to a URL of the network's, with the page's address in it and in the body. Any answer but 2xx is a failure. */
export class HttpPageCache implements PageCache {
  readonly #options: HttpPageCacheOptions;
  readonly #agent: Agent;
  readonly #guard: CallGuard;

  constructor(options: HttpPageCacheOptions) {
    const { timeoutMs, maxConcurrent } = options;
    this.#options = options;
    this.#agent = new Agent({ connections: maxConcurrent, connect: { timeout: timeoutMs } });
    this.#guard = new CallGuard({ ...options, fault: PageCacheUnavailable });
  }

  breakerState(): BreakerState {
    return this.#guard.breakerState;
  }

  purge(path: string): Promise<void> {
    return this.#guard.run((signal) => this.#post(path, signal));
  }

  /** Waits for the calls that are under way. */
  async close(): Promise<void> {
    if (!this.#agent.closed) await this.#agent.close();
  }

  async #post(path: string, signal: AbortSignal): Promise<void> {
    const status = await this.#exchange(path, signal);
    if (status >= 300) throw new PageCacheUnavailable(`the content delivery network answered ${status}`);
  }

  async #exchange(path: string, signal: AbortSignal): Promise<number> {
    const { purgeUrl, token, publicUrl } = this.#options;
    const url = new URL(path, publicUrl).href;
    const target = purgeUrl.replaceAll('{url}', encodeURIComponent(url)).replaceAll('{path}', path);
    try {
      const response = await request(target, {
        dispatcher: this.#agent,
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ files: [url] }),
        signal,
      });
      await response.body.dump();
      return response.statusCode;
    } catch (error) {
      throw new PageCacheUnavailable('no answer from the content delivery network', { cause: error });
    }
  }
}
