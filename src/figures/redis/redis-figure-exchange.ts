import { randomUUID } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import type { FigureExchange, SaleFigures } from '../figure-exchange.ts';

/** A sale that nobody has asked anything of for so long has nothing live about it. */
const KEPT_S = 24 * 3_600;

/** One hash a sale, with a field for each run of a gateway: those that have ended still count. */
export class RedisFigureExchange implements FigureExchange {
  readonly #client: Redis | Cluster;
  readonly #gateway = randomUUID();

  constructor(client: Redis | Cluster) {
    this.#client = client;
  }

  async publish(saleId: string, figures: SaleFigures): Promise<void> {
    const key = keyOf(saleId);
    // Together: a gateway that dies between the two would leave a key for ever.
    const answers = await this.#client
      .multi()
      .hset(key, this.#gateway, JSON.stringify(figures))
      .expire(key, KEPT_S)
      .exec();
    for (const [error] of answers ?? []) if (error) throw error;
  }

  async readAll(saleId: string): Promise<readonly SaleFigures[]> {
    const values = await this.#client.hvals(keyOf(saleId));
    return values.map((value): SaleFigures => JSON.parse(value));
  }

  async close(): Promise<void> {
    this.#client.disconnect();
  }
}

function keyOf(saleId: string): string {
  return `tidegate:figures:${saleId}`;
}
