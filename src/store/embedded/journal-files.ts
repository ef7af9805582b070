import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DamagedJournal } from './damaged-journal.ts';
import { type LiveFiles, readManifest } from './leveldb-manifest.ts';
import { isTableIntact } from './leveldb-table.ts';

/**
 * Looks at the files of a LevelDB before it is opened. LevelDB takes a directory without `CURRENT` for a new one and
 * deletes the tables in it, does not miss a write-ahead log that is gone, and a bad block in a table can end the
 * whole process (an assertion while it opens the table, or while it compacts it in the background).
 *
 * Throws `DamagedJournal`. The write-ahead log itself is not read: LevelDB checks every record of it.
 */
export async function assertFilesIntact(directory: string): Promise<void> {
  const names = new Set(await namesIn(directory));
  const live = await readLiveFiles(directory, names);
  if (!live) return;
  if (!names.has(fileName(live.logNumber, 'log')) && live.logNumber > 0) {
    throw new DamagedJournal(directory, `its file ${fileName(live.logNumber, 'log')} is missing`);
  }
  for (const [number, bytes] of live.tables) await assertTableIntact(directory, fileName(number, 'ldb'), bytes);
}

/** Null for a directory in which there is no LevelDB yet. */
async function readLiveFiles(directory: string, names: ReadonlySet<string>): Promise<LiveFiles | null> {
  if (!names.has('CURRENT')) {
    const holdsData = [...names].some((name) => name.endsWith('.ldb') || name.endsWith('.log'));
    if (holdsData) throw new DamagedJournal(directory, 'its file CURRENT is missing');
    return null;
  }
  const current = await readFile(join(directory, 'CURRENT'), 'utf8');
  const manifest = current.trimEnd();
  if (!names.has(manifest)) throw new DamagedJournal(directory, `the file that CURRENT names (${manifest}) is missing`);
  const live = readManifest(await readFile(join(directory, manifest)));
  if (!live) throw new DamagedJournal(directory, `its file ${manifest} fails its checksums`);
  return live;
}

async function assertTableIntact(directory: string, name: string, bytes: number): Promise<void> {
  const content = await readFileIfThere(join(directory, name));
  if (!content) throw new DamagedJournal(directory, `its file ${name} is missing`);
  if (content.length !== bytes || !isTableIntact(content)) {
    throw new DamagedJournal(directory, `its file ${name} fails its checksums`);
  }
}

function fileName(number: number, extension: string): string {
  return `${String(number).padStart(6, '0')}.${extension}`;
}

async function namesIn(directory: string): Promise<string[]> {
  return (await unlessMissing(readdir(directory))) ?? [];
}

function readFileIfThere(path: string): Promise<Buffer | null> {
  return unlessMissing(readFile(path));
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
