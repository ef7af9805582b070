import type { TidegateProblem } from '#sdk/client.ts';
import type { Place } from '#sdk/contract/queue.ts';

/** Where a buyer stands. What becomes of the sale meanwhile (paused, sold out) is in its status. */
export type Stage =
  | { readonly name: 'arriving' }
  | { readonly name: 'unknown_sale' }
  | { readonly name: 'no_waiting_room' }
  | { readonly name: 'before_opening' }
  /** The shop has to say who they are first. */
  | { readonly name: 'signed_out' }
  /** The room is open, and they have not asked for a place, or gave it up. */
  | { readonly name: 'outside' }
  | { readonly name: 'proving'; readonly tries: number }
  | { readonly name: 'joining' }
  | { readonly name: 'refused'; readonly problem: TidegateProblem }
  | { readonly name: 'in_line' }
  /** Called, and let in as soon as there is room. */
  | { readonly name: 'called' }
  | { readonly name: 'admitted'; readonly expiresAtMs: number }
  /** Was let in and did not buy in time; may come in again, and has to ask for it. */
  | { readonly name: 'lapsed' }
  | { readonly name: 'done' };

export const IN_LINE: Stage = { name: 'in_line' };

/** Where the server's word on a place puts its buyer. */
export function stageOf(state: Place['state']): Stage {
  switch (state) {
    case 'waiting':
    case 'sold_out':
      return IN_LINE;
    case 'ready':
    case 'admitted':
      return { name: 'called' };
    case 'done':
      return { name: 'done' };
  }
}
