import type { Command } from 'commander';
import type { AuditReport } from '#sdk/contract/audit.ts';
import { addAuditDrawCommand } from './audit-draw.ts';
import { withClient } from './connect.ts';
import { EXIT_FAILED } from './failure.ts';
import { type Column, tableText } from './table.ts';
import { integerText, jsonText } from './texts.ts';

const HELP = `
Changes nothing. Exit status: 0 all invariants hold, 1 one is violated or the audit could not be made.

Examples:
  $ tidegate audit
  $ tidegate audit --sale 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --json
  $ tidegate audit draw 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70`;

interface AuditOptions {
  readonly sale?: string;
  readonly json?: true;
}

export function addAuditCommand(program: Command): void {
  const audit = program
    .command('audit')
    .description('check every invariant on live data')
    .enablePositionalOptions()
    .option('--sale <id>', 'only this sale')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async ({ sale, json }: AuditOptions) => {
      const report = await withClient((client) => client.runAudit(sale ? { sale_id: sale } : {}));
      console.log(json ? jsonText(report) : auditText(report));
      if (!report.ok) process.exitCode = EXIT_FAILED;
    });
  addAuditDrawCommand(audit);
}

type Invariant = AuditReport['invariants'][number];

const COLUMNS: readonly Column<Invariant>[] = [
  { title: 'INVARIANT', text: ({ name }) => name },
  { title: 'HOLDS', text: ({ ok }) => (ok ? 'yes' : 'NO') },
  { title: 'CHECKED', align: 'right', text: ({ checked }) => integerText(checked) },
  { title: 'MEANING', text: ({ description }) => description, shrinks: true },
];

export function auditText({ ok, checked_at, invariants }: AuditReport): string {
  const violations = invariants.flatMap(({ name, violations: found }) =>
    found.map(({ sale_id, detail }) => `  ${name}${sale_id ? `, sale ${sale_id}` : ''}: ${detail}`),
  );
  const verdict = ok ? `All invariants hold at ${checked_at}.` : `VIOLATED at ${checked_at}:\n${violations.join('\n')}`;
  return `${tableText(COLUMNS, invariants)}\n\n${verdict}`;
}
