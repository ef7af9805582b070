import { DeadlineQueue } from './deadline-queue.ts';
import { countsAgainstLimit, isOpen, type Order } from './order.ts';
import type { OrderEvent, SaleChange } from './order-event.ts';
import type { RecoveredDraw, RecoveredSale } from './recovered-sale.ts';
import { isRoomChange, type RoomEvent } from './room-event.ts';
import { rebuiltRoom } from './room-rebuild.ts';
import { isOver, type SaleDefinition, type SaleState } from './sale.ts';
import { Stock, type UnitCounts } from './stock.ts';
import { WaitingRoom } from './waiting-room.ts';

const STATE_AFTER = {
  sale_started: 'active',
  sale_paused: 'paused',
  sale_resumed: 'active',
  sale_ended: 'ended',
  sale_cancelled: 'cancelled',
} as const;

/**
 * One sale as its events make it: the fold of the order log and of what happened in its waiting room. Decisions read
 * it; only `apply` changes it, so a journal that is read again yields the same sale.
 */
export class LiveSale {
  readonly saleId: string;
  #epoch: number;
  #sale: SaleDefinition;
  #state: SaleState = 'scheduled';
  #lastSeq = 0;
  #lastAtMs = 0;
  readonly #stock: Stock;
  readonly #orders = new Map<string, Order>();
  readonly #orderIdsByBuyer = new Map<string, string[]>();
  readonly #orderIdsByDevice = new Map<string, string[]>();
  readonly #restockIds = new Set<string>();
  readonly #reservationDeadlines = new DeadlineQueue();
  readonly #paymentDeadlines = new DeadlineQueue();
  #room: WaitingRoom | null = null;

  constructor(sale: SaleDefinition, epoch: number) {
    this.saleId = sale.saleId;
    this.#epoch = epoch;
    this.#sale = sale;
    this.#stock = new Stock(sale.saleId);
  }

