import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../src/cli/simulate/random.ts';
import type { TicketRef } from '../src/domain/queueing.ts';
import type { SaleDefinition } from '../src/domain/sale.ts';
import type { Store } from '../src/store/store.ts';
import { ManualClock, T0 } from '../test/support/clock.ts';
import { readQueueHistory } from '../test/support/queue-history.ts';
import { MINUTE_MS, saleDefinition, saleItem, waitingRoomRules } from '../test/support/sale-fixtures.ts';
import { Agenda } from './support/agenda.ts';
import { heldBytes } from './support/memory.ts';
import { Shop } from './support/shop.ts';
import { Shoppers } from './support/shoppers.ts';
import { sized } from './support/sized.ts';
import { printTable } from './support/table.ts';

const BUYERS = sized(1_000_000);
const EARLY = Math.floor(BUYERS * 0.8);
const UNITS = sized(10_000);
const SEED = Number(process.env.BENCH_SEED ?? 1);
const LIMITS = { ratePerSecond: 200, maxActive: 800 };
const ADMISSION_SECONDS = 60;
const TICKERS = 3;
const STEP_MS = 250;
/** While payments are under way: the clock runs fifty times as fast as they do. */
const STEP_TAKES_MS = 5;
const LATE_JOINS_PER_STEP = 1_000;
const AT_ONCE = 1_000;
const LEFT_EARLY_EVERY = 50;
const PATIENCE_MS = 50 * MINUTE_MS;
const MEGA = 1e6;

/** A whole sale through the engine in one process: a million buyers join, are drawn, called and let in, and all is sold. */
export async function millionBench(): Promise<void> {
  console.log(`${BUYERS} buyers, ${UNITS} units, seed ${SEED}\n`);
  const clock = new ManualClock(T0 - 10 * MINUTE_MS);
  const shop = await Shop.open(clock.read);
  try {
    await new WholeSale(shop, clock).run();
  } finally {
    await shop.close();
  }
}

class WholeSale {
  readonly #shop: Shop;
  readonly #clock: ManualClock;
  readonly #sale = saleToRun();
  readonly #agenda = new Agenda();
  readonly #shoppers: Shoppers;
  readonly #userIds: string[] = [];
  /** By position: 0 where nobody stands any longer. */
  readonly #tickets = new Uint32Array(BUYERS + 1);
  readonly #problems: string[] = [];

  constructor(shop: Shop, clock: ManualClock) {
    this.#shop = shop;
    this.#clock = clock;
    this.#shoppers = new Shoppers(shop, clock, this.#agenda, createRandom(SEED));
  }

