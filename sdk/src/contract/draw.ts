import { type Static, Type } from 'typebox';
import * as field from './fields.ts';
import { operation } from './operation.ts';
import { saleParams } from './sale.ts';

const EXAMPLE_HASH = '8ada64bae5c6c0f5540a6a13af56e663240edfbd2c76ac6a8f27671eb7259ce3';

/** 32 bytes. */
function hash(description: string) {
  return Type.String({ pattern: '^[0-9a-f]{64}$', description, examples: [EXAMPLE_HASH] });
}

function orNull<Schema extends Parameters<typeof field.nullable>[0]>(schema: Schema) {
  return field.nullable(schema, { examples: [null] });
}

const beaconUrl = Type.String({
  description: 'The beacon, with the hash of its chain.',
  examples: ['https://api.drand.sh/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971'],
});
const beaconRound = Type.Integer({ minimum: 1, description: 'The round that the draw is bound to.', examples: [42] });
const entrants = Type.Integer({
  minimum: 0,
  description: 'Tickets 1 to this one take part. Null until the list is closed.',
  examples: [120_000],
});
const commitment = hash('SHA-256 of the seed that was chosen when the sale was created.');
const listHash = hash('SHA-256 over all entries, in the order of their tickets. Null until the list is closed.');
const trust = field.codes(['beacon', 'operator'], {
  description:
    '`beacon`: the places follow from public randomness that nobody knew while the list was open. `operator`: they ' +
    'follow from the committed seed and the list alone.',
  examples: ['beacon'],
});

const drawnResult = Type.Object({
  committed_seed: hash('Its SHA-256 is `commitment`.'),
  beacon: orNull(
    Type.Object(
      {
        url: beaconUrl,
        round: beaconRound,
        randomness: hash('SHA-256 of the signature.'),
        signature: Type.String({ pattern: '^([0-9a-f]{2})+$', description: "By the chain's key, hexadecimal." }),
      },
      { description: 'The round as it was published. Null: the draw was made without one.' },
    ),
  ),
  seed: hash('What the places follow from.'),
});

const earlierDraw = Type.Object({
  sale_id: field.saleId,
  starts_at: field.time,
  commitment,
  made_at: orNull({ ...field.time, description: 'Null: its draw was never made.' }),
  entrants: orNull(entrants),
  list_hash: orNull(listHash),
  seed: orNull(hash('What its places followed from.')),
  trust: field.nullableCodes(['beacon', 'operator'], { examples: ['beacon'] }),
});

const algorithm = Type.Record(Type.String(), Type.String(), {
  description: 'How each value follows from the others. docs/draw.md says it byte for byte.',
  examples: [{ commitment: 'SHA-256(committed_seed)' }],
});

export const draw = Type.Object({
  sale_id: field.saleId,
  state: field.codes(['open', 'closed', 'drawn'], {
    description: '`closed`: nobody else takes part, and the places are still to be drawn.',
    examples: ['closed'],
  }),
  trust,
  commitment,
  closes_at: { ...field.time, description: 'When the list is closed.' },
  beacon: orNull(
    Type.Object(
      { url: beaconUrl, round: beaconRound, due_at: { ...field.time, description: 'When the round is published.' } },
      { description: 'The round that the draw is bound to. Null: none.' },
    ),
  ),
  entrants: orNull(entrants),
  list_hash: orNull(listHash),
  drawn: orNull(drawnResult),
  algorithm,
  earlier: Type.Array(earlierDraw, {
    description: 'Other sales of the same name that had a draw, deleted ones too, the newest first.',
  }),
});

export type Draw = Static<typeof draw>;

export const readDraw = operation({
  id: 'readDraw',
  method: 'GET',
  path: '/api/v1/flash-sale/:sale_id/draw',
  summary: 'The draw of a sale, as anyone can check it',
  description:
    'Commitment and round are there from the beginning, the list as soon as it is closed, the seeds once the draw is ' +
    'made. It stays readable after the sale.',
  tags: ['draw'],
  auth: 'none',
  params: saleParams,
  responses: { 200: draw },
  problems: ['not_found', 'store_unavailable'],
});

const drawEntries = Type.Object({
  entrants: orNull(entrants),
  entries: Type.Array(
    Type.String({ description: '32 bytes, base64url.', examples: ['itpkuuXGwPVUCmoTr1bmYyQO37wsdsaqjydnHrclnOM'] }),
  ),
  next_cursor: field.nextCursor,
});

export type DrawEntries = Static<typeof drawEntries>;

export const listDrawEntries = operation({
  id: 'listDrawEntries',
  method: 'GET',
  path: '/api/v1/flash-sale/:sale_id/draw/entries',
  summary: 'The entries of a draw',
  description:
    'In the order of their tickets, from the moment at which the list is closed. An entry tells its holder alone whom ' +
    'it stands for.',
  tags: ['draw'],
  auth: 'none',
  params: saleParams,
  query: Type.Object(
    {
      cursor: Type.Optional(field.cursor),
      limit: Type.Optional({ ...field.limit, maximum: 10_000, default: 1_000, examples: [1_000] }),
    },
    { additionalProperties: false },
  ),
  responses: { 200: drawEntries },
  problems: ['not_found', 'store_unavailable'],
});
