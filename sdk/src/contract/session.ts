import { type Static, Type } from 'typebox';
import { time, userId } from './fields.ts';
import { operation } from './operation.ts';

const session = Type.Object({
  user_id: userId,
  token: Type.String({ description: 'Bearer token of this identity.', examples: ['eyJhbGciOiJIUzI1NiJ9.e30.c2ln'] }),
  expires_at: time,
});

export type Session = Static<typeof session>;

export const createSession = operation({
  id: 'createSession',
  method: 'POST',
  path: '/api/v1/session',
  summary: 'Become a guest',
  description: 'Hands out a new guest identity. Only where the server runs with guest identities.',
  tags: ['session'],
  auth: 'none',
  responses: { 201: session },
  problems: ['not_found'],
});
