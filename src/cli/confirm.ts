import { createInterface } from 'node:readline/promises';
import { CommandFailed, UsageError } from './failure.ts';

/** Asks before something that cannot be undone. Where nobody can be asked, `--yes` must have been given. */
export async function confirm(question: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw new UsageError(`${question} Say so with --yes.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `).finally(() => terminal.close());
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandFailed('Left as it was.');
}
