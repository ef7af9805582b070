import type { Draw } from '#sdk/contract/draw.ts';
import type { EarlierDraw } from '../../database/draws.ts';
import type { DrawResult } from '../../domain/draw.ts';
import type { PublicDraw } from '../../engine/public-draw.ts';
import { isoTime } from './sale-view.ts';

/** In words, for whoever wonders what the values are. */
const ALGORITHM: Draw['algorithm'] = {
  encoding: 'enc(label, part, …) = length ‖ bytes of each, label first; lengths 4 bytes, integers 8 bytes, big endian',
  commitment: 'SHA-256(committed_seed)',
  entry: 'SHA-256(enc("tidegate draw entry v1", sale_id, ticket, user_id, nonce))',
  list_hash: 'SHA-256(all entries in the order of their tickets)',
  seed:
    'SHA-256(enc("tidegate draw seed v1", committed_seed, list_hash, entrants, beacon.round, beacon.randomness)), ' +
    'with "none" in place of the last two where there is no beacon',
  position:
    '1 + permutation of [0, entrants) at ticket − 1: 8 balanced Feistel rounds of HMAC-SHA256(seed), cycle-walked',
};

export function drawView(draw: PublicDraw): Draw {
  const { result, list, beacon } = draw;
  return {
    sale_id: draw.saleId,
    state: result ? 'drawn' : list ? 'closed' : 'open',
    trust: trustIn(result ?? draw),
    commitment: draw.commitment,
    closes_at: isoTime(draw.closesAtMs),
    beacon: beacon && { url: beacon.url, round: beacon.round, due_at: isoTime(beacon.dueAtMs) },
    entrants: list?.entrants ?? null,
    list_hash: list?.listHash ?? null,
    drawn: result && { committed_seed: result.committedSeed, beacon: result.beacon, seed: result.seed },
    algorithm: ALGORITHM,
    earlier: draw.earlier.map(earlierView),
  };
}

function earlierView({ saleId, startsAtMs, commitment, record }: EarlierDraw): Draw['earlier'][number] {
  const draw = record?.draw ?? null;
  return {
    sale_id: saleId,
    starts_at: isoTime(startsAtMs),
    commitment,
    made_at: record && isoTime(record.madeAtMs),
    entrants: draw?.entrants ?? null,
    list_hash: draw?.listHash ?? null,
    seed: draw?.seed ?? null,
    trust: draw && trustIn(draw),
  };
}

function trustIn({ beacon }: Pick<DrawResult, 'beacon'> | Pick<PublicDraw, 'beacon'>): Draw['trust'] {
  return beacon ? 'beacon' : 'operator';
}
