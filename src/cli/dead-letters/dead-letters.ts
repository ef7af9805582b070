import type { Command } from 'commander';
import { addDeadLetterListCommand } from './dead-letter-list.ts';
import { addDeadLetterResolveCommands } from './dead-letter-resolve.ts';
import { addDeadLetterShowCommand } from './dead-letter-show.ts';

const HELP = `
A dead letter is what could not be processed: an event of the order log that the ledger refuses, a payment that does
not get through, a message that cannot be delivered. Nothing is lost by it, and everything else goes on.

Examples:
  $ tidegate dead-letters list
  $ tidegate dead-letters show 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70
  $ tidegate dead-letters replay --all --kind payment`;

export function addDeadLettersCommand(program: Command): void {
  const deadLetters = program
    .command('dead-letters')
    .description('look at what could not be processed, replay it or discard it')
    .addHelpText('after', HELP);
  addDeadLetterListCommand(deadLetters);
  addDeadLetterShowCommand(deadLetters);
  addDeadLetterResolveCommands(deadLetters);
}
