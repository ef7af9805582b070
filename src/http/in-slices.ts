import { setImmediate as nextTurn } from 'node:timers/promises';

/** Some 4 ms of writing to sockets. */
const SLICE = 500;

/** Visits many, some at a time: whoever else waits for the event loop has their turn in between. */
export async function inSlices<T>(all: Iterable<T>, visit: (one: T) => void): Promise<void> {
  let left = SLICE;
  for (const one of [...all]) {
    visit(one);
    left -= 1;
    if (left > 0) continue;
    left = SLICE;
    await nextTurn();
  }
}
