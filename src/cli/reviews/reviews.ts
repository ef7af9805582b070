import type { Command } from 'commander';
import { addReviewDecisions } from './review-decisions.ts';
import { addReviewsListCommand } from './reviews-list.ts';
import { addReviewsShowCommand } from './reviews-show.ts';

const HELP = `
Examples:
  $ tidegate reviews list
  $ tidegate reviews show 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70
  $ tidegate reviews clear 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --note "Called the buyer"`;

export function addReviewsCommand(program: Command): void {
  const reviews = program
    .command('reviews')
    .description('decide on paid orders that risk review holds back')
    .addHelpText('after', HELP);
  addReviewsListCommand(reviews);
  addReviewsShowCommand(reviews);
  addReviewDecisions(reviews);
}
