import { type Client, TidegateProblem } from '#sdk/client.ts';
import type { Place } from '#sdk/contract/queue.ts';
import type { Sale, SaleStatus } from '#sdk/contract/sale.ts';
import { giveUp, type KeptPlace, keepAdmission, keepPlace } from '../buyer/kept-place.ts';
import { takePlace } from './entrance.ts';
import { type Stage, stageOf } from './stage.ts';

/** A place as the server has just told of it. */
export interface ToldPlace {
  readonly place: KeptPlace;
  readonly ahead: number | null;
  readonly waitSeconds: number | null;
  readonly stage: Stage;
}

/** `gone`: the token opens nothing any longer, and has been forgotten. `sale_ended`: nothing more is said of places. */
export type NoPlace = 'gone' | 'sale_ended';

/** The buyer's own place in a waiting room: what the server is asked about it, and what this browser keeps of it. */
export class OwnPlace {
  readonly #api: Client;
  readonly #saleId: string;

  constructor(api: Client, saleId: string) {
    this.#api = api;
    this.#saleId = saleId;
  }

  /** @throws as `takePlace` does */
  async take(sale: Sale, onStage: (stage: Stage) => void, signal: AbortSignal): Promise<ToldPlace> {
    const answer = await takePlace(this.#api, sale, onStage, signal);
    return this.#keep(answer.queue_token, answer, null);
  }

  async read(place: KeptPlace): Promise<ToldPlace | NoPlace> {
    const { queueToken: token } = place;
    try {
      const answer = await this.#api.readPlace({ sale_id: this.#saleId }, { token });
      return this.#keep(token, answer, place);
    } catch (error) {
      return this.#lost(error);
    }
  }

  /** The place that the draw has given; null where its seed is not known yet. */
  async draw(place: KeptPlace, { draw, queue }: SaleStatus): Promise<KeptPlace | null> {
    if (!draw) return null;
    const { drawnPosition } = await import('./draw-position.ts');
    const position = drawnPosition(place.ticket, draw);
    const aheadAtFirst = position === null ? null : Math.max(0, position - 1 - (queue?.now_serving ?? 0));
    const drawn = { ...place, position, aheadAtFirst };
    keepPlace(this.#saleId, drawn);
    return drawn;
  }

  /**
   * Asks for the right to buy, and keeps it.
   * @throws TidegateProblem for which `isNotYet`, where it is to be asked for again
   */
  async comeIn({ queueToken: token }: KeptPlace): Promise<Stage | NoPlace> {
    try {
      const answer = await this.#api.requestAdmission({ sale_id: this.#saleId }, { token });
      keepAdmission(this.#saleId, { token: answer.admission_token, expiresAt: answer.expires_at });
      return { name: 'admitted', expiresAtMs: Date.parse(answer.expires_at) };
    } catch (error) {
      if (isNotYet(error)) throw error;
      return error instanceof TidegateProblem && error.code === 'wrong_state' ? { name: 'done' } : this.#lost(error);
    }
  }

  /** A place that is gone need not be given back. */
  async giveBack({ queueToken: token }: KeptPlace): Promise<void> {
    try {
      await this.#api.leaveQueue({ sale_id: this.#saleId }, { token });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    giveUp(this.#saleId);
  }

  #keep(queueToken: string, answer: Place, known: KeptPlace | null): ToldPlace {
    const { ticket, queue_position: position, ahead } = answer;
    const place = { queueToken, ticket, position, aheadAtFirst: known?.aheadAtFirst ?? ahead };
    keepPlace(this.#saleId, place);
    return { place, ahead, waitSeconds: answer.estimated_wait_seconds, stage: stageOf(answer.state) };
  }

  /** A token that opens nothing any longer is worth nothing: a new place can be had for the asking. */
  #lost(error: unknown): NoPlace {
    if (error instanceof TidegateProblem && error.code === 'sale_ended') return 'sale_ended';
    if (!isGone(error)) throw error;
    giveUp(this.#saleId);
    return 'gone';
  }
}

/** Does the answer say that nobody can come in at the moment, who could later? */
export function isNotYet(error: unknown): boolean {
  if (!(error instanceof TidegateProblem)) return false;
  return error.code === 'not_your_turn' || error.code === 'sold_out' || error.retryable;
}

/** Does the answer say that the token opens nothing any longer? */
function isGone(error: unknown): boolean {
  return error instanceof TidegateProblem && ['not_found', 'unauthenticated', 'token_expired'].includes(error.code);
}
