import { type Static, Type } from 'typebox';
import * as field from './fields.ts';
import { operation } from './operation.ts';

const auditReport = Type.Object({
  ok: Type.Boolean({ description: 'No invariant is violated.' }),
  checked_at: field.time,
  invariants: Type.Array(
    Type.Object({
      name: Type.String({ examples: ['stock_adds_up'] }),
      description: Type.String({ examples: ['available + reserved + paying + sold + buffer = total_stock'] }),
      ok: Type.Boolean(),
      checked: Type.Integer({ minimum: 0, description: 'How many things were looked at.', examples: [12] }),
      violations: Type.Array(Type.Object({ sale_id: Type.Optional(field.saleId), detail: Type.String() })),
    }),
  ),
});

export type AuditReport = Static<typeof auditReport>;

export const runAudit = operation({
  id: 'runAudit',
  method: 'POST',
  path: '/api/v1/admin/audit',
  summary: 'Check every invariant on live data',
  description: 'Changes nothing.',
  tags: ['admin: audit'],
  auth: 'viewer',
  body: Type.Object(
    { sale_id: Type.Optional({ ...field.saleId, description: 'Only this sale.' }) },
    { additionalProperties: false },
  ),
  responses: { 200: auditReport },
  problems: ['not_found', 'store_unavailable'],
  repeatable: true,
});

const EXAMPLE_ID = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70';

/** Names in the log are compared whole. */
function auditedName(example: string, description: string) {
  return Type.String({ pattern: '^[!-~]{1,200}$', description, examples: [example] });
}

const auditEntry = Type.Object({
  entry_id: Type.String({ examples: ['42'] }),
  at: field.time,
  actor: Type.String({ description: 'Who did it.', examples: ['operator'] }),
  action: Type.String({ examples: ['sale_paused'] }),
  subject: Type.String({ description: 'What it was done to.', examples: [EXAMPLE_ID] }),
  detail: Type.Record(Type.String(), Type.Unknown(), { examples: [{ quantity: 100 }] }),
  correlation_id: field.correlationId,
});

export type AuditEntry = Static<typeof auditEntry>;

export const listAuditLog = operation({
  id: 'listAuditLog',
  method: 'GET',
  path: '/api/v1/admin/audit-log',
  summary: 'Who did what, and when',
  description: 'Newest first.',
  tags: ['admin: audit'],
  auth: 'viewer',
  query: Type.Object(
    {
      actor: Type.Optional(auditedName('operator', 'Who did it.')),
      action: Type.Optional(auditedName('sale_paused', 'What was done.')),
      subject: Type.Optional(auditedName(EXAMPLE_ID, 'What it was done to.')),
      from: Type.Optional({ ...field.time, description: 'Not before this moment.' }),
      until: Type.Optional({ ...field.time, description: 'Before this moment.' }),
      cursor: Type.Optional(field.cursor),
      limit: Type.Optional(field.limit),
    },
    { additionalProperties: false },
  ),
  responses: { 200: Type.Object({ entries: Type.Array(auditEntry), next_cursor: field.nextCursor }) },
  problems: ['store_unavailable'],
});
