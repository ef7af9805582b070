import { type Static, Type } from 'typebox';
import * as field from './fields.ts';

const opensAt = { ...field.time, examples: ['2030-11-29T08:55:00.000Z'] };

const order = field.codes(['fifo', 'draw'], {
  default: 'fifo',
  description:
    '`fifo`: first come, first served. `draw`: the places of those who came before the list closes, 15 s before ' +
    '`starts_at`, are drawn. Whoever comes later queues behind, in both.',
  examples: ['fifo'],
});

export const ratePerSecond = Type.Integer({
  minimum: 1,
  maximum: 100_000,
  default: 100,
  description: 'How many are let in a second.',
  examples: [100],
});

export const maxActive = Type.Integer({
  minimum: 1,
  maximum: 1_000_000,
  default: 10_000,
  description: 'How many may be inside at a time.',
  examples: [10_000],
});

export const admissionSeconds = Type.Integer({
  minimum: 5,
  maximum: 3600,
  default: 60,
  description: 'How long an admission is good for.',
  examples: [60],
});

const paused = Type.Boolean({
  description: 'True: nobody is called or let in. Whoever is inside goes on.',
  examples: [false],
});

/** What a waiting room is made from. */
export const waitingRoomDraft = field.nullable(
  Type.Object(
    {
      opens_at: Type.Optional({
        ...opensAt,
        description: 'When buyers may begin to queue; not after `starts_at`. Default: five minutes before.',
      }),
      order: Type.Optional(order),
      rate_per_second: Type.Optional(ratePerSecond),
      max_active: Type.Optional(maxActive),
      admission_seconds: Type.Optional(admissionSeconds),
    },
    { additionalProperties: false },
  ),
  { description: 'Null: nobody queues.', examples: [{ rate_per_second: 100, max_active: 2_000 }, null] },
);

export type WaitingRoomDraft = Static<typeof waitingRoomDraft>;

/** The rules of a waiting room, as operators see them: rate and cap are what the gate began with. */
export const adminWaitingRoom = field.nullable(
  Type.Object({
    opens_at: opensAt,
    order,
    rate_per_second: ratePerSecond,
    max_active: maxActive,
    admission_seconds: admissionSeconds,
  }),
  { description: 'Null: nobody queues.' },
);

export type AdminWaitingRoom = Static<typeof adminWaitingRoom>;

/** The rules of a waiting room, as buyers see them. */
export const waitingRoom = field.nullable(
  Type.Object({ opens_at: opensAt, order, admission_seconds: admissionSeconds }),
  { description: 'Null: nobody queues, and everybody may buy from `starts_at` on.' },
);

export type WaitingRoom = Static<typeof waitingRoom>;

/** How many are let in, as an operator has set it. */
export const gate = Type.Object({ rate_per_second: ratePerSecond, max_active: maxActive, paused });

export type Gate = Static<typeof gate>;

/** The waiting room at this moment. */
export const room = field.nullable(
  Type.Object({
    tickets: Type.Integer({ minimum: 0, description: 'Places given out.', examples: [120_000] }),
    waiting: Type.Integer({ minimum: 0, description: 'Those who have not been called.', examples: [118_000] }),
    now_serving: Type.Integer({ minimum: 0, description: 'Everyone up to here has been called.', examples: [2_000] }),
    at_door: Type.Integer({
      minimum: 0,
      description: 'Called, asked to come in, and found no room yet.',
      examples: [20],
    }),
    inside: Type.Integer({ minimum: 0, description: 'Shoppers who are let in.', examples: [800] }),
    admissions: Type.Integer({ minimum: 0, description: 'Admissions given so far.', examples: [1_900] }),
    called_per_second: field.nullable(Type.Number({ minimum: 0 }), {
      description: 'How fast `now_serving` has moved lately. Null: nobody waits, or it stands still.',
      examples: [99.5],
    }),
    gate,
  }),
  { description: 'Null: nobody queues, or the store no longer holds the sale.' },
);

export type Room = Static<typeof room>;

/** The settings of a gate to change. */
export const gateChange = Type.Partial(gate, {
  additionalProperties: false,
  minProperties: 1,
  description: 'Settings that are not named stay as they are.',
  examples: [{ rate_per_second: 50 }, { paused: true }],
});

export type GateChange = Static<typeof gateChange>;
