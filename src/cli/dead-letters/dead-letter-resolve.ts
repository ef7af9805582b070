import { type Command, Option } from 'commander';
import { type Client, TidegateProblem } from '#sdk/client.ts';
import type { DeadLetter } from '#sdk/contract/dead-letter.ts';
import { confirm } from '../confirm.ts';
import { withClient } from '../connect.ts';
import { CommandFailed, UsageError } from '../failure.ts';
import { integerText, jsonText } from '../texts.ts';
import { DEAD_LETTER_KINDS, type DeadLetterFilter, firstDeadLetters } from './dead-letter-pages.ts';
import { printDeadLetter } from './dead-letter-show.ts';

const EXAMPLE_ID = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70';

const REPLAY_HELP = `
An event is applied unless the ledger knows something newer of its order; a payment or a message is tried at once.

Examples:
  $ tidegate dead-letters replay ${EXAMPLE_ID}
  $ tidegate dead-letters replay --all --kind payment`;

const DISCARD_HELP = `
What is discarded is counted as open no longer, and can still be replayed. A payment goes on being tried.

Examples:
  $ tidegate dead-letters discard ${EXAMPLE_ID}
  $ tidegate dead-letters discard --all --kind notification --yes`;

interface ResolveOptions {
  readonly all?: true;
  readonly kind?: DeadLetterFilter['kind'];
  readonly yes?: true;
  readonly json?: true;
}

type Resolve = (client: Client, id: string) => Promise<DeadLetter>;

export function addDeadLetterResolveCommands(deadLetters: Command): void {
  const replay: Resolve = (client, id) => client.replayDeadLetter({ dead_letter_id: id });
  const discard: Resolve = (client, id) => client.discardDeadLetter({ dead_letter_id: id });
  resolveCommand(deadLetters, 'replay', 'do once more what failed', REPLAY_HELP).action(
    (id: string | undefined, options: ResolveOptions) => resolve(id, options, replay, 'Replayed'),
  );
  resolveCommand(deadLetters, 'discard', 'give up what failed', DISCARD_HELP)
    .option('--yes', 'do not ask')
    .action(async (id: string | undefined, options: ResolveOptions) => {
      if (options.all) await confirm('Every open dead letter that fits is discarded.', options.yes);
      await resolve(id, options, discard, 'Discarded');
    });
}

function resolveCommand(deadLetters: Command, name: string, description: string, help: string): Command {
  return deadLetters
    .command(name)
    .description(description)
    .argument('[letter]', 'the id of the dead letter')
    .option('--all', 'every open one, oldest first')
    .addOption(new Option('--kind <kind>', 'with --all: only those of this kind').choices(DEAD_LETTER_KINDS))
    .option('--json', 'print JSON')
    .addHelpText('after', help);
}

async function resolve(id: string | undefined, options: ResolveOptions, one: Resolve, done: string): Promise<void> {
  const { all, kind, json } = options;
  if ((id === undefined) !== (all === true)) throw new UsageError('Name one dead letter, or --all.');
  if (kind && !all) throw new UsageError('--kind is for --all.');
  await withClient(async (client) => {
    if (id === undefined) return resolveAll(client, options, one, done);
    printDeadLetter(await one(client, id), json);
  });
}

/** One that cannot be done leaves the others; they are told at the end. */
async function resolveAll(client: Client, { kind, json }: ResolveOptions, one: Resolve, done: string): Promise<void> {
  const open = await firstDeadLetters(client, { state: 'open', kind }, Number.POSITIVE_INFINITY);
  const resolved: DeadLetter[] = [];
  for (const { dead_letter_id: id } of open.toReversed()) {
    try {
      resolved.push(await one(client, id));
    } catch (error) {
      if (!(error instanceof TidegateProblem) || error.code !== 'wrong_state') throw error;
      console.error(`${id}: ${error.detail}`);
    }
  }
  console.log(json ? jsonText(resolved) : `${done} ${integerText(resolved.length)} of ${integerText(open.length)}.`);
  if (resolved.length < open.length) throw new CommandFailed('The others stay open.');
}
