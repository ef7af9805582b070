import type { Command } from 'commander';
import { addWebhooksListCommand } from './webhooks-list.ts';
import { addWebhooksReplayCommand } from './webhooks-replay.ts';

const HELP = `
Examples:
  $ tidegate webhooks list --status failed
  $ tidegate webhooks replay --failed`;

export function addWebhooksCommand(program: Command): void {
  const webhooks = program
    .command('webhooks')
    .description('list what the shop was told, and tell it again')
    .addHelpText('after', HELP);
  addWebhooksListCommand(webhooks);
  addWebhooksReplayCommand(webhooks);
}
