import type { Logger } from '../../telemetry/logger.ts';
import type { Mail, Notifier } from '../notifier.ts';

/** Says that a mail would go out, and to whose order: for a shop that has named no mail server. */
export class LogNotifier implements Notifier<Mail> {
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  async send({ mailId, news, orderId, correlationId }: Mail): Promise<void> {
    this.#log.info({ mailId, news, orderId, correlationId }, 'mail not sent: there is no mail server');
  }
}
