import { setTimeout as sleep } from 'node:timers/promises';
import type { BuildInfo } from '#sdk/contract/build-info.ts';
import type { Color } from './traffic.ts';

/** One may still come by the way that was; so many in a row leave no doubt. */
const ANSWERS_IN_A_ROW = 5;
const ASK_EVERY_MS = 50;
const PATIENCE_MS = 10_000;
const TIMEOUT_MS = 2_000;
/** A connection that is kept stays with the gateway that it was made to, where what is in front knows connections alone. */
const HEADERS = { connection: 'close' };

/** Asks which build buyers reach, by the way they take themselves. */
export class BuildProbe {
  readonly #url: URL;

  /** @param baseUrl of what is in front of the gateways */
  constructor(baseUrl: string) {
    this.#url = new URL('/api/v1/build-info', baseUrl);
  }

  /** Resolves to the build once some answers in a row are of this color; to null if that does not happen in time. */
  async becomes(color: Color): Promise<BuildInfo | null> {
    const deadline = performance.now() + PATIENCE_MS;
    let inARow = 0;
    while (performance.now() < deadline) {
      const build = await this.read();
      inARow = build?.color === color ? inARow + 1 : 0;
      if (inARow === ANSWERS_IN_A_ROW) return build;
      await sleep(ASK_EVERY_MS);
    }
    return null;
  }

  /** Null: no answer, or none that is worth the name. */
  async read(): Promise<BuildInfo | null> {
    try {
      const response = await fetch(this.#url, { headers: HEADERS, signal: AbortSignal.timeout(TIMEOUT_MS) });
      return response.ok ? ((await response.json()) as BuildInfo) : null;
    } catch {
      return null;
    }
  }
}
