import { ClassicLevel } from 'classic-level';

/**
 * Holds a directory for this process, by the operating system's lock on an empty LevelDB: it goes when the process
 * does, however that ends. Returns the release.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const lock = new ClassicLevel(directory);
  await lock.open();
  return () => lock.close();
}
