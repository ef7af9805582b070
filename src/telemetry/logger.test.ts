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