  async run(): Promise<void> {
    await this.#shop.openSale(this.#sale);
    await phase(`${EARLY} join before the start`, () => this.#joinEarly());
    await phase('one in fifty leaves', () => this.#leaveEarly());
    await phase('their places are drawn', () => this.#draw());
    await phase('each looks up its place', () => this.#lookUpPlaces());
    await phase(`${BUYERS - EARLY} join later, ${UNITS} units are sold`, () => this.#sell());
    await phase('those who wait are told', () => this.#expectSoldOut());
    await phase('the books are audited', () => this.#audit());
    await phase('the store is opened anew', () => this.#reopen());
    await phase('its journal is read for what happened when', () => this.#readHistory());
    this.#print();
  }

  async #joinEarly(): Promise<void> {
    for (let joined = 0; joined < EARLY; joined += AT_ONCE) {
      this.#clock.advance(1);
      await this.#join(Math.min(AT_ONCE, EARLY - joined));
    }
  }

  async #join(count: number): Promise<void> {
    const { store } = this.#shop;
    const userIds = Array.from({ length: count }, randomUUID);
    const first = this.#userIds.push(...userIds) - count + 1;
    const outcomes = await Promise.all(userIds.map((userId) => store.join(joinOf(this.#sale.saleId, userId))));
    outcomes.forEach((outcome, index) => {
      const ticket = outcome.code === 'joined' ? outcome.place.ticket : 0;
      if (ticket !== first + index) this.#problems.push(`buyer ${first + index} was given ticket ${ticket}`);
    });
  }

  async #leaveEarly(): Promise<void> {
    const leavers = this.#refs(1, EARLY).filter(({ ticket }) => ticket % LEFT_EARLY_EVERY === 0);
    await inBatches(leavers, (ref) => this.#shop.store.leave(ref));
  }

  async #draw(): Promise<void> {
    this.#clock.set(T0 - 10_000);
    await this.#shop.conductDraws();
    const view = await this.#shop.store.readSale(this.#sale.saleId);
    if (view?.room?.draw?.entrants !== EARLY) throw new Error('the draw was not made');
  }

  async #lookUpPlaces(): Promise<void> {
    await inBatches(this.#refs(1, EARLY), async (ref) => {
      const place = await this.#shop.store.readPlace(ref);
      if (place) this.#standsAt(place.position ?? 0, ref.ticket);
      else if (ref.ticket % LEFT_EARLY_EVERY !== 0) this.#problems.push(`ticket ${ref.ticket} is lost`);
    });
  }

  #standsAt(position: number, ticket: number): void {
    if (position < 1 || position > BUYERS) this.#problems.push(`ticket ${ticket} stands at ${position}`);
    else if (this.#tickets[position] !== 0) this.#problems.push(`two tickets stand at ${position}`);
    else this.#tickets[position] = ticket;
  }

  async #sell(): Promise<void> {
    this.#clock.set(T0);
    while (!(await this.#isSoldOut())) {
      if (this.#clock.read() > T0 + PATIENCE_MS) throw new Error('the units are not sold in time');
      await this.#joinLate();
      await this.#tick();
      await this.#agenda.run(this.#clock.read());
      this.#clock.advance(STEP_MS);
      await this.#shop.store.expireDue(this.#sale.saleId, UNITS);
      if (this.#shoppers.arePaying) await sleep(STEP_TAKES_MS);
    }
  }

  async #isSoldOut(): Promise<boolean> {
    const view = await this.#shop.store.readSale(this.#sale.saleId);
    return view?.stock.every(({ available, reserved, paying }) => available + reserved + paying === 0) ?? false;
  }

  /** Whoever joins after the start stands behind all who were drawn, in the order of the tickets. */
  async #joinLate(): Promise<void> {
    const first = this.#userIds.length + 1;
    await this.#join(Math.min(LATE_JOINS_PER_STEP, BUYERS - first + 1));
    for (let ticket = first; ticket <= this.#userIds.length; ticket++) this.#standsAt(ticket, ticket);
  }

  async #tick(): Promise<void> {
    const { saleId } = this.#sale;
    const before = await this.#nowServing();
    const ticks = await Promise.all(Array.from({ length: TICKERS }, () => this.#shop.store.advanceGate(saleId)));
    const nowServing = Math.max(...ticks);
    for (let position = before + 1; position <= nowServing; position++) {
      const ticket = this.#tickets[position] ?? 0;
      if (ticket !== 0) this.#shoppers.called(this.#ref(ticket));
    }
  }

  async #nowServing(): Promise<number> {
    return (await this.#shop.store.readSale(this.#sale.saleId))?.room?.nowServing ?? 0;
  }

  async #expectSoldOut(): Promise<void> {
    await inBatches(this.#refs(EARLY + 1, BUYERS), async (ref) => {
      const place = await this.#shop.store.readPlace(ref);
      if (place?.state !== 'sold_out') this.#problems.push(`ticket ${ref.ticket} is told ${place?.state}`);
    });
  }

  async #audit(): Promise<void> {
    while ((await this.#lag()) > 0) await sleep(STEP_TAKES_MS);
    const { invariants } = await this.#shop.audit(this.#sale.saleId);
    for (const { name, violations } of invariants) {
      this.#problems.push(...violations.map(({ detail }) => `${name}: ${detail}`));
    }
    printTable('Audit', [
      ['invariant', 'looked at', 'violations'],
      ...invariants.map(({ name, checked, violations }) => [name, checked, violations.length]),
    ]);
    console.log();
  }

  async #lag(): Promise<number> {
    const view = await this.#shop.store.readSale(this.#sale.saleId);
    return view ? view.lastSeq - view.trimmedSeq : 0;
  }

  async #reopen(): Promise<void> {
    await this.#shop.stopWork();
    const before = await this.#sample(this.#shop.store);
    const store = await this.#shop.reopenStore(this.#clock.read);
    if ((await this.#sample(store)) !== before) this.#problems.push('the store was opened anew and is another one');
    await store.close();
  }

  async #sample(store: Store): Promise<string> {
    const view = await store.readSale(this.#sale.saleId);
    const refs = this.#refs(1, BUYERS).filter(({ ticket }) => ticket % 100 === 0);
    const places = await Promise.all(refs.map((ref) => store.readPlace(ref)));
    return JSON.stringify([view?.room, view?.stock, view?.lastSeq, places]);
  }

  async #readHistory(): Promise<void> {
    const positions = new Uint32Array(BUYERS + 1);
    this.#tickets.forEach((ticket, position) => {
      positions[ticket] = position;
    });
    const { journalDirectory } = this.#shop;
    const { userIds, evidence } = await readQueueHistory(
      journalDirectory,
      ADMISSION_SECONDS,
      (ticket) => positions[ticket] ?? 0,
    );
    if (userIds.some((userId, index) => userId !== this.#userIds[index])) this.#problems.push('a place is lost');
    if (evidence.admissions !== this.#shoppers.ways.admitted) this.#problems.push('an admission is lost');
    this.#problems.push(...evidence.broken(LIMITS));
  }

  #refs(first: number, last: number): TicketRef[] {
    return Array.from({ length: last - first + 1 }, (_, index) => this.#ref(first + index));
  }

  #ref(ticket: number): TicketRef {
    return { saleId: this.#sale.saleId, userId: this.#userIds[ticket - 1] ?? '', ticket };
  }

  #print(): void {
    const seconds = (this.#clock.read() - T0) / 1000;
    printTable(
      `What became of those who were called, in ${seconds} s of the sale`,
      Object.entries(this.#shoppers.ways),
    );
    const problems = this.#problems;
    if (this.#shoppers.ways.paid !== UNITS) problems.push(`${this.#shoppers.ways.paid} of ${UNITS} units were paid`);
    console.log(problems.length === 0 ? '\nEvery invariant holds.' : `\nBROKEN:\n${problems.slice(0, 20).join('\n')}`);
    if (problems.length > 0) process.exitCode = 1;
  }
}

function saleToRun(): SaleDefinition {
  return saleDefinition({
    saleId: randomUUID(),
    purchaseLimit: 1,
    reservationSeconds: 60,
    items: [saleItem({ totalStock: UNITS })],
    waitingRoom: waitingRoomRules({
      ...LIMITS,
      admissionSeconds: ADMISSION_SECONDS,
      opensAtMs: T0 - 10 * MINUTE_MS,
      order: 'draw',
      draw: { seed: 'a1'.repeat(32), entrySecret: 'b2'.repeat(32), beacon: null },
    }),
  });
}

function joinOf(saleId: string, userId: string) {
  return { saleId, userId, held: false, correlationId: 'bench' };
}

async function inBatches<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    await Promise.all(items.slice(from, from + AT_ONCE).map(work));
  }
}

async function phase(name: string, work: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const held = (heldBytes() / MEGA).toFixed(0);
  const resident = (process.memoryUsage().rss / MEGA).toFixed(0);
  console.log(
    `${name.padEnd(56)} ${seconds.toFixed(1).padStart(7)} s ${held.padStart(6)} MB held ${resident.padStart(6)} MB resident`,
  );
}
