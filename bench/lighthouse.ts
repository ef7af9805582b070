import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CHROMIUM_FLAGS, findChromium } from '../scripts/backends/chromium.ts';
import { sized } from './support/sized.ts';
import { median, printTable } from './support/table.ts';
import { openSale, startTidegate } from './support/tidegate-server.ts';

const run = promisify(execFile);

const LIGHTHOUSE = 'lighthouse@13.5.0';
const RUNS = sized(5);
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
const TIMINGS = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time'] as const;
const FLAGS = ['--headless=new', ...CHROMIUM_FLAGS].join(' ');

interface Report {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>;
  readonly audits: Readonly<Record<string, { readonly numericValue?: number }>>;
}

/** The page of a live sale as Lighthouse's simulated slow phone sees it. Printed, never asserted: it depends on the machine. */
export async function lighthouseBench(): Promise<void> {
  const browser = findChromium();
  if (!(await canFetch())) return;
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-lighthouse-'));
  const server = await startTidegate(directory);
  try {
    const url = `${server.url}/sales/${await openSale(server, 100)}`;
    const reports: Report[] = [];
    for (let time = 1; time <= RUNS; time++) {
      const report = await look(url, browser, directory);
      console.log(`${time} of ${RUNS}: performance ${percent(report.categories.performance?.score ?? 0)}`);
      reports.push(report);
    }
    print(reports);
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function canFetch(): Promise<boolean> {
  try {
    await run('npx', ['--yes', LIGHTHOUSE, '--version']);
    return true;
  } catch (error) {
    console.log(`\nLighthouse: not measured. npx could not fetch ${LIGHTHOUSE}; it needs a package registry.`);
    console.log(String((error as { stderr?: string }).stderr ?? error).trim());
    return false;
  }
}

async function look(url: string, browser: string, directory: string): Promise<Report> {
  const path = join(directory, 'report.json');
  const args = ['--yes', LIGHTHOUSE, url, '--quiet', '--output=json', `--output-path=${path}`];
  const only = `--only-categories=${CATEGORIES.join(',')}`;
  await run('npx', [...args, only, `--chrome-flags=${FLAGS}`], { env: { ...process.env, CHROME_PATH: browser } });
  return JSON.parse(await readFile(path, 'utf8'));
}

function print(reports: readonly Report[]): void {
  const scores = CATEGORIES.map(
    (name) => [name, reports.map(({ categories }) => categories[name]?.score ?? 0)] as const,
  );
  const timings = TIMINGS.map((name) => [name, reports.map(({ audits }) => audits[name]?.numericValue ?? 0)] as const);
  printTable(`The page of a sale, ${RUNS} times by ${LIGHTHOUSE}`, [
    ['', 'median', 'lowest', 'highest'],
    ...scores.map(([name, values]) => row(name, values, percent)),
    ...timings.map(([name, values]) => row(name, values, (ms) => `${Math.round(ms)} ms`)),
  ]);
}

function row(name: string, values: readonly number[], say: (value: number) => string): string[] {
  return [name, say(median(values)), say(Math.min(...values)), say(Math.max(...values))];
}

function percent(score: number): string {
  return `${Math.round(score * 100)}`;
}
