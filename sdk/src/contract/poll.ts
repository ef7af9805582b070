import { Type } from 'typebox';

/** When it is worth to ask again. */
export const poll = Type.Object(
  {
    interval_ms: Type.Integer({ minimum: 1, examples: [5000] }),
    jitter_ms: Type.Integer({ minimum: 0, examples: [2500] }),
  },
  { description: 'When to ask again: after `interval_ms` and a random part of `jitter_ms`.' },
);
