import type { Command } from 'commander';
import type { Review } from '#sdk/contract/review.ts';
import { confirm } from '../confirm.ts';
import { withClient } from '../connect.ts';
import { jsonText } from '../texts.ts';

interface DecisionOptions {
  readonly note?: string;
  readonly yes?: true;
  readonly json?: true;
}

export function addReviewDecisions(reviews: Command): void {
  decisionCommand(reviews, 'clear', 'let the order go on, for good').action(clear);
  decisionCommand(reviews, 'cancel', 'cancel the order and give its money back')
    .option('--yes', 'do not ask')
    .action(cancel);
}

function decisionCommand(reviews: Command, name: 'clear' | 'cancel', description: string): Command {
  return reviews
    .command(name)
    .description(description)
    .argument('<order>', 'the id of the order')
    .option('--note <text>', 'why, for operators')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n  $ tidegate reviews ${name} 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70`);
}

async function clear(orderId: string, options: DecisionOptions): Promise<void> {
  const review = await withClient((client) => client.clearReview(decisionOf(orderId, options)));
  print(review, options, `Cleared: order ${orderId} goes on.`);
}

async function cancel(orderId: string, options: DecisionOptions): Promise<void> {
  await confirm(`Cancelling order ${orderId} gives its money back.`, options.yes);
  const review = await withClient((client) => client.cancelReview(decisionOf(orderId, options)));
  print(review, options, `Cancelled: the money of order ${orderId} goes back.`);
}

function decisionOf(orderId: string, { note }: DecisionOptions) {
  return { order_id: orderId, ...(note !== undefined && { detail: note }) };
}

function print(review: Review, { json }: DecisionOptions, text: string): void {
  console.log(json ? jsonText(review) : text);
}
