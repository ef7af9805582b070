import { LapsingMap } from './lapsing-map.ts';

/** The right to buy until `expiresAtMs`. `(ticket, admittedAtMs)` names it. */
export interface Admission {
  readonly ticket: number;
  readonly admittedAtMs: number;
  readonly expiresAtMs: number;
}

/**
 * Who is inside, by ticket: with an admission, or still with an order that was made under one. An admission ends with
 * its last open order, when its time is over, or when the shopper leaves; the slot is held while an order is open.
 */
export class ShopFloor {
  readonly #admissions = new LapsingMap<Admission>();
  /** Their admission is over or lost, their orders are still open. */
  readonly #checkingOut = new Set<number>();
  /** Ids of open orders. A ticket in here has an admission or is checking out. */
  readonly #openOrders = new Map<number, Set<string>>();
  /** How many admissions in a row ran out without an order. */
  readonly #timesIdled = new Map<number, number>();
  /** Those of them who have an admission again. */
  readonly #idling = new Set<number>();

  get inside(): number {
    return this.#admissions.size + this.#checkingOut.size;
  }

  /** Shoppers who hold nothing yet and may well buy: not those who let an admission run out unused before. */
  get browsing(): number {
    return this.inside - this.#openOrders.size - this.#idling.size;
  }

  isInside(ticket: number): boolean {
    return this.#admissions.has(ticket) || this.#checkingOut.has(ticket);
  }

  /** Null once it is over, and when there is none. */
  admissionOf(ticket: number): Admission | null {
    return this.#admissions.get(ticket);
  }

  /** How many of its last admissions ran out, and nothing was ordered under them. */
  timesIdled(ticket: number): number {
    return this.#timesIdled.get(ticket) ?? 0;
  }

  admit(admission: Admission): void {
    this.#checkingOut.delete(admission.ticket);
    if (this.timesIdled(admission.ticket) > 0) this.#idling.add(admission.ticket);
    this.#admissions.put(admission.ticket, admission, admission.expiresAtMs);
  }

  endAdmission(ticket: number): void {
    this.#idling.delete(ticket);
    if (this.#admissions.delete(ticket) && this.#openOrders.has(ticket)) this.#checkingOut.add(ticket);
  }

  /**
   * Ends the admissions whose time is over. One that met a pause is not held against its holder: the sale has been
   * active without a break since `activeSinceMs`, null while it is not.
   */
  lapse(nowMs: number, activeSinceMs: number | null): void {
    for (const { ticket, admittedAtMs } of this.#admissions.takeLapsed(nowMs)) {
      const metPause = activeSinceMs === null || admittedAtMs < activeSinceMs;
      this.#idling.delete(ticket);
      if (this.#openOrders.has(ticket)) this.#checkingOut.add(ticket);
      else if (!metPause) this.#timesIdled.set(ticket, this.timesIdled(ticket) + 1);
    }
  }

  orderOpened(ticket: number, orderId: string): void {
    this.#timesIdled.delete(ticket);
    this.#idling.delete(ticket);
    if (!this.#admissions.has(ticket)) this.#checkingOut.add(ticket);
    const open = this.#openOrders.get(ticket);
    if (open) open.add(orderId);
    else this.#openOrders.set(ticket, new Set([orderId]));
  }

  /** Of an order that was not opened here, nothing is to be done. */
  orderClosed(ticket: number, orderId: string): void {
    const open = this.#openOrders.get(ticket);
    if (!open?.delete(orderId) || open.size > 0) return;
    this.#openOrders.delete(ticket);
    this.#admissions.delete(ticket);
    this.#checkingOut.delete(ticket);
  }

  clear(): void {
    this.#admissions.clear();
    this.#checkingOut.clear();
    this.#openOrders.clear();
    this.#timesIdled.clear();
    this.#idling.clear();
  }
}
