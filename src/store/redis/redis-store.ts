import { Cluster } from 'ioredis';
import type { StoreDurability } from '../../config/topology.ts';
import { eventFromJson } from '../../domain/event-json.ts';
import type { Order, ReleaseReason } from '../../domain/order.ts';
import type { OrderEvent } from '../../domain/order-event.ts';
import type { PurchaseOutcome, PurchaseRequest } from '../../domain/purchase.ts';
import type { AdmitOutcome, FindOutcome, JoinOutcome, JoinRequest, Place, TicketRef } from '../../domain/queueing.ts';
import type { RecoveredSale } from '../../domain/recovered-sale.ts';
import type { SaleDefinition } from '../../domain/sale.ts';
import type { ChangeOutcome, SaleCommand } from '../../domain/sale-change.ts';
import type { SettlementOutcome } from '../../domain/settlement.ts';
import type { Adoption, OrderRef, SaleList, SaleSnapshot, SaleView, Store } from '../store.ts';
import { DurabilityGuard, StoreNotDurable } from './durability.ts';
import { PurchaseBatches } from './purchase-batches.ts';
import { settleSome } from './reachability.ts';
import { connectRedis, createRedisClient, type RedisClient } from './redis-connection.ts';
import { installSale } from './sale-installation.ts';
import { SALE_KEYS, saleKeys, salesKey } from './sale-keys.ts';
import { SaleRoll } from './sale-roll.ts';
import { parseView } from './sale-view.ts';
import { Script } from './script.ts';
import { asUnavailable, ScriptRunner } from './script-runner.ts';
import { parseOrders, parseStoredOrder, parseStoredOrders } from './stored-orders.ts';
import { WaitingRooms } from './waiting-rooms.ts';

/** Events that stay behind the consumer, for one whose ledger is set back to an older copy. */
const EVENTS_KEPT = 10_000;
const DEFAULT_NAMESPACE = 'tidegate';

const SCRIPTS = {
  prepareSale: new Script('prepare-sale'),
  readSale: new Script('read-sale'),
  changeSale: new Script('change-sale'),
  restock: new Script('restock'),
  forgetSale: new Script('forget-sale'),
  readEvents: new Script('read-events'),
  trimEvents: new Script('trim-events'),
  beginPayment: new Script('begin-payment'),
  declinePayment: new Script('decline-payment'),
  confirm: new Script('confirm'),
  reserveAgain: new Script('reserve-again'),
  release: new Script('release'),
  expireDue: new Script('expire-due'),
  duePayments: new Script('due-payments'),
  readOrders: new Script('read-orders'),
  snapshot: new Script('snapshot'),
  fence: new Script('fence'),
  adopt: new Script('adopt'),
} as const;

export interface RedisStoreOptions {
  /** See `createRedisClient`. */
  readonly url: string;
  /** What an answer waits for; checked with every connection. */
  readonly durability: StoreDurability;
  /** New reservations are refused while so many events of their sale wait for the consumer. */
  readonly outboxMax: number;
  /** Epoch milliseconds. Redis' own clock unless given. */
  readonly clock?: () => number;
  /** Told how many purchases were decided together. */
  readonly onBatch?: (size: number) => void;
  /** What all keys begin with: `tidegate` unless given. */
  readonly namespace?: string;
}

/** Sales in Redis, for any number of processes: every decision is one script, which sees one sale and nothing else. */
export class RedisStore implements Store {
  readonly #client: RedisClient;
  readonly #options: RedisStoreOptions;
  readonly #namespace: string;
  readonly #durability: DurabilityGuard;
  readonly #scripts: ScriptRunner;
  readonly #purchases: PurchaseBatches;
  readonly #rooms: WaitingRooms;
  readonly #roll: SaleRoll;
  #nowMs = 0;

