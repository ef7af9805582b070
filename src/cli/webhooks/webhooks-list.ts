import { type Command, Option } from 'commander';
import type { Client } from '#sdk/client.ts';
import type { Webhook } from '#sdk/contract/webhook.ts';
import { withClient } from '../connect.ts';
import { wholeNumber } from '../option-values.ts';
import { type Column, tableText } from '../table.ts';
import { integerText, jsonText, relativeTime } from '../texts.ts';
import { WEBHOOK_STATUSES, webhookPages } from './webhook-pages.ts';

const HELP = `
Examples:
  $ tidegate webhooks list
  $ tidegate webhooks list --status failed --json`;

const DEFAULT_LIMIT = 50;

interface ListOptions {
  readonly status?: Webhook['status'];
  readonly limit: number;
  readonly json?: true;
}

export function addWebhooksListCommand(webhooks: Command): void {
  webhooks
    .command('list')
    .description('list what the shop was told, or is to be told, newest first')
    .addOption(new Option('--status <status>', 'only webhooks with this status').choices(WEBHOOK_STATUSES))
    .option('--limit <n>', 'at most so many', wholeNumber(1), DEFAULT_LIMIT)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async ({ status, limit, json }: ListOptions) => {
      const found = await withClient((client) => firstWebhooks(client, status, limit + 1));
      const shown = found.slice(0, limit);
      console.log(json ? jsonText(shown) : listText(shown));
      if (found.length > limit) console.error(`There are more than ${integerText(limit)}: see --limit.`);
    });
}

async function firstWebhooks(client: Client, status: Webhook['status'] | undefined, count: number): Promise<Webhook[]> {
  const found: Webhook[] = [];
  for await (const page of webhookPages(client, status)) {
    found.push(...page);
    if (found.length >= count) break;
  }
  return found.slice(0, count);
}

function listText(webhooks: readonly Webhook[]): string {
  return webhooks.length === 0 ? 'No webhooks.' : tableText(columns(Date.now()), webhooks);
}

function columns(nowMs: number): Column<Webhook>[] {
  return [
    { title: 'WEBHOOK', text: (webhook) => webhook.webhook_id },
    { title: 'TYPE', text: (webhook) => webhook.type },
    { title: 'STATUS', text: (webhook) => webhook.status },
    { title: 'MADE', text: (webhook) => relativeTime(webhook.created_at, nowMs) },
    { title: 'TRIES', align: 'right', text: (webhook) => integerText(webhook.tries) },
    { title: 'ERROR', text: (webhook) => webhook.last_error ?? '', shrinks: true },
  ];
}
