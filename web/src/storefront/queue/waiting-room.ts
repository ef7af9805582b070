import { type Client, TidegateProblem } from '#sdk/client.ts';
import type { Sale, SaleStatus } from '#sdk/contract/sale.ts';
import { serverNowMs } from '../../shared/server-clock.ts';
import { onKeptElsewhere } from '../buyer/kept.ts';
import { giveUp, hasGivenUp, type KeptPlace, keepAdmission, keptPlace, placeKey } from '../buyer/kept-place.ts';
import { mustSignIn } from '../buyer/sign-in.ts';
import { type Connection, StatusFeed } from '../live/status-feed.ts';
import { VisitState } from '../live/visit-state.ts';
import { isNotYet, type NoPlace, OwnPlace, type ToldPlace } from './own-place.ts';
import { IN_LINE, type Stage } from './stage.ts';

/** A wait as it was last told, and by what clock. */
interface WaitTold {
  readonly seconds: number | null;
  readonly toldAtMs: number;
}

export interface WaitingRoomState {
  readonly sale: Sale | null;
  readonly status: SaleStatus | null;
  readonly connection: Connection;
  readonly stage: Stage;
  readonly place: KeptPlace | null;
  readonly wait: WaitTold | null;
}

const OPENING_SPREAD_MS = 2_000;
/** Over this time a crowd that learns at one moment that the sale has changed reads it again. */
const REREAD_SPREAD_MS = 1_500;
const RETRY_MS = 3_000;

/**
 * One visit to the waiting room of a sale. It follows the shared status, and asks for what is the buyer's own only when
 * the status says that it may have changed: once on arrival, when as many have been called as were to come before half
 * of the way, and when the turn has come.
 */
