import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what was fetched once is kept for this user. */
export function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tidegate');
}
