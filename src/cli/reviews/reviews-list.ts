import { type Command, Option } from 'commander';
import type { Client } from '#sdk/client.ts';
import type { Review } from '#sdk/contract/review.ts';
import { withClient } from '../connect.ts';
import { wholeNumber } from '../option-values.ts';
import { type Column, tableText } from '../table.ts';
import { integerText, jsonText, relativeTime } from '../texts.ts';

const HELP = `
Examples:
  $ tidegate reviews list
  $ tidegate reviews list --status cancelled --sale 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --json`;

const DEFAULT_LIMIT = 50;
const PAGE_SIZE = 200;

interface ListOptions {
  readonly status: Review['status'] | 'all';
  readonly sale?: string;
  readonly limit: number;
  readonly json?: true;
}

export function addReviewsListCommand(reviews: Command): void {
  reviews
    .command('list')
    .description('list orders that risk review found, oldest first')
    .addOption(
      new Option('--status <status>', 'only reviews with this status')
        .choices(['open', 'cleared', 'cancelled', 'all'])
        .default('open'),
    )
    .option('--sale <id>', 'only of this sale')
    .option('--limit <n>', 'at most so many', wholeNumber(1), DEFAULT_LIMIT)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (options: ListOptions) => {
      const { limit, json } = options;
      const found = await withClient((client) => firstReviews(client, options, limit + 1));
      const shown = found.slice(0, limit);
      console.log(json ? jsonText(shown) : listText(shown));
      if (found.length > limit) console.error(`There are more than ${integerText(limit)}: see --limit.`);
    });
}

async function firstReviews(client: Client, { status, sale }: ListOptions, count: number): Promise<Review[]> {
  const found: Review[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listReviews({
      limit: Math.min(count, PAGE_SIZE),
      ...(status !== 'all' && { status }),
      ...(sale && { sale_id: sale }),
      ...(cursor && { cursor }),
    });
    found.push(...page.reviews);
    cursor = page.next_cursor ?? undefined;
  } while (cursor && found.length < count);
  return found;
}

function listText(reviews: readonly Review[]): string {
  return reviews.length === 0 ? 'No reviews.' : tableText(columns(Date.now()), reviews);
}

function columns(nowMs: number): Column<Review>[] {
  return [
    { title: 'ORDER', text: (review) => review.order_id },
    { title: 'STATUS', text: (review) => review.status },
    { title: 'OPENED', text: (review) => relativeTime(review.opened_at, nowMs) },
    {
      title: 'WHY',
      text: ({ findings }) => findings.map(({ explanation }) => explanation).join(' '),
      shrinks: true,
    },
  ];
}