  private constructor(client: RedisClient, options: RedisStoreOptions) {
    this.#client = client;
    this.#options = options;
    this.#namespace = options.namespace ?? DEFAULT_NAMESPACE;
    this.#durability = new DurabilityGuard(client, options.durability);
    this.#scripts = new ScriptRunner({
      client,
      namespace: this.#namespace,
      time: () => (options.clock ? this.#tick(options.clock()) : ''),
      durability: this.#durability,
    });
    const { outboxMax, onBatch } = options;
    this.#purchases = new PurchaseBatches({ scripts: this.#scripts, outboxMax, onBatch });
    this.#rooms = new WaitingRooms({
      scripts: this.#scripts,
      readDraw: async (saleId) => (await this.#view(saleId))?.room?.draw ?? null,
      onBatch,
    });
    this.#roll = new SaleRoll({
      readIds: () => this.#saleIds(),
      list: (saleId) => this.#list(saleId),
      readView: (saleId) => this.#view(saleId),
      isSpread: client instanceof Cluster,
    });
  }

  /** Throws `StoreUnavailable` when Redis cannot be reached, and `StoreNotDurable` when it would lose what it answers. */
  static async open(options: RedisStoreOptions): Promise<RedisStore> {
    const client = createRedisClient(options.url);
    const store = new RedisStore(client, options);
    // A connection that is lost is made again; whoever needs it in the meantime is told by the command that fails.
    client.on('error', () => {});
    try {
      await connectRedis(client, options.url);
      await store.#durability.checkAll();
      await store.#passLastEvents();
    } catch (cause) {
      client.disconnect();
      throw cause instanceof StoreNotDurable ? cause : asUnavailable(cause);
    }
    return store;
  }

  /** Are the servers set to keep what they answer, at this moment? Throws `StoreUnavailable`. */
  isDurable(): Promise<boolean> {
    return this.#ask(() => this.#durability.isKept());
  }

  async now(): Promise<number> {
    if (this.#options.clock) return this.#tick(this.#options.clock());
    const [seconds, micros] = await this.#ask((client) => client.time());
    return this.#tick(Number(seconds) * 1000 + Math.floor(Number(micros) / 1000));
  }

  async prepareSale(sale: SaleDefinition, epoch: number, correlationId: string): Promise<'prepared' | 'wrong_state'> {
    const { saleId } = sale;
    await this.#list(saleId);
    const outcome = await this.#scripts.run(SCRIPTS.prepareSale, saleId, epoch, correlationId, JSON.stringify(sale));
    return outcome as 'prepared' | 'wrong_state';
  }

  /** A sale that has come off the list is on it again. */
  async readSale(saleId: string): Promise<SaleView | null> {
    const view = await this.#view(saleId);
    if (view) await this.#roll.relist(saleId);
    return view;
  }

  async listSales(): Promise<SaleList> {
    return this.#roll.read();
  }

  async changeSale(saleId: string, command: SaleCommand, correlationId: string): Promise<ChangeOutcome> {
    return ((await this.#change(saleId, command, correlationId)) ?? 'not_found') as ChangeOutcome;
  }

  async forgetSale(saleId: string): Promise<'forgotten' | 'not_found' | 'wrong_state'> {
    const outcome = await this.#scripts.run(SCRIPTS.forgetSale, saleId);
    if (outcome === 'forgotten') await this.#forget(saleId);
    return (outcome ?? 'not_found') as 'forgotten' | 'not_found' | 'wrong_state';
  }

  async join(request: JoinRequest): Promise<JoinOutcome> {
    return this.#rooms.join(request);
  }

  async findPlace(saleId: string, userId: string): Promise<FindOutcome> {
    return this.#rooms.findPlace(saleId, userId);
  }

  async leave(ref: TicketRef): Promise<'left' | 'not_found'> {
    return this.#rooms.leave(ref);
  }

  async readPlace(ref: TicketRef): Promise<Place | null> {
    return this.#rooms.readPlace(ref);
  }

  async restore(ref: TicketRef): Promise<Place | null> {
    return this.#rooms.restore(ref);
  }

  async advanceGate(saleId: string): Promise<number> {
    return this.#rooms.advanceGate(saleId);
  }

  async admit(ref: TicketRef): Promise<AdmitOutcome> {
    return this.#rooms.admit(ref);
  }

  async readTickets(saleId: string, after: number, limit: number): Promise<string[]> {
    return this.#rooms.readTickets(saleId, after, limit);
  }

  async fence(saleId: string): Promise<void> {
    await this.#scripts.run(SCRIPTS.fence, saleId);
  }

  async adopt(saleId: string, { epoch, expectedEpoch, expectedSeq }: Adoption): Promise<'adopted' | 'changed'> {
    const outcome = await this.#scripts.run(SCRIPTS.adopt, saleId, epoch, expectedEpoch, expectedSeq);
    return outcome as 'adopted' | 'changed';
  }

  async install(recovered: RecoveredSale): Promise<'installed' | 'changed'> {
    await this.#list(recovered.sale.saleId);
    return installSale(this.#scripts, recovered);
  }

  purchase(request: PurchaseRequest): Promise<PurchaseOutcome> {
    return this.#purchases.purchase(request);
  }

  beginPayment(ref: OrderRef, attemptId: string, graceMs: number): Promise<SettlementOutcome> {
    return this.#settle(SCRIPTS.beginPayment, ref, attemptId, graceMs);
  }

  declinePayment(ref: OrderRef, attemptId: string): Promise<SettlementOutcome> {
    return this.#settle(SCRIPTS.declinePayment, ref, attemptId);
  }

  confirm(ref: OrderRef, attemptId: string): Promise<SettlementOutcome> {
    return this.#settle(SCRIPTS.confirm, ref, attemptId);
  }

  reserveAgain(ref: OrderRef, attemptId: string, graceMs: number): Promise<SettlementOutcome> {
    return this.#settle(SCRIPTS.reserveAgain, ref, attemptId, graceMs);
  }

  release(ref: OrderRef, reason: ReleaseReason, attemptId: string | null): Promise<SettlementOutcome> {
    return this.#settle(SCRIPTS.release, ref, reason, attemptId ?? '');
  }

  async expireDue(saleId: string, limit: number): Promise<number> {
    return Number((await this.#scripts.run(SCRIPTS.expireDue, saleId, limit)) ?? 0);
  }

  async duePayments(saleId: string, limit: number): Promise<Order[]> {
    return parseOrders(await this.#scripts.run(SCRIPTS.duePayments, saleId, limit));
  }

  async readOrder({ saleId, orderId }: OrderRef): Promise<Order | null> {
    const stored = await this.#ask((client) => client.hget(this.#key(saleId, 'orders'), orderId));
    return stored ? parseStoredOrder(stored).order : null;
  }

  async readOrders(saleId: string, userId: string): Promise<Order[]> {
    return parseOrders(await this.#scripts.run(SCRIPTS.readOrders, saleId, userId));
  }

  async snapshot(saleId: string): Promise<SaleSnapshot | null> {
    const reply = (await this.#scripts.run(SCRIPTS.snapshot, saleId)) as [view: string, orders: string[]] | null;
    if (!reply) return null;
    const [view, orders] = reply;
    return { ...parseView(view), orders: parseStoredOrders(orders) };
  }

  async readEvents(saleId: string, after: number, limit: number): Promise<OrderEvent[]> {
    const events = (await this.#scripts.run(SCRIPTS.readEvents, saleId, after, limit)) as string[];
    return events.map(eventFromJson);
  }

  async trimEvents(saleId: string, upTo: number): Promise<void> {
    await this.#scripts.run(SCRIPTS.trimEvents, saleId, upTo, EVENTS_KEPT);
  }

  async close(): Promise<void> {
    this.#client.disconnect();
  }

  #change(saleId: string, command: SaleCommand, correlationId: string): Promise<unknown> {
    switch (command.type) {
      case 'restock': {
        const { restockId, skuId, quantity } = command;
        return this.#scripts.run(SCRIPTS.restock, saleId, restockId, skuId, quantity, correlationId);
      }
      case 'gate':
        return this.#rooms.changeGate(saleId, command.settings, correlationId);
      case 'draw':
        return this.#rooms.makeDraw(saleId, command.draw, correlationId);
      default:
        return this.#scripts.run(SCRIPTS.changeSale, saleId, command.type, correlationId);
    }
  }

  async #settle(
    script: Script,
    { saleId, orderId }: OrderRef,
    ...args: (string | number)[]
  ): Promise<SettlementOutcome> {
    const json = await this.#scripts.run(script, saleId, orderId, ...args);
    return json === null ? { code: 'not_found' } : (JSON.parse(json as string) as SettlementOutcome);
  }

  /** A clock that jumps back stands still until it has caught up. */
  #tick(atMs: number): number {
    this.#nowMs = Math.max(this.#nowMs, atMs);
    return this.#nowMs;
  }

  /** However the server's clock was set since: what has happened lies in the past. */
  async #passLastEvents(): Promise<void> {
    const times = await settleSome((await this.#saleIds()).map((saleId) => this.#lastEventAtMs(saleId)));
    for (const time of times) if (time.status === 'fulfilled') this.#tick(time.value);
  }

  async #lastEventAtMs(saleId: string): Promise<number> {
    return Number((await this.#ask((client) => client.hget(this.#key(saleId, 'head'), 'last_at_ms'))) ?? 0);
  }

  async #view(saleId: string): Promise<SaleView | null> {
    const json = await this.#scripts.run(SCRIPTS.readSale, saleId);
    if (json === null) return null;
    const { takenAtMs: _, ...view } = parseView(json as string);
    return view;
  }

  #saleIds(): Promise<string[]> {
    return this.#ask((client) => client.smembers(salesKey(this.#namespace)));
  }

  /** First of all: a sale that is sold and not listed would have nobody to read its events. */
  async #list(saleId: string): Promise<void> {
    const key = salesKey(this.#namespace);
    // Reading needs no memory, of which there may be none left.
    if ((await this.#ask((client) => client.sismember(key, saleId))) === 1) return;
    await this.#ask((client) => client.sadd(key, saleId));
  }

  async #forget(saleId: string): Promise<void> {
    this.#rooms.forget(saleId);
    await this.#unlist(saleId);
  }

  /** Somebody may prepare the sale again in this moment: then it stays on the list. */
  async #unlist(saleId: string): Promise<void> {
    await this.#ask((client) => client.srem(salesKey(this.#namespace), saleId));
    if ((await this.#ask((client) => client.exists(this.#key(saleId, 'head')))) === 0) return;
    await this.#list(saleId);
  }

  #key(saleId: string, name: keyof typeof SALE_KEYS): string {
    return saleKeys(this.#namespace, saleId)[Object.keys(SALE_KEYS).indexOf(name)] ?? '';
  }

  async #ask<T>(command: (client: RedisClient) => Promise<T>): Promise<T> {
    try {
      return await command(this.#client);
    } catch (cause) {
      throw asUnavailable(cause);
    }
  }
}
