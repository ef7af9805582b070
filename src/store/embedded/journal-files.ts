import { readdir } from 'node:fs/promises';
import { DamagedJournal } from './damaged-journal.ts';

/**
 * LevelDB takes a directory without `CURRENT` for a new one and deletes the tables it finds there, and does not miss
 * a write-ahead log that is gone. So both are looked for before it opens.
 */
export async function assertFilesComplete(directory: string): Promise<void> {
  const names = await namesIn(directory);
  const hasCurrent = names.includes('CURRENT');
  const hasLog = names.some((name) => name.endsWith('.log'));
  const hasTable = names.some((name) => name.endsWith('.ldb'));
  if (!hasCurrent && (hasLog || hasTable)) throw new DamagedJournal(directory, 'its file CURRENT is missing');
  if (hasCurrent && !hasLog) throw new DamagedJournal(directory, 'its .log file is missing');
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
