import { type Command, Option } from 'commander';
import type { GateChange } from '#sdk/contract/waiting-room.ts';
import { withClient } from '../connect.ts';
import { UsageError } from '../failure.ts';
import { wholeNumber } from '../option-values.ts';
import { printSale } from './sale-show.ts';

const HELP = `
Works at once, and before the start. Settings that are not named stay as they are; every place is kept.

Examples:
  $ tidegate sale gate 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --rate 50
  $ tidegate sale gate 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --pause`;

interface GateOptions {
  readonly rate?: number;
  readonly cap?: number;
  readonly pause?: true;
  readonly resume?: true;
  readonly json?: true;
}

export function addSaleGateCommand(sale: Command): void {
  sale
    .command('gate')
    .description('change how many a waiting room lets in')
    .argument('<sale>', 'the id of the sale')
    .option('--rate <n>', 'shoppers let in a second', wholeNumber(1, 100_000))
    .option('--cap <n>', 'shoppers inside at a time', wholeNumber(1, 1_000_000))
    .addOption(new Option('--pause', 'let nobody in for now; who is inside goes on').conflicts('resume'))
    .option('--resume', 'let in again after a pause')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (saleId: string, options: GateOptions) => {
      const change = changeOf(options);
      printSale(await withClient((client) => client.changeGate({ sale_id: saleId, ...change })), options.json);
    });
}

function changeOf({ rate, cap, pause, resume }: GateOptions): GateChange {
  const change = {
    ...(rate !== undefined && { rate_per_second: rate }),
    ...(cap !== undefined && { max_active: cap }),
    ...((pause || resume) && { paused: pause === true }),
  };
  if (Object.keys(change).length === 0) throw new UsageError('Say what to change: --rate, --cap, --pause or --resume.');
  return change;
}
