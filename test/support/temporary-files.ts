import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
const ROOM_BYTES = 4 * 1024 ** 3;

let inMemory: string | null = null;

/**
 * Once for all test files. Every ledger is a thousand small files, made and removed again by some hundred tests: that
 * takes a sixth of all processor time on a disk, and next to nothing in memory. A `kill -9` loses neither.
 */
export async function setup(): Promise<void> {
  // Outlasts the tests: those of the next run find their modules compiled.
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'tidegate-compile-cache');
  if (process.env.TMPDIR !== undefined || !(await hasRoom(MEMORY))) return;
  inMemory = await mkdtemp(join(MEMORY, 'tidegate-tests-'));
  // Servers that do not run as root have their directories in it.
  await chmod(inMemory, 0o711);
  process.env.TMPDIR = inMemory;
}

export async function teardown(): Promise<void> {
  if (inMemory) await rm(inMemory, { recursive: true, force: true });
}

async function hasRoom(directory: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize >= ROOM_BYTES;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
