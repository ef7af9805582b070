import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, TidegateProblem, TidegateUnreachable } from '#sdk/client.ts';
import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import type { RoomReading } from './room-checks.ts';

const SAMPLE_MS = 250;
/** In the time between two samples the rate lets the gate call at least so many. */
const CALLS_PER_SAMPLE = 2;

/** Watches a waiting room from the operators' side. */
export class RoomSampler {
  readonly readings: RoomReading[] = [];
  readonly #client: Client;
  readonly #saleId: string;
  readonly #everyMs: number;
  readonly #watching: Promise<void>;
  #isStopping = false;

  constructor(client: Client, saleId: string, ratePerSecond: number) {
    this.#client = client;
    this.#saleId = saleId;
    this.#everyMs = Math.max(SAMPLE_MS, (CALLS_PER_SAMPLE * 1_000) / ratePerSecond);
    this.#watching = this.#watch();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#watching;
  }

  async #watch(): Promise<void> {
    while (!this.#isStopping) {
      const sale = await this.#look();
      const reading = sale && readingOf(sale, performance.now());
      if (reading) this.readings.push(reading);
      await sleep(this.#everyMs);
    }
  }

  /** Null: a server without time for buyers may have none for operators, and the moment goes unseen. */
  async #look(): Promise<AdminSale | null> {
    try {
      return await this.#client.readAdminSale({ sale_id: this.#saleId });
    } catch (error) {
      if (error instanceof TidegateProblem || error instanceof TidegateUnreachable) return null;
      throw error;
    }
  }
}

/** Null once the store has let go of the room. */
function readingOf({ room, state, items }: AdminSale, atMs: number): RoomReading | null {
  if (!room) return null;
  return {
    atMs,
    open: state === 'active' && !room.gate.paused,
    nowServing: room.now_serving,
    inside: room.inside,
    waiting: room.waiting,
    available: items.reduce((units, { stock }) => units + (stock?.available ?? 0), 0),
  };
}
