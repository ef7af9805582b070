import { type Command, Option } from 'commander';
import { ROLES, type Role } from '../config/topology.ts';

const HELP = `
All settings are environment variables: PORT, HOST, DATA_DIR, LOG_LEVEL and those in the README.
Standard output carries JSON log lines, standard error what people want to read at a start.

Examples:
  $ tidegate serve
  $ PORT=9000 DATA_DIR=/var/lib/tidegate tidegate serve --no-demo
  $ DATABASE_URL=postgres://tidegate@db/tidegate tidegate serve
  $ tidegate serve --role gateway      # any number of them, with STORE_URL, DATABASE_URL and PAYMENT_URL
  $ tidegate serve --role processor    # any number of them; listens on 9090 for probes and scrapers`;

interface ServeOptions {
  readonly role?: Role;
  readonly demo: boolean;
}

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('run the server')
    .addOption(new Option('--role <role>', 'what this process does (default: ROLE, or all)').choices(ROLES))
    .option('--no-demo', 'do not create demo sales where there is no sale yet')
    .addHelpText('after', HELP)
    .action(async ({ role, demo }: ServeOptions) => {
      // Loaded only here: the other commands need none of it.
      const { runServer } = await import('./server-process.ts');
      await runServer({ ...process.env, ...(role && { ROLE: role }) }, demo);
    });
}
