import { buildWebIfStale } from '../../web/build.ts';

/** Once for all test files: every server under test serves the pages of this source. */
export async function setup(): Promise<void> {
  await buildWebIfStale();
}
