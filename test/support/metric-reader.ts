import type { TestServer } from './server.ts';

/** The value of a series of a server, by its name without `tidegate_` and its labels as they are printed. Undefined where there is none. */
export async function readMetric(server: TestServer, series: string): Promise<number | undefined> {
  return (await readSeries(server)).get(`tidegate_${series}`);
}

/** Every series of a server, by name and labels, with its value. */
export async function readSeries(server: TestServer): Promise<Map<string, number>> {
  const { text } = await server.call('/metrics');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}
