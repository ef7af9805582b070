import type { DrawResult } from './draw.ts';
import type { GateSettings } from './gate.ts';
import type { Order } from './order.ts';
import type { OrderEvent } from './order-event.ts';
import type { RoomCheckpoint } from './room-rebuild.ts';
import type { SaleDefinition, SaleState } from './sale.ts';

/** A sale as the ledger knows it: what a store that has lost it, or fallen behind, goes on from. */
export interface RecoveredSale {
  /** As it is now: restocks are in its `totalStock`. */
  readonly sale: SaleDefinition;
  readonly state: SaleState;
  /** The one that begins here. */
  readonly epoch: number;
  /** The newest of `events`; the next one follows it. */
  readonly lastSeq: number;
  readonly lastAtMs: number;
  /** As `events` leave them. Those that hold units fit into the stock. */
  readonly orders: readonly Order[];
  readonly restockIds: readonly string[];
  /** Null where nobody queues, or nobody has changed what the sale's rules say. */
  readonly gate: GateSettings | null;
  /** Null while the list of a draw is open, and where there is none. */
  readonly draw: RecoveredDraw | null;
  /** How far the waiting room had come when that was noted last. Null if it never was. */
  readonly room: RoomCheckpoint | null;
  /** What the recovery itself brings about, `sale_recovered` first: they wait for the consumer like any others. */
  readonly events: readonly OrderEvent[];
  /** What the store must hold at that moment, or nothing is installed. Null: it must not know the sale. */
  readonly replaces: SaleVersion | null;
}

export interface RecoveredDraw {
  readonly entrants: number;
  /** Null while it is still to be made. */
  readonly result: DrawResult | null;
}

/** Names a state of a sale in a store: no two have the same. */
export interface SaleVersion {
  readonly epoch: number;
  readonly lastSeq: number;
}

/** Up to where the ledger has read: the events of the recovery itself are still to be handed over. */
export function readUpTo({ lastSeq, events }: RecoveredSale): number {
  return lastSeq - events.length;
}