export class WaitingRoom {
  readonly #api: Client;
  readonly #saleId: string;
  readonly shown: VisitState<WaitingRoomState>;
  readonly #own: OwnPlace;
  readonly #feed: StatusFeed;
  readonly #stopped = new AbortController();
  #working = false;
  #readAtAhead: number | null = null;
  #hasRead = false;
  #readRevision: string | null = null;
  #retryAtMs = 0;
  #joinsAtMs: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rereading: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Client, saleId: string) {
    this.#api = api;
    this.#saleId = saleId;
    this.#own = new OwnPlace(api, saleId);
    this.shown = new VisitState<WaitingRoomState>({
      sale: null,
      status: null,
      connection: 'connecting',
      stage: { name: 'arriving' },
      place: keptPlace(saleId),
      wait: null,
    });
    this.#feed = new StatusFeed(saleId, {
      onStatus: (status) => this.#change({ status }),
      onConnection: (connection) => this.#state.connection === connection || this.#change({ connection }),
      onGone: () => this.#enter({ name: 'unknown_sale' }),
    });
  }

  get #state(): WaitingRoomState {
    return this.shown.read();
  }

  start(): void {
    const { signal } = this.#stopped;
    const stopListening = onKeptElsewhere(placeKey(this.#saleId), () => this.#takeOverKept());
    signal.addEventListener('abort', stopListening);
    document.addEventListener('visibilitychange', () => this.#consider(), { signal });
    this.#feed.start();
  }

  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#rereading);
    this.#feed.stop();
  }

  /** Takes a place, or tries again what was refused. */
  readonly join = (): void => void this.#work(() => this.#join());

  /** Asks to come in again after an admission has lapsed. */
  readonly comeIn = (): void => void this.#work(() => this.#askToComeIn());

  readonly leave = (): void =>
    void this.#work(async () => {
      const { place } = this.#state;
      if (place) await this.#own.giveBack(place);
      else giveUp(this.#saleId);
      this.#change({ place: null, wait: null, stage: { name: 'outside' } });
    });

  #change(change: Partial<WaitingRoomState>): void {
    this.shown.change(change);
    this.#consider();
  }

  /** Another tab took a place, or gave it up. */
  #takeOverKept(): void {
    const place = keptPlace(this.#saleId);
    this.#hasRead = false;
    this.#change({ place, stage: place ? IN_LINE : { name: 'outside' } });
  }

  /** What is to be done as things stand now, if anything. */
  #consider(): void {
    const { status, sale } = this.#state;
    if (this.#working || this.#stopped.signal.aborted || !status) return;
    const pauseMs = this.#retryAtMs - performance.now();
    if (pauseMs > 0) this.#considerLater(pauseMs);
    else if (sale) this.#keepUp(sale, status);
    else void this.#work(() => this.#readSaleFor(status.revision));
  }

  #keepUp(sale: Sale, status: SaleStatus): void {
    this.#readChanged(sale, status.revision);
    if (status.phase !== 'ended' && status.phase !== 'cancelled') this.#goOn(sale, status);
  }

  #goOn(sale: Sale, status: SaleStatus): void {
    const { stage } = this.#state;
    if (stage.name === 'arriving' || stage.name === 'before_opening') this.#arrive(sale, status);
    else if (stage.name === 'signed_out' && !mustSignIn()) this.#enter({ name: 'arriving' });
    else if (stage.name === 'in_line') this.#waitInLine(status);
    else if (stage.name === 'admitted') this.#watchAdmission(stage.expiresAtMs);
    else if (stage.name === 'refused' && stage.problem.retryable) this.join();
    // Nobody's time to buy is to run out behind another tab.
    else if (stage.name === 'called' && status.phase === 'live' && !document.hidden) this.comeIn();
  }

  #arrive(sale: Sale, { phase }: SaleStatus): void {
    const { place, stage } = this.#state;
    if (!sale.waiting_room) this.#enter({ name: 'no_waiting_room' });
    else if (place) this.#enter(IN_LINE);
    else if (mustSignIn()) this.#enter({ name: 'signed_out' });
    else if (phase !== 'upcoming' && hasGivenUp(this.#saleId)) this.#enter({ name: 'outside' });
    else if (phase !== 'upcoming') this.#joinInTime(stage.name === 'before_opening');
    else if (stage.name !== 'before_opening') this.#enter({ name: 'before_opening' });
  }

  /** Those who have waited for the opening do not all come in the same instant. */
  #joinInTime(waitedForOpening: boolean): void {
    this.#joinsAtMs ??= performance.now() + (waitedForOpening ? Math.random() * OPENING_SPREAD_MS : 0);
    const waitMs = this.#joinsAtMs - performance.now();
    if (waitMs > 0) this.#considerLater(waitMs);
    else this.join();
  }

  #waitInLine(status: SaleStatus): void {
    const { place } = this.#state;
    if (!place) return;
    if (!this.#hasRead) void this.#work(() => this.#readPlace(place));
    else if (place.position === null) this.#waitForDraw(place, status);
    else if (status.queue && status.queue.now_serving >= place.position) this.#enter({ name: 'called' });
    else if (status.phase === 'live' && this.#isHalfWay(place.position, status))
      void this.#work(() => this.#readPlace(place));
  }

  #waitForDraw(place: KeptPlace, status: SaleStatus): void {
    if (status.draw?.seed) void this.#work(() => this.#takeDrawn(place, status));
  }

  /** Since the own place was last read: places that were given up or lost make the server's word better than the sum. */
  #isHalfWay(position: number, status: SaleStatus): boolean {
    const ahead = aheadOf(position, status);
    return ahead !== null && this.#readAtAhead !== null && this.#readAtAhead > 1 && ahead <= this.#readAtAhead / 2;
  }

  #enter(stage: Stage): void {
    this.#change({ stage });
  }

  /** One thing at a time; what fails for a while is tried again. */
  async #work(task: () => Promise<void>): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      await task();
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      this.#postpone(error);
    } finally {
      this.#working = false;
    }
    this.#consider();
  }

  #postpone(error: unknown): void {
    const asked = error instanceof TidegateProblem ? error.retryAfterSeconds : null;
    this.#retryAtMs = performance.now() + (asked === null ? RETRY_MS : asked * 1000) * (1 + Math.random() / 4);
  }

  #considerLater(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#consider(), ms);
  }

  /** Beside everything else, and not all in the same instant: those who are called must not wait for it. */
  #readChanged({ revision: known }: Sale, revision: string): void {
    if (known === revision || this.#readRevision === revision || this.#rereading !== undefined) return;
    const reread = () =>
      this.#readSaleFor(revision)
        .catch((error: unknown) => this.#postpone(error))
        .finally(() => {
          this.#rereading = undefined;
          this.#consider();
        });
    this.#rereading = setTimeout(() => void reread(), Math.random() * REREAD_SPREAD_MS);
  }

  /** Once for each revision that a status names: a cache may know of it before what it stands for. */
  async #readSaleFor(revision: string): Promise<void> {
    const sale = await this.#api.readSale({ sale_id: this.#saleId });
    this.#readRevision = revision;
    this.#change({ sale });
  }

  async #join(): Promise<void> {
    const { sale } = this.#state;
    if (!sale) return;
    try {
      this.#hold(await this.#own.take(sale, (stage) => this.#enter(stage), this.#stopped.signal));
    } catch (error) {
      this.#refuse(error);
    }
  }

  #refuse(error: unknown): void {
    if (!(error instanceof TidegateProblem)) {
      this.#enter({ name: 'arriving' });
      throw error;
    }
    if (mustSignIn()) this.#enter({ name: 'signed_out' });
    else if (error.code === 'sale_not_started') this.#enter({ name: 'before_opening' });
    else if (error.code === 'sold_out' || error.code === 'sale_ended') this.#enter({ name: 'outside' });
    else this.#enter({ name: 'refused', problem: error });
    // It is tried again when it may help, and the buyer sees why it takes so long.
    if (error.retryable) throw error;
  }

  async #readPlace(place: KeptPlace): Promise<void> {
    const told = await this.#own.read(place);
    if (typeof told === 'string') this.#losePlace(told);
    else this.#hold(told);
  }

  #hold({ place, ahead, waitSeconds: seconds, stage }: ToldPlace): void {
    this.#hasRead = true;
    this.#readAtAhead = ahead;
    this.#change({ place, wait: { seconds, toldAtMs: performance.now() }, stage });
  }

  #losePlace(why: NoPlace): void {
    if (why === 'sale_ended') this.#hasRead = true;
    else this.#change({ place: null, stage: { name: 'outside' } });
  }

  async #takeDrawn(place: KeptPlace, status: SaleStatus): Promise<void> {
    const drawn = await this.#own.draw(place, status);
    if (!drawn) return;
    this.#readAtAhead = drawn.aheadAtFirst;
    this.#change({ place: drawn });
  }

  async #askToComeIn(): Promise<void> {
    const { place, stage } = this.#state;
    if (!place) return;
    try {
      const answer = await this.#own.comeIn(place);
      if (typeof answer === 'string') this.#losePlace(answer);
      else this.#enter(answer);
    } catch (error) {
      if (isNotYet(error) && stage.name !== 'called') this.#enter({ name: 'called' });
      throw error;
    }
  }

  #watchAdmission(expiresAtMs: number): void {
    const leftMs = expiresAtMs - serverNowMs();
    if (leftMs > 0) {
      this.#considerLater(leftMs);
    } else {
      keepAdmission(this.#saleId, null);
      this.#enter({ name: 'lapsed' });
    }
  }
}

/** How many stand before a position and have not been called. Null where nobody queues. */
export function aheadOf(position: number, { queue }: SaleStatus): number | null {
  return queue && Math.max(0, position - queue.now_serving - 1);
}
