import { getSystemErrorMessage } from 'node:util';
import { CommanderError } from 'commander';
import { TidegateProblem, TidegateUnreachable } from '#sdk/client.ts';
import { isProblemCode, type ProblemCode } from '#sdk/contract/problem.ts';

/** The command cannot be understood or carried out as it was given. The message is one sentence for its author. */
export class UsageError extends Error {
  readonly code = 'usage';
  readonly retryable = false;
}

/** The command was understood and did not succeed. The message is one sentence for whoever ran it. */
export class CommandFailed extends Error {
  readonly code = 'command_failed';
  readonly retryable = false;
}

export const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** Tells on standard error what went wrong, and returns the exit status that says it to scripts. */
export function reportFailure(error: unknown): number {
  // Commander has already said what it had to say: help, a version, or a wrong flag.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  console.error(`error: ${explain(error)}`);
  return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
}

function explain(error: unknown): string {
  if (error instanceof TidegateProblem) return explainProblem(error);
  if (error instanceof TidegateUnreachable) return `No answer from the server: ${rootCause(error)}`;
  if (!(error instanceof Error)) return String(error);
  if (isOfFile(error)) return `${error.path} cannot be used: ${getSystemErrorMessage(error.errno)}.`;
  return isTransient(error) && error.cause ? `${error.message} (${rootCause(error)})` : error.message;
}

/** What whoever runs a command can do about it. The details of these refusals are for buyers, too. */
const ADVICE: Partial<Readonly<Record<ProblemCode, string>>> = {
  not_found: 'Check the id: the list commands show those that there are.',
  unauthenticated: 'Set ADMIN_TOKEN to the admin token of that server, or DATA_DIR to its directory.',
  forbidden: 'Set ADMIN_TOKEN to the admin token of that server: a viewer changes nothing, and sees no customers.',
};

function explainProblem({ code, detail, errors }: TidegateProblem): string {
  const fields = errors.map(({ field, message }) => `\n  ${field}: ${message}`);
  const advice = isProblemCode(code) && ADVICE[code];
  return `${detail} (${code})${advice ? ` ${advice}` : ''}${fields.join('')}`;
}

/** What the system says of a file or directory that the command was given. */
function isOfFile(error: NodeJS.ErrnoException): error is Error & { errno: number; path: string } {
  return error.errno !== undefined && error.path !== undefined;
}

/** The fault lies with something else, which the cause names. */
function isTransient(error: Error): boolean {
  return 'retryable' in error && error.retryable === true;
}

function rootCause(error: Error): string {
  let root = error;
  while (root.cause instanceof Error) root = root.cause;
  return root.message || codeOf(root) || root.name;
}

/** The `code` of an error, if it has one. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
