import { SingleBar } from 'cli-progress';

/** On standard error, until it is stopped. Payload: `paid`, orders. */
export function progressBar(what: string, total: number): SingleBar {
  const format = `${what.padEnd(8)} {bar} {value}/{total}, {paid} paid, {duration} s`;
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true });
  bar.start(total, 0, { paid: 0 });
  return bar;
}
