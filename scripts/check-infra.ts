import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { tableText } from '../src/cli/table.ts';
import { ALL_CHECKS } from './check-infra/all-checks.ts';
import type { Check } from './check-infra/check.ts';
import { perform, type Result } from './check-infra/perform.ts';
import type { Tool } from './check-infra/tool.ts';

interface Options {
  readonly prove?: true;
  readonly install?: true;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const ABOUT = `Checks image, compose file, proxies, alerts and everything else that runs Tidegate, each with its own tool.
A check whose tool is missing is named, with the line that installs it; REQUIRE_TOOLS=1 makes that an error.`;

await new Command('npm run check:infra --')
  .description(ABOUT)
  .argument('[check...]', 'only those whose names contain one of these words')
  .option('--prove', 'also break a copy of a file for each check, and see that the check objects')
  .option('--install', 'first fetch or build the tools that need no package manager, into ~/.cache/tidegate/tools')
  .action(async (words: string[], { prove, install }: Options) => {
    const checks = ALL_CHECKS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
    if (install) await installTools(checks);
    const results: Result[] = [];
    for (const check of checks) results.push(await perform(check, { root: ROOT, prove: prove === true }));
    report(results);
    const isWrong = ({ verdict }: Result) => verdict === 'failed' || (verdict === 'no tool' && toolsAreRequired());
    process.exitCode = results.length === 0 || results.some(isWrong) ? 1 : 0;
  })
  .parseAsync();

async function installTools(checks: readonly Check[]): Promise<void> {
  for (const tool of new Set<Tool>(checks.flatMap(({ tools }) => tools))) {
    if (tool.install === null || (await tool.find()) !== null) continue;
    console.log(`Installing ${tool.name} …`);
    await tool.install();
  }
}

function toolsAreRequired(): boolean {
  return process.env.REQUIRE_TOOLS === '1';
}

function report(results: readonly Result[]): void {
  console.log(
    tableText<Result>(
      [
        { title: 'CHECK', text: ({ check }) => check },
        { title: 'FILES', text: ({ files }) => String(files) },
        { title: 'RESULT', text: ({ verdict }) => verdict },
        { title: 'OBJECTS TO A BROKEN FILE', text: ({ proven }) => (proven ? 'yes' : 'not tried') },
        { title: 'TOOK', text: ({ tookMs }) => `${(tookMs / 1000).toFixed(1)} s` },
      ],
      results,
    ),
  );
  for (const { check, advice } of results) if (advice !== null) console.error(`\n${check}: ${advice}`);
}
