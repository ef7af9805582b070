import type { Command } from 'commander';

const HELP = `
All settings are environment variables: PORT, HOST, DATA_DIR, LOG_LEVEL and those in the README.
Standard output carries JSON log lines, standard error what people want to read at a start.

Examples:
  $ tidegate serve
  $ PORT=9000 DATA_DIR=/var/lib/tidegate tidegate serve --no-demo
  $ DATABASE_URL=postgres://tidegate@db/tidegate tidegate serve`;

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('run the server')
    .option('--no-demo', 'do not create demo sales where there is no sale yet')
    .addHelpText('after', HELP)
    .action(async ({ demo }: { demo: boolean }) => {
      // Loaded only here: the other commands need none of it.
      const { runServer } = await import('./server-process.ts');
      await runServer(demo);
    });
}
