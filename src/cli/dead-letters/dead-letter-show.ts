import type { Command } from 'commander';
import type { DeadLetter } from '#sdk/contract/dead-letter.ts';
import { withClient } from '../connect.ts';
import { fullTime, integerText, jsonText } from '../texts.ts';

const HELP = `
Examples:
  $ tidegate dead-letters show 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70
  $ tidegate dead-letters show 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --json`;

export function addDeadLetterShowCommand(deadLetters: Command): void {
  deadLetters
    .command('show')
    .description('show a dead letter, with what it holds')
    .argument('<letter>', 'the id of the dead letter')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (id: string, { json }: { json?: true }) => {
      printDeadLetter(await withClient((client) => client.readDeadLetter({ dead_letter_id: id })), json);
    });
}

export function printDeadLetter(letter: DeadLetter, json: boolean | undefined): void {
  console.log(json ? jsonText(letter) : letterText(letter, Date.now()));
}

function letterText(letter: DeadLetter, nowMs: number): string {
  const facts: readonly (readonly [title: string, text: string | null])[] = [
    ['Dead letter', letter.dead_letter_id],
    ['Kind', letter.kind],
    ['Subject', letter.subject],
    ['Reason', letter.reason],
    ['State', letter.resolved_by === null ? letter.state : `${letter.state} by ${letter.resolved_by}`],
    ['Resolved', letter.resolved_at && fullTime(letter.resolved_at, nowMs)],
    ['Failed first', fullTime(letter.first_failed_at, nowMs)],
    ['Failed last', fullTime(letter.last_failed_at, nowMs)],
    ['Failed tries', integerText(letter.attempts)],
    ['Sale', letter.sale_id],
    ['Order', letter.order_id],
    ['Correlation id', letter.correlation_id],
  ];
  const lines = facts.flatMap(([title, text]) => (text === null ? [] : [`${title.padEnd(15)} ${text}`]));
  return `${lines.join('\n')}\n\n${jsonText(letter.payload)}`;
}
