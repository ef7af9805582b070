import type { Command } from 'commander';
import type { Client } from '#sdk/client.ts';
import { withClient } from '../connect.ts';
import { UsageError } from '../failure.ts';
import { integerText, jsonText } from '../texts.ts';
import { webhookPages } from './webhook-pages.ts';

const HELP = `
A replay carries the same id and says the same: a shop that has taken it before can tell.

Examples:
  $ tidegate webhooks replay 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70
  $ tidegate webhooks replay --failed`;

interface ReplayOptions {
  readonly failed?: true;
  readonly json?: true;
}

export function addWebhooksReplayCommand(webhooks: Command): void {
  webhooks
    .command('replay')
    .description('tell the shop once more')
    .argument('[webhook]', 'the id of the webhook')
    .option('--failed', 'all that were given up')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (webhookId: string | undefined, { failed, json }: ReplayOptions) => {
      if ((webhookId === undefined) === (failed === undefined)) {
        throw new UsageError('Name one webhook, or say --failed.');
      }
      const replayed = await withClient((client) => replayAll(client, webhookId));
      console.log(json ? jsonText({ replayed }) : `${integerText(replayed)} due again.`);
    });
}

async function replayAll(client: Client, webhookId: string | undefined): Promise<number> {
  const webhookIds = webhookId === undefined ? await failedIds(client) : [webhookId];
  for (const webhook_id of webhookIds) await client.replayWebhook({ webhook_id });
  return webhookIds.length;
}

/** Read to the end first: a replay takes a webhook off the list. */
async function failedIds(client: Client): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of webhookPages(client, 'failed')) ids.push(...page.map(({ webhook_id }) => webhook_id));
  return ids;
}
