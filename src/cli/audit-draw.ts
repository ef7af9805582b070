import type { Command } from 'commander';
import { createClient } from '#sdk/client.ts';
import { drandBeacons } from '../beacon/drand/drand-beacon.ts';
import { EnvReader } from '../config/env.ts';
import { auditDraw, type DrawAudit, type DrawCheck } from './draw-audit.ts';
import { EXIT_FAILED } from './failure.ts';
import { hash, httpUrl } from './option-values.ts';
import { readQueueToken } from './queue-token.ts';
import { type Column, tableText } from './table.ts';
import { integerText, jsonText } from './texts.ts';

const HELP = `
Needs no token of an operator: it downloads what everybody may read and computes the draw again. The beacon's round is
fetched from the beacon itself and verified by the hash of its chain; where it cannot be reached, the report says so.
Note commitment and list hash when they are published: with both options nobody can have changed them since.

Exit status: 0 everything fits, 1 something differs, the draw is not made yet or could not be looked at.

Examples:
  $ tidegate audit draw 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70
  $ tidegate audit draw 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --url https://sales.example.com --json
  $ tidegate audit draw 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --queue-token "$TOKEN"`;

interface AuditDrawOptions {
  readonly url?: string;
  readonly relay?: string;
  readonly commitment?: string;
  readonly listHash?: string;
  readonly queueToken?: string;
  readonly json?: true;
}

export function addAuditDrawCommand(audit: Command): void {
  audit
    .command('draw')
    .description('compute a draw again from what is public, and compare')
    .argument('<sale>', 'the id of the sale')
    .option('--url <url>', 'the server (default: TIDEGATE_URL, or this machine)', httpUrl)
    .option('--relay <url>', 'ask this drand relay in place of the one that the draw names', httpUrl)
    .option('--commitment <hex>', 'the commitment as you noted it', hash)
    .option('--list-hash <hex>', 'the list hash as you noted it', hash)
    .option('--queue-token <token>', 'also find your own entry and place')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (saleId: string, options: AuditDrawOptions) => {
      const report = await runAudit(saleId, options);
      console.log(options.json ? jsonText(report) : reportText(report));
      if (!report.ok) process.exitCode = EXIT_FAILED;
    });
}

function runAudit(saleId: string, options: AuditDrawOptions): Promise<DrawAudit> {
  const client = createClient({ baseUrl: options.url ?? defaultUrl() });
  return auditDraw(client, {
    saleId,
    beacons: drandBeacons(null),
    relay: options.relay ?? null,
    noted: { commitment: options.commitment ?? null, listHash: options.listHash ?? null },
    ticket: options.queueToken === undefined ? null : readQueueToken(options.queueToken, saleId),
  });
}

function defaultUrl(): string {
  const env = new EnvReader(process.env);
  const port = env.integer('PORT', 8000, 0, 65_535);
  return env.url('TIDEGATE_URL', ['http', 'https']) ?? `http://127.0.0.1:${port}`;
}

const RESULTS = { fits: 'fits', differs: 'DIFFERS', not_checked: 'not checked' } as const;

const COLUMNS: readonly Column<DrawCheck>[] = [
  { title: 'CHECK', text: ({ name }) => name },
  { title: 'RESULT', text: ({ result }) => RESULTS[result] },
  { title: 'DETAIL', text: ({ detail }) => detail, shrinks: true },
];

function reportText(report: DrawAudit): string {
  const checks = report.checks.length > 0 ? [tableText(COLUMNS, report.checks), ''] : [];
  return [...checks, ...placeLines(report), verdict(report)].join('\n');
}

function placeLines({ place, state }: DrawAudit): string[] {
  if (!place || state !== 'drawn') return [];
  const { ticket, position } = place;
  return [
    `Ticket ${integerText(ticket)} ${position === null ? 'takes no part' : `has place ${integerText(position)}`}.`,
  ];
}

function verdict({ state, ok, trust, entrants, checks }: DrawAudit): string {
  const differing = checks.filter(({ result }) => result === 'differs');
  if (differing.length > 0) return `NOT AS IT SHOULD BE: ${differing.map(({ name }) => name).join(', ')}.`;
  if (!ok) return `The draw is not made yet: its list is ${state === 'open' ? 'still open' : 'closed'}.`;
  const drawn = `The places of ${integerText(entrants ?? 0)} entrants are what the seed makes them.`;
  return trust === 'beacon' ? drawn : `${drawn} No public randomness is in it: it is trusted to the operator.`;
}
