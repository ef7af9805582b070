import { type Static, Type } from 'typebox';
import * as field from './fields.ts';
import { operation } from './operation.ts';

const role = field.codes(['operator', 'viewer'], {
  description: 'A viewer may look, and change nothing.',
  examples: ['operator'],
});

const adminSession = Type.Object({
  role,
  expires_at: field.nullable(field.time, {
    description: 'When the session ends unless it is used. Null: the caller came with a token instead.',
  }),
});

export type AdminSession = Static<typeof adminSession>;

export type AdminRole = AdminSession['role'];

export const signIn = operation({
  id: 'signIn',
  method: 'POST',
  path: '/api/v1/admin/session',
  summary: 'Sign in to the console',
  description:
    "Takes the operator's or the viewer's token once, and sets a session cookie that scripts cannot read. The session " +
    'ends 30 minutes after it was used last, and 12 hours after the sign-in.',
  tags: ['admin: session'],
  auth: 'none',
  body: Type.Object(
    { token: Type.String({ minLength: 1, maxLength: 1_000, examples: ['the-token-of-the-operator'] }) },
    { additionalProperties: false },
  ),
  responses: { 201: adminSession },
  problems: ['unauthenticated', 'forbidden', 'rate_limited'],
});

export const readAdminSession = operation({
  id: 'readAdminSession',
  method: 'GET',
  path: '/api/v1/admin/session',
  summary: 'Who am I?',
  description: 'Of a session or of a token.',
  tags: ['admin: session'],
  auth: 'viewer',
  responses: { 200: adminSession },
  problems: [],
});

export const signOut = operation({
  id: 'signOut',
  method: 'DELETE',
  path: '/api/v1/admin/session',
  summary: 'Sign out of the console',
  description: 'Takes the session cookie away.',
  tags: ['admin: session'],
  auth: 'viewer',
  responses: { 204: Type.Null({ description: 'Signed out.' }) },
  problems: [],
});
