import type { Command } from 'commander';
import type { ReviewWithOrder } from '#sdk/contract/review.ts';
import { moneyText } from '../../domain/money.ts';
import { withClient } from '../connect.ts';
import { fullTime, jsonText } from '../texts.ts';

const HELP = `
Example:
  $ tidegate reviews show 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70`;

export function addReviewsShowCommand(reviews: Command): void {
  reviews
    .command('show')
    .description('show what was found on an order, and the order')
    .argument('<order>', 'the id of the order')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (orderId: string, { json }: { readonly json?: true }) => {
      const review = await withClient((client) => client.readReview({ order_id: orderId }));
      console.log(json ? jsonText(review) : reviewText(review, Date.now()));
    });
}

function reviewText(review: ReviewWithOrder, nowMs: number): string {
  const { order } = review;
  return [
    `Order ${review.order_id} of sale ${review.sale_id}`,
    `  status   ${review.status}, opened ${fullTime(review.opened_at, nowMs)}`,
    ...(review.decided_at ? [`  decided  by ${review.decided_by}, ${fullTime(review.decided_at, nowMs)}`] : []),
    ...(review.detail ? [`  note     ${review.detail}`] : []),
    `  buyer    ${order.user_id}`,
    `  order    ${order.status}, ${moneyText(order.total_minor, order.currency)}`,
    ...(order.customer?.address ? [`  address  ${order.customer.address.replaceAll('\n', ', ')}`] : []),
    ...review.findings.flatMap(({ rule, explanation, allowed, order_ids }) => [
      '',
      `${rule}: ${explanation} Up to ${allowed} pass.`,
      ...order_ids.map((id) => `  ${id}`),
    ]),
  ].join('\n');
}
