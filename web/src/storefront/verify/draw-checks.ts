import type { Draw } from '#sdk/contract/draw.ts';
import type { SaleStatus } from '#sdk/contract/sale.ts';
import {
  commitmentOf,
  type DrawBeacon,
  type DrawEntrant,
  drawEntry,
  ENTRY_BYTES,
  finalSeed,
  listHashOf,
  Permutation,
  randomnessOf,
} from '../../../../src/domain/draw.ts';
import type { CheckName } from '../texts/verify-texts.ts';

/** `open`: nothing that this page could find out. */
export interface Check {
  readonly name: CheckName;
  readonly verdict: 'right' | 'wrong' | 'open';
}

/** A line of the order as it was drawn. */
export interface Placing {
  readonly position: number;
  readonly ticket: number;
}

export interface Verification {
  readonly checks: readonly Check[];
  /** The front of the line, and those around the own place. */
  readonly placings: readonly Placing[];
  /** Null: this browser took no part. */
  readonly ownPosition: number | null;
}

export type DrawnDraw = Draw & {
  readonly drawn: NonNullable<Draw['drawn']>;
  readonly entrants: number;
  readonly list_hash: string;
};

const FRONT = 5;
const AROUND = 2;

/** Computes a draw again from what was published. @param entries all of them, one behind the other */
export function verifyDraw(
  draw: DrawnDraw,
  status: SaleStatus['draw'],
  entries: Uint8Array,
  own: DrawEntrant | null,
): Verification {
  const { entrants, drawn } = draw;
  const permutation = new Permutation(drawn.seed, entrants);
  const ticketAt = ticketsByPosition(permutation);
  const takesPart = own !== null && own.ticket <= entrants;
  const ownPosition = takesPart ? 1 + permutation.at(own.ticket - 1) : null;
  return {
    checks: [
      check('commitment', commitmentOf(drawn.committed_seed) === draw.commitment),
      check('list', entries.length === entrants * ENTRY_BYTES && listHashOf([entries]) === draw.list_hash),
      ...beaconChecks(draw, drawn.beacon),
      check('seed', seedOf(draw) === drawn.seed),
      check('status', status?.seed === drawn.seed && status.entrants === entrants),
      check(
        'places',
        ticketAt.every((ticket) => ticket > 0),
      ),
      ...(takesPart ? [check('own_entry', isOwn(entries, own))] : []),
    ],
    placings: placingsOf(ticketAt, ownPosition),
    ownPosition,
  };
}

function check(name: CheckName, isRight: boolean): Check {
  return { name, verdict: isRight ? 'right' : 'wrong' };
}

function beaconChecks(draw: DrawnDraw, beacon: DrawBeacon | null): Check[] {
  if (!beacon) return [{ name: 'no_beacon', verdict: 'open' }];
  return [
    check('beacon_round', draw.beacon?.round === beacon.round && draw.beacon.url === beacon.url),
    check('beacon_randomness', randomnessOf(beacon.signature) === beacon.randomness),
    { name: 'beacon_signature', verdict: 'open' },
  ];
}

function seedOf({ drawn, list_hash: listHash, entrants }: DrawnDraw): string {
  return finalSeed({ committedSeed: drawn.committed_seed, listHash, entrants, beacon: drawn.beacon });
}

/** Which ticket stands at each place; 0 where none does. */
function ticketsByPosition(permutation: Permutation): Uint32Array {
  const tickets = new Uint32Array(permutation.size);
  for (let index = 0; index < permutation.size; index++) tickets[permutation.at(index)] = index + 1;
  return tickets;
}

function isOwn(entries: Uint8Array, own: DrawEntrant): boolean {
  const listed = entries.subarray((own.ticket - 1) * ENTRY_BYTES, own.ticket * ENTRY_BYTES);
  const made = drawEntry(own);
  return listed.length === made.length && made.every((byte, index) => byte === listed[index]);
}

function placingsOf(ticketAt: Uint32Array, ownPosition: number | null): Placing[] {
  const isShown = (position: number) =>
    position <= FRONT || (ownPosition !== null && Math.abs(position - ownPosition) <= AROUND);
  const placings: Placing[] = [];
  ticketAt.forEach((ticket, index) => {
    if (isShown(index + 1)) placings.push({ position: index + 1, ticket });
  });
  return placings;
}