  /** A sale as the ledger has it, in place of one that was lost. */
  static restored(recovered: RecoveredSale): LiveSale {
    const live = new LiveSale(recovered.sale, recovered.epoch);
    live.#restore(recovered);
    return live;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get sale(): SaleDefinition {
    return this.#sale;
  }

  get state(): SaleState {
    return this.#state;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get lastAtMs(): number {
    return this.#lastAtMs;
  }

  /** Null: nobody queues. */
  get room(): WaitingRoom | null {
    return this.#room;
  }

  get isOver(): boolean {
    return isOver(this.#state);
  }

  /** Units of all items that are for sale at this moment. */
  get availableUnits(): number {
    return this.#stock.available;
  }

  /** Nothing is left, and nothing can come back but by a restock. */
  get isSoldOutForGood(): boolean {
    return this.#stock.isSoldOutForGood;
  }

  /** Null for a SKU that is not in this sale. */
  units(skuId: string): Readonly<UnitCounts> | null {
    return this.#stock.of(skuId);
  }

  order(orderId: string): Order | null {
    return this.#orders.get(orderId) ?? null;
  }

  orders(): Iterable<Order> {
    return this.#orders.values();
  }

  ordersOf(userId: string): Order[] {
    return (this.#orderIdsByBuyer.get(userId) ?? []).map((orderId) => this.#known(orderId));
  }

  /** The order that this buyer's key made, if it made one. */
  orderByKey(userId: string, idempotencyKey: string): Order | null {
    for (const orderId of this.#orderIdsByBuyer.get(userId) ?? []) {
      const order = this.#known(orderId);
      if (order.idempotencyKey === idempotencyKey) return order;
    }
    return null;
  }

  /** Units of a SKU that a buyer holds or owns. */
  heldUnits(userId: string, skuId: string): number {
    return this.#unitsOrdered(userId, skuId, ({ state }) => countsAgainstLimit(state));
  }

  /** Units of a SKU that were ever taken with a ticket, whatever became of them. */
  unitsTakenWith(userId: string, ticket: number, skuId: string): number {
    return this.#unitsOrdered(userId, skuId, (order) => order.ticket === ticket);
  }

  /** Everything that the limit allows has been taken with this ticket. */
  isUsedUp(userId: string, ticket: number): boolean {
    const { items, purchaseLimit } = this.#sale;
    return items.every(({ skuId }) => this.unitsTakenWith(userId, ticket, skuId) >= purchaseLimit);
  }

  /** Has another order that counts been made with this device? */
  isDeviceTaken(deviceId: string, byOtherThan: string): boolean {
    const orderIds = this.#orderIdsByDevice.get(deviceId) ?? [];
    return orderIds.some((orderId) => orderId !== byOtherThan && countsAgainstLimit(this.#known(orderId).state));
  }

  wasRestocked(restockId: string): boolean {
    return this.#restockIds.has(restockId);
  }

  /** Reservations whose deadline has passed, earliest first. A cancelled sale holds none any longer. */
  dueReservations(nowMs: number, limit: number): Order[] {
    const until = this.#state === 'cancelled' ? Number.POSITIVE_INFINITY : nowMs;
    return this.#reservationDeadlines
      .due(until, limit, (orderId) => this.#known(orderId).state === 'reserved')
      .map((orderId) => this.#known(orderId));
  }

  /** Payments that are still under way after their time, earliest first. */
  duePayments(nowMs: number, limit: number): Order[] {
    return this.#paymentDeadlines
      .due(nowMs, limit, (orderId, atMs) => this.#known(orderId).payingUntilMs === atMs)
      .map((orderId) => this.#known(orderId));
  }

  apply(event: OrderEvent | RoomEvent): void {
    if (isRoomChange(event)) this.#knownRoom().apply(event);
    else this.#applyNumbered(event);
    this.#lastAtMs = Math.max(this.#lastAtMs, event.atMs);
  }

  #applyNumbered(event: OrderEvent): void {
    if (event.seq !== this.#lastSeq + 1) {
      throw new Error(`sale ${this.saleId}: event ${event.seq} cannot follow event ${this.#lastSeq}`);
    }
    this.#room?.lapse(event.atMs);
    if ('order' in event) this.#put(event.order);
    else this.#change(event);
    this.#lastSeq = event.seq;
    this.#epoch = event.epoch;
  }

  #change(event: SaleChange & { readonly atMs: number }): void {
    switch (event.type) {
      case 'sale_prepared':
        this.#prepare(event.sale);
        break;
      case 'sale_restocked':
        this.#restock(event.restockId, event.skuId, event.quantity);
        break;
      case 'gate_changed':
        this.#knownRoom().changeGate(event.settings, event.atMs);
        break;
      case 'sale_recovered':
        break;
      case 'draw_closed':
        this.#knownRoom().closeDraw(event.entrants);
        break;
      case 'draw_made':
        this.#knownRoom().makeDraw(event.draw);
        break;
      case 'room_checkpoint':
        this.#knownRoom().noteCheckpoint(event, event.atMs);
        break;
      default:
        this.#enter(STATE_AFTER[event.type], event.atMs);
    }
  }

  #enter(state: SaleState, atMs: number): void {
    this.#state = state;
    this.#room?.followSale(state === 'active', atMs);
    if (this.isOver) this.#room?.close();
  }

  #prepare(sale: SaleDefinition): void {
    this.#sale = sale;
    this.#stock.fill(sale.items);
    this.#prepareRoom(sale);
  }

  /** Whoever queues already keeps the place. */
  #prepareRoom({ waitingRoom }: SaleDefinition): void {
    if (!waitingRoom) this.#room = null;
    else if (this.#room) this.#room.replaceRules(waitingRoom);
    else this.#room = new WaitingRoom(waitingRoom);
  }

  #restore({ sale, state, orders, restockIds, gate, draw, room, lastSeq, lastAtMs }: RecoveredSale): void {
    this.#prepare(sale);
    for (const restockId of restockIds) this.#restockIds.add(restockId);
    for (const order of orders) this.#put(order);
    if (gate) this.#knownRoom().changeGate(gate, lastAtMs);
    if (draw) this.#restoreDraw(this.#knownRoom(), draw);
    this.#enter(state, lastAtMs);
    for (const change of rebuiltRoom(this, room)) this.#knownRoom().apply({ ...change, atMs: lastAtMs });
    this.#lastSeq = lastSeq;
    this.#lastAtMs = lastAtMs;
  }

  #restoreDraw(room: WaitingRoom, { entrants, result }: RecoveredDraw): void {
    room.closeDraw(entrants);
    if (result) room.makeDraw(result);
  }

  #restock(restockId: string, skuId: string, quantity: number): void {
    this.#restockIds.add(restockId);
    this.#stock.add(skuId, quantity);
    const items = this.#sale.items.map((item) =>
      item.skuId === skuId ? { ...item, totalStock: item.totalStock + quantity } : item,
    );
    this.#sale = { ...this.#sale, items };
  }

  #put(order: Order): void {
    const before = this.#orders.get(order.orderId);
    this.#stock.move(order.lines, before?.state ?? null, order.state);
    this.#orders.set(order.orderId, order);
    if (!before) {
      add(this.#orderIdsByBuyer, order.userId, order.orderId);
      if (order.deviceId !== null) add(this.#orderIdsByDevice, order.deviceId, order.orderId);
    }
    this.#tellRoom(order, before);
    if (order.state === 'reserved') this.#reservationDeadlines.add(order.deadlineMs, order.orderId);
    if (order.payingUntilMs !== null) this.#paymentDeadlines.add(order.payingUntilMs, order.orderId);
  }

  /** A late payment reopens an order, and not the stay inside that it was made in. */
  #tellRoom({ orderId, ticket, state }: Order, before: Order | undefined): void {
    if (ticket === null) return;
    if (!before && isOpen(state)) this.#room?.orderOpened(ticket, orderId);
    else if (!isOpen(state)) this.#room?.orderClosed(ticket, orderId);
  }

  #unitsOrdered(userId: string, skuId: string, counts: (order: Order) => boolean): number {
    let units = 0;
    for (const orderId of this.#orderIdsByBuyer.get(userId) ?? []) {
      const order = this.#known(orderId);
      if (!counts(order)) continue;
      for (const line of order.lines) if (line.skuId === skuId) units += line.quantity;
    }
    return units;
  }

  #known(orderId: string): Order {
    const order = this.#orders.get(orderId);
    if (!order) throw new Error(`sale ${this.saleId} has no order ${orderId}`);
    return order;
  }

  #knownRoom(): WaitingRoom {
    if (!this.#room) throw new Error(`sale ${this.saleId} has no waiting room`);
    return this.#room;
  }
}

function add(orderIds: Map<string, string[]>, key: string, orderId: string): void {
  const known = orderIds.get(key);
  if (known) known.push(orderId);
  else orderIds.set(key, [orderId]);
}
