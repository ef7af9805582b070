import type { Audience } from '../domain/order-news.ts';
import { ConfigError, type EnvReader } from './env.ts';

/** How buyers are told what became of their orders. `log`: not at all, a line says that they would be. */
export type MailConfig =
  | { readonly kind: 'log' }
  | { readonly kind: 'smtp'; readonly url: string; readonly from: string };

/** How the shop is told. Null: not at all. */
export type WebhookConfig = { readonly url: string; readonly secret: string } | null;

/** How the content delivery network is told to forget a page. Null: there is none that would have to be told. */
type CdnConfig = { readonly purgeUrl: string; readonly token: string; readonly publicUrl: string } | null;

export interface Channels {
  readonly cdn: CdnConfig;
  readonly mail: MailConfig;
  readonly webhook: WebhookConfig;
  /** Whom the ledger makes notifications for: nobody would ever send those to a shop without a webhook. */
  readonly audience: Audience;
}

/** An address, bare or in angle brackets behind a name. */
const SENDER = /^([^<>@]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/;

export function readChannels(env: EnvReader): Channels {
  const webhook = webhookConfig(env);
  return { cdn: cdnConfig(env), mail: mailConfig(env), webhook, audience: webhook ? 'buyers_and_shop' : 'buyers' };
}

function mailConfig(env: EnvReader): MailConfig {
  const url = env.url('SMTP_URL', ['smtp', 'smtps']);
  const from = env.text('MAIL_FROM');
  if (from !== null && !SENDER.test(from)) {
    throw new ConfigError('MAIL_FROM must be an address, such as orders@shop.example or Shop <orders@shop.example>.');
  }
  if (url && from) return { kind: 'smtp', url, from };
  if (url || from) throw new ConfigError('SMTP_URL and MAIL_FROM go together: set both, or none.');
  return { kind: 'log' };
}

function webhookConfig(env: EnvReader): WebhookConfig {
  const url = env.url('WEBHOOK_URL', ['http', 'https']);
  const secret = env.text('WEBHOOK_SECRET');
  if (url && secret) return { url, secret };
  if (url || secret) throw new ConfigError('WEBHOOK_URL and WEBHOOK_SECRET go together: set both, or none.');
  return null;
}

function cdnConfig(env: EnvReader): CdnConfig {
  const purgeUrl = env.url('CDN_PURGE_URL', ['http', 'https']);
  const token = env.text('CDN_PURGE_TOKEN');
  if (!purgeUrl && !token) return null;
  if (!purgeUrl || !token) throw new ConfigError('CDN_PURGE_URL and CDN_PURGE_TOKEN go together: set both, or none.');
  const publicUrl = env.url('PUBLIC_URL', ['http', 'https']);
  if (publicUrl) return { purgeUrl, token, publicUrl };
  throw new ConfigError('CDN_PURGE_URL needs PUBLIC_URL: what is purged is the address that visitors see.');
}
