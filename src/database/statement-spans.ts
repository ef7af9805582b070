import { SpanKind } from '@opentelemetry/api';
import type { LogEvent } from 'kysely';
import { clockMs, currentTraceparent, recordSpan } from '../telemetry/tracing.ts';

const OPERATION = /^\s*(\w+)/;
const TABLE = /\b(?:into|update|from)\s+"?([a-z_]+)"?/;

/** Tells the trace at hand of a statement, by its first word and table: what else stands in it is nobody's business. */
export function recordStatement({ query: { sql }, queryDurationMillis, level }: LogEvent): void {
  const traceparent = currentTraceparent();
  if (traceparent === null) return;
  const endMs = clockMs();
  const operation = OPERATION.exec(sql)?.[1]?.toLowerCase() ?? 'statement';
  const table = TABLE.exec(sql)?.[1];
  const attributes = {
    'db.system.name': 'postgresql',
    'db.operation.name': operation,
    ...(table !== undefined && { 'db.collection.name': table }),
    ...(level === 'error' && { 'error.type': 'failed' }),
  };
  const name = table === undefined ? `sql ${operation}` : `sql ${operation} ${table}`;
  recordSpan(traceparent, name, { kind: SpanKind.CLIENT, startMs: endMs - queryDurationMillis, endMs, attributes });
}
