import { type DrawResult, Permutation } from '../../domain/draw.ts';
import type { GateSettings } from '../../domain/gate.ts';
import type { AdmitOutcome, FindOutcome, JoinOutcome, JoinRequest, Place, TicketRef } from '../../domain/queueing.ts';
import type { ChangeOutcome } from '../../domain/sale-change.ts';
import { DrawnPlaces } from './drawn-places.ts';
import { MicroBatcher } from './micro-batcher.ts';
import { Script } from './script.ts';
import type { ScriptRunner } from './script-runner.ts';

/** So many more would hold up everybody else on the server, and gain little. */
const MAX_BATCH = 64;
/** Lists have fewer. */
const MOST_TICKETS = 2 ** 32;
const DRAWN = /^drawn (\d+)$/;
const MOVE = /^move (.*)$/;

const SCRIPTS = {
  join: new Script('join'),
  leave: new Script('leave'),
  readPlace: new Script('read-place'),
  restore: new Script('restore'),
  advanceGate: new Script('advance-gate'),
  admit: new Script('admit'),
  readTickets: new Script('read-tickets'),
  changeGate: new Script('change-gate'),
  makeDraw: new Script('make-draw'),
} as const;

/** As `join.lua` takes it. */
interface Asking {
  readonly how: 'join' | 'hold' | 'find';
  readonly userId: string;
}

export interface WaitingRoomsOptions {
  readonly scripts: ScriptRunner;
  readonly readDraw: (saleId: string) => Promise<DrawResult | null>;
  /** Told how many joins went together. */
  readonly onBatch?: ((size: number) => void) | undefined;
}

/** The waiting rooms of sales in Redis. Joins of one turn of the event loop go together, many to a script. */
export class WaitingRooms {
  readonly #scripts: ScriptRunner;
  readonly #draws: DrawnPlaces;
  readonly #joins: MicroBatcher<Asking, string | null>;

  constructor({ scripts, readDraw, onBatch }: WaitingRoomsOptions) {
    this.#scripts = scripts;
    this.#draws = new DrawnPlaces(readDraw);
    this.#joins = new MicroBatcher({
      maxSize: MAX_BATCH,
      run: (saleId, askings) => this.#join(saleId, askings),
      onBatch,
    });
  }

  async join({ saleId, userId, held }: JoinRequest): Promise<JoinOutcome> {
    return (await this.#ask(saleId, { how: held ? 'hold' : 'join', userId })) as JoinOutcome;
  }

  findPlace(saleId: string, userId: string): Promise<FindOutcome> {
    return this.#ask(saleId, { how: 'find', userId });
  }

  async leave(ref: TicketRef): Promise<'left' | 'not_found'> {
    return ((await this.#onTicket(SCRIPTS.leave, ref)) ?? 'not_found') as 'left' | 'not_found';
  }

  async readPlace(ref: TicketRef): Promise<Place | null> {
    return parsed(await this.#onTicket(SCRIPTS.readPlace, ref));
  }

  async restore(ref: TicketRef): Promise<Place | null> {
    return parsed(await this.#onTicket(SCRIPTS.restore, ref));
  }

  async admit(ref: TicketRef): Promise<AdmitOutcome> {
    return parsed<AdmitOutcome>(await this.#onTicket(SCRIPTS.admit, ref)) ?? { code: 'not_found' };
  }

  async advanceGate(saleId: string): Promise<number> {
    return ((await this.#scripts.run(SCRIPTS.advanceGate, saleId)) ?? 0) as number;
  }

  async readTickets(saleId: string, after: number, limit: number): Promise<string[]> {
    const most = Math.min(limit, MOST_TICKETS);
    return ((await this.#scripts.run(SCRIPTS.readTickets, saleId, after, most)) ?? []) as string[];
  }

  async changeGate(saleId: string, settings: Partial<GateSettings>, correlationId: string): Promise<ChangeOutcome> {
    const { ratePerSecond = '', maxActive = '', paused = '' } = settings;
    const words = [ratePerSecond, maxActive, String(paused), correlationId];
    return ((await this.#scripts.run(SCRIPTS.changeGate, saleId, ...words)) ?? 'not_found') as ChangeOutcome;
  }

  /** What the draw moves may change until it is made: then it is worked out again. */
  async makeDraw(saleId: string, draw: DrawResult, correlationId: string): Promise<ChangeOutcome> {
    const permutation = new Permutation(draw.seed, draw.entrants);
    const words = [JSON.stringify(draw), correlationId];
    let tickets = '[[],[],[]]';
    for (;;) {
      const reply = await this.#scripts.run(SCRIPTS.makeDraw, saleId, ...words, tickets, moved(permutation, tickets));
      const changed = MOVE.exec(String(reply))?.[1];
      if (changed === undefined) return (reply ?? 'not_found') as ChangeOutcome;
      tickets = changed;
    }
  }

  forget(saleId: string): void {
    this.#draws.forget(saleId);
  }

  async #ask(saleId: string, asking: Asking): Promise<FindOutcome> {
    const reply = await this.#joins.ask(saleId, asking);
    const ticket = drawnTicket(reply);
    if (ticket === null) return parsed<FindOutcome>(reply) ?? { code: 'not_found' };
    const { how, userId } = asking;
    const [placed] = ((await this.#runTold(SCRIPTS.join, saleId, [ticket], [how, userId])) ?? []) as string[];
    return parsed<FindOutcome>(placed) ?? { code: 'not_found' };
  }

  async #join(saleId: string, askings: readonly Asking[]): Promise<(string | null)[]> {
    const words = askings.flatMap(({ how, userId }) => [how, userId]);
    const replies = await this.#scripts.run(SCRIPTS.join, saleId, this.#draws.told(saleId, []), ...words);
    return (replies as string[] | null) ?? askings.map(() => null);
  }

  #onTicket(script: Script, { saleId, userId, ticket }: TicketRef): Promise<unknown> {
    return this.#runTold(script, saleId, [ticket], [userId, ticket]);
  }

  /** Says where these tickets were drawn to, and where others were that the script asks about. */
  async #runTold(
    script: Script,
    saleId: string,
    tickets: readonly number[],
    words: readonly (string | number)[],
  ): Promise<unknown> {
    const told = [...tickets];
    for (;;) {
      const reply = await this.#scripts.run(script, saleId, this.#draws.told(saleId, told), ...words);
      const asked = drawnTicket(Array.isArray(reply) ? reply[0] : reply);
      if (asked === null) return reply;
      told.push(asked);
      await this.#draws.learn(saleId);
    }
  }
}

function drawnTicket(reply: unknown): number | null {
  const ticket = typeof reply === 'string' ? DRAWN.exec(reply)?.[1] : undefined;
  return ticket === undefined ? null : Number(ticket);
}

/** Where tickets come to stand, in their order. Those behind the list keep their places. */
function moved(permutation: Permutation, ticketsJson: string): string {
  const positionOf = (ticket: number) => (ticket <= permutation.size ? permutation.at(ticket - 1) + 1 : ticket);
  return JSON.stringify((JSON.parse(ticketsJson) as number[][]).map((tickets) => tickets.map(positionOf)));
}

function parsed<Answer>(reply: unknown): Answer | null {
  return typeof reply === 'string' ? (JSON.parse(reply) as Answer) : null;
}
