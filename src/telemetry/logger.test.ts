import { ReplyError } from 'ioredis';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';

test('a row that failed a constraint is not written to the log', () => {
  const lines: string[] = [];
  const error = new pg.DatabaseError('new row violates check constraint', 1, 'error');
  error.detail = 'Failing row contains (42, {"email": "sam@example.com"}).';
  createLogger('info', { write: (line) => void lines.push(line) }).error({ error }, 'failed');
  expect(lines.join('')).toContain('violates check constraint');
  expect(lines.join('')).not.toContain('sam@example.com');
});

test('what was asked of a Redis that refused it is not written to the log', () => {
  const lines: string[] = [];
  const command = { name: 'evalsha', args: ['tidegate:{tallies}:ip:203.0.113.7', 'tidegate:{tallies}:user:sam'] };
  const error = Object.assign(new ReplyError('NOREPLICAS Not enough good replicas to write.'), { command });
  createLogger('info', { write: (line) => void lines.push(line) }).warn({ error }, 'failed');
  expect(lines.join('')).toContain('NOREPLICAS');
  expect(lines.join('')).not.toMatch(/203\.0\.113\.7|sam/);
});
