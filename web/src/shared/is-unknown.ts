import { TidegateProblem } from '#sdk/client.ts';

/** Was what a path names looked for, and is not there? A mistyped id is none that could be. */
export function isUnknown(error: unknown): boolean {
  return error instanceof TidegateProblem && (error.code === 'not_found' || error.code === 'validation_failed');
}
