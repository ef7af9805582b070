import type { MailConfig, WebhookConfig } from '../config/channels.ts';
import type { Config } from '../config/config.ts';
import { releaseNotificationLeases } from '../database/notifications.ts';
import { LogNotifier } from '../notify/log/log-notifier.ts';
import { SmtpNotifier } from '../notify/smtp/smtp-notifier.ts';
import { WebhookNotifier } from '../notify/webhook/webhook-notifier.ts';
import { NotificationWorkers } from '../processor/notification-workers.ts';
import type { BreakerState } from '../telemetry/events.ts';
import type { Ports } from './open-ports.ts';

/** What tells buyers and the shop what becomes of orders. */
export interface Notifications {
  readonly workers: NotificationWorkers;
  readonly breakers: () => Readonly<Record<string, BreakerState>>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 10_000;

export async function openNotifications(config: Config, ports: Ports): Promise<Notifications> {
  const { ledger, log, workerId } = ports;
  const smtp = openSmtp(config, config.mail, ports);
  const webhooks = openWebhooks(config, config.webhook, ports);
  for (const channel of ['mail', 'webhook'] as const) await releaseNotificationLeases(ledger.db, channel, workerId);
  const { retry, workerConcurrency: concurrency } = config;
  const { publicUrl } = config.http;
  const mailer = smtp ?? new LogNotifier(log);
  return {
    workers: new NotificationWorkers(
      { ...ports, ledger: ledger.db, mailer, webhooks, publicUrl, retry },
      { workerId, concurrency },
    ),
    breakers: () => ({
      ...(smtp && { smtp: smtp.breakerState() }),
      ...(webhooks && { webhook: webhooks.breakerState() }),
    }),
    close: async () => {
      await Promise.all([smtp?.close(), webhooks?.close()]);
    },
  };
}

function openSmtp(config: Config, mail: MailConfig, ports: Ports): SmtpNotifier | null {
  if (mail.kind === 'log') return null;
  const { url, from } = mail;
  return new SmtpNotifier({ url, from, ...callOptions('smtp', config, ports) });
}

function openWebhooks(config: Config, webhook: WebhookConfig, ports: Ports): WebhookNotifier | null {
  if (webhook === null) return null;
  return new WebhookNotifier({ ...webhook, now: ports.clock, ...callOptions('webhook', config, ports) });
}

function callOptions(dependency: string, { workerConcurrency, breaker }: Config, { events }: Ports) {
  events.breakerKnown(dependency);
  return {
    timeoutMs: TIMEOUT_MS,
    maxConcurrent: workerConcurrency,
    breaker,
    onBreakerChange: (state: BreakerState) => events.breakerChanged(dependency, state),
  };
}
