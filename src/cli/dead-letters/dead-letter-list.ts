import { type Command, Option } from 'commander';
import type { DeadLetter } from '#sdk/contract/dead-letter.ts';
import { withClient } from '../connect.ts';
import { wholeNumber } from '../option-values.ts';
import { type Column, tableText } from '../table.ts';
import { integerText, jsonText, relativeTime } from '../texts.ts';
import { DEAD_LETTER_KINDS, DEAD_LETTER_STATES, type DeadLetterFilter, firstDeadLetters } from './dead-letter-pages.ts';

const HELP = `
Examples:
  $ tidegate dead-letters list
  $ tidegate dead-letters list --state discarded --kind event --limit 10 --json`;

const DEFAULT_LIMIT = 50;

interface ListOptions {
  readonly state: (typeof DEAD_LETTER_STATES)[number] | 'all';
  readonly kind?: DeadLetterFilter['kind'];
  readonly limit: number;
  readonly json?: true;
}

export function addDeadLetterListCommand(deadLetters: Command): void {
  deadLetters
    .command('list')
    .description('list dead letters, newest first')
    .addOption(
      new Option('--state <state>', 'only those in this state').choices([...DEAD_LETTER_STATES, 'all']).default('open'),
    )
    .addOption(new Option('--kind <kind>', 'only those of this kind').choices(DEAD_LETTER_KINDS))
    .option('--limit <n>', 'at most so many', wholeNumber(1), DEFAULT_LIMIT)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async ({ state, kind, limit, json }: ListOptions) => {
      const filter = { kind, state: state === 'all' ? undefined : state };
      const found = await withClient((client) => firstDeadLetters(client, filter, limit + 1));
      const shown = found.slice(0, limit);
      console.log(json ? jsonText(shown) : listText(shown));
      if (found.length > limit) console.error(`There are more than ${integerText(limit)}: see --limit.`);
    });
}

function listText(letters: readonly DeadLetter[]): string {
  return letters.length === 0 ? 'No dead letters.' : tableText(columns(Date.now()), letters);
}

function columns(nowMs: number): Column<DeadLetter>[] {
  return [
    { title: 'DEAD LETTER', text: (letter) => letter.dead_letter_id },
    { title: 'KIND', text: (letter) => letter.kind },
    { title: 'STATE', text: (letter) => letter.state },
    { title: 'FAILED', text: (letter) => relativeTime(letter.first_failed_at, nowMs) },
    { title: 'TRIES', align: 'right', text: (letter) => integerText(letter.attempts) },
    { title: 'REASON', text: (letter) => letter.reason, shrinks: true },
  ];
}
