import type { Client } from '#sdk/client.ts';
import type { Draw, DrawEntries } from '#sdk/contract/draw.ts';
import { BeaconInvalid, type Beacons, BeaconUnavailable } from '../beacon/beacon.ts';
import { commitmentOf, drawEntry, ENTRY_BYTES, finalSeed, listHashOf, Permutation } from '../domain/draw.ts';
import type { OwnTicket } from './queue-token.ts';

export interface DrawAuditOptions {
  readonly saleId: string;
  readonly beacons: Beacons;
  /** Base URL of the relay to ask; null for the one that the draw names. */
  readonly relay: string | null;
  /** What the auditor noted when it was published. */
  readonly noted: { readonly commitment: string | null; readonly listHash: string | null };
  readonly ticket: OwnTicket | null;
}

export interface DrawCheck {
  readonly name: string;
  readonly result: 'fits' | 'differs' | 'not_checked';
  readonly detail: string;
}

export interface DrawAudit {
  readonly sale_id: string;
  readonly state: Draw['state'];
  /** The draw is made, and nothing differs. */
  readonly ok: boolean;
  readonly trust: Draw['trust'];
  readonly entrants: number | null;
  readonly checks: readonly DrawCheck[];
  /** Of the queue token. Its position is null when it takes no part, or nothing is drawn. */
  readonly place: { readonly ticket: number; readonly position: number | null } | null;
}

type Drawn = NonNullable<Draw['drawn']>;

const PAGE_SIZE = 10_000;
/** Chains of the drand network that many independent organisations run together. */
const KNOWN_CHAINS: Readonly<Record<string, string>> = {
  '52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971': 'drand quicknet',
  '8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce': 'drand mainnet',
};

/** Computes a draw again from the public API alone, and compares. */
export async function auditDraw(client: Client, options: DrawAuditOptions): Promise<DrawAudit> {
  const draw = await client.readDraw({ sale_id: options.saleId });
  const list = draw.list_hash === null ? null : await downloadEntries(client, draw);
  const checks = [
    ...notedChecks(draw, options.noted),
    ...(list ? listChecks(draw, list) : []),
    ...(draw.drawn ? await drawnChecks(draw, draw.drawn, options) : []),
    ...(list && draw.drawn ? [placesCheck(draw.drawn.seed, list.length / ENTRY_BYTES)] : []),
    ...(list && options.ticket ? [ownEntryCheck(list, options.ticket)] : []),
  ];
  return {
    sale_id: draw.sale_id,
    state: draw.state,
    ok: draw.drawn !== null && checks.every(({ result }) => result !== 'differs'),
    trust: draw.trust,
    entrants: draw.entrants,
    checks,
    place: options.ticket && { ticket: options.ticket.ticket, position: positionOf(draw, options.ticket) },
  };
}

/** All entries, one behind the other; of a list that does not end where it should, enough to tell. */
async function downloadEntries(client: Client, { sale_id, entrants }: Draw): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let cursor: string | null = null;
  do {
    const page: DrawEntries = await client.listDrawEntries({ sale_id, limit: PAGE_SIZE, ...(cursor && { cursor }) });
    pieces.push(...page.entries.map((entry) => Buffer.from(entry, 'base64url')));
    cursor = page.entries.length > 0 ? page.next_cursor : null;
  } while (cursor && pieces.length <= (entrants ?? 0));
  return Buffer.concat(pieces);
}

function notedChecks(draw: Draw, { commitment, listHash }: DrawAuditOptions['noted']): DrawCheck[] {
  return [
    ...(commitment === null ? [] : [compare('commitment_as_noted', draw.commitment, commitment)]),
    ...(listHash === null ? [] : [compare('list_hash_as_noted', draw.list_hash, listHash)]),
  ];
}

function listChecks({ entrants, list_hash }: Draw, list: Buffer): DrawCheck[] {
  return [compare('entries', list.length / ENTRY_BYTES, entrants), compare('list_hash', listHashOf([list]), list_hash)];
}

