import { type Static, Type } from 'typebox';
import { codes } from './fields.ts';
import { operation } from './operation.ts';

const health = codes(['up', 'down']);

const readiness = Type.Object({
  status: codes(['ready', 'not_ready'], { examples: ['ready'] }),
  role: codes(['all', 'gateway', 'processor'], { examples: ['all'] }),
  checks: Type.Partial(Type.Object({ store: health, order_log: health, ledger: health, payment: health }), {
    description: 'Dependencies, as far as the role has them.',
  }),
  breakers: Type.Record(Type.String(), codes(['closed', 'open', 'half_open']), {
    description: 'Circuit breakers by dependency.',
    examples: [{ payment: 'closed' }],
  }),
});

export type Readiness = Static<typeof readiness>;

export const checkLiveness = operation({
  id: 'checkLiveness',
  method: 'GET',
  path: '/health/live',
  summary: 'Is the process alive?',
  description: 'Says nothing of what it depends on.',
  tags: ['service'],
  auth: 'none',
  responses: { 200: Type.Object({ status: Type.Literal('alive') }) },
  problems: [],
});

export const checkReadiness = operation({
  id: 'checkReadiness',
  method: 'GET',
  path: '/health/ready',
  summary: 'Can the process do its work?',
  description: '503 while something it needs is down, or while it is stopping.',
  tags: ['service'],
  auth: 'none',
  responses: { 200: readiness, 503: readiness },
  problems: [],
});

export const checkStartup = operation({
  id: 'checkStartup',
  method: 'GET',
  path: '/health/startup',
  summary: 'Has the process started?',
  description: '503 until it has.',
  tags: ['service'],
  auth: 'none',
  responses: {
    200: Type.Object({ status: Type.Literal('started') }),
    503: Type.Object({ status: Type.Literal('starting') }),
  },
  problems: [],
});
