import { Type } from 'typebox';
import { time } from './fields.ts';
import { operation } from './operation.ts';

export const readTime = operation({
  id: 'readTime',
  method: 'GET',
  path: '/api/v1/time',
  summary: 'The clock of the sale',
  description: 'The one clock that decides what is before the start, after the end, expired.',
  tags: ['service'],
  auth: 'none',
  responses: { 200: Type.Object({ now: time }) },
  problems: ['store_unavailable'],
});