async function drawnChecks(draw: Draw, drawn: Drawn, options: DrawAuditOptions): Promise<DrawCheck[]> {
  const { committed_seed: committedSeed, beacon, seed } = drawn;
  const entrants = draw.entrants ?? 0;
  const parts = { committedSeed, listHash: draw.list_hash ?? '', entrants, beacon };
  return [
    compare('commitment', commitmentOf(committedSeed), draw.commitment),
    await beaconCheck(draw, drawn, options),
    compare('seed', finalSeed(parts), seed),
  ];
}

async function beaconCheck(draw: Draw, { beacon }: Drawn, options: DrawAuditOptions): Promise<DrawCheck> {
  const name = 'beacon';
  const bound = draw.beacon;
  if (!beacon) {
    const detail = bound ? 'the round did not come in time: drawn without it' : 'the draw was bound to none';
    return { name, result: 'not_checked', detail };
  }
  if (bound?.url !== beacon.url || bound.round !== beacon.round) {
    return { name, result: 'differs', detail: 'the draw used another round than it was bound to' };
  }
  try {
    return { name, ...(await askBeacon(beacon, draw.closes_at, options)) };
  } catch (error) {
    if (error instanceof BeaconUnavailable) return { name, result: 'not_checked', detail: error.message };
    if (error instanceof BeaconInvalid) return { name, result: 'differs', detail: error.message };
    throw error;
  }
}

async function askBeacon(
  { url, round, randomness, signature }: NonNullable<Drawn['beacon']>,
  closesAt: string,
  { beacons, relay }: DrawAuditOptions,
): Promise<Omit<DrawCheck, 'name'>> {
  const chain = url.slice(url.lastIndexOf('/') + 1);
  const beacon = beacons.at(relay === null ? url : `${relay.replace(/\/+$/, '')}/${chain}`);
  const published = await beacon.fetchRound(round);
  if (published.randomness !== randomness || published.signature !== signature) {
    return { result: 'differs', detail: `round ${round} is ${published.randomness}` };
  }
  const { round: first } = await beacon.roundAfter(Date.parse(closesAt));
  if (round < first) return { result: 'differs', detail: `round ${round} was public before the list was closed` };
  const known = KNOWN_CHAINS[chain];
  return { result: 'fits', detail: `round ${round} of ${known ?? `chain ${chain}, which is not a well-known one`}` };
}

/** Is every place given away, and so none twice? */
function placesCheck(seed: string, size: number): DrawCheck {
  const permutation = new Permutation(seed, size);
  const taken = new Uint8Array(size);
  for (let index = 0; index < size; index++) taken[permutation.at(index)] = 1;
  return compare(
    'places',
    taken.reduce((sum, one) => sum + one, 0),
    size,
  );
}

function ownEntryCheck(list: Buffer, own: OwnTicket): DrawCheck {
  const name = 'own_entry';
  const published = list.subarray((own.ticket - 1) * ENTRY_BYTES, own.ticket * ENTRY_BYTES);
  if (published.length === 0) return { name, result: 'not_checked', detail: 'joined after the list was closed' };
  if (published.equals(drawEntry(own))) return { name, result: 'fits', detail: `entry ${own.ticket} is yours` };
  return { name, result: 'differs', detail: `entry ${own.ticket} is not yours` };
}

function positionOf({ drawn, entrants }: Draw, { ticket }: OwnTicket): number | null {
  if (!drawn || entrants === null || ticket > entrants) return null;
  return new Permutation(drawn.seed, entrants).at(ticket - 1) + 1;
}

function compare(name: string, found: string | number | null, expected: string | number | null): DrawCheck {
  if (found === expected) return { name, result: 'fits', detail: String(found) };
  return { name, result: 'differs', detail: `${found} in place of ${expected}` };
}
