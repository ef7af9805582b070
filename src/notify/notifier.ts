/**
 * A way to tell people outside what became of an order. A message may be sent more than once, under the same id:
 * whoever gets it can tell the repeat.
 */
export interface Notifier<Message> {
  /**
   * Resolves once the other side has taken the message over.
   *
   * Throws `MailUnavailable` or `WebhookUnavailable` where a repeat may help, and `MailRejected` or `WebhookRejected`
   * where the other side has refused this very message for good. Their messages name no person.
   */
  send(message: Message): Promise<void>;
}

/** A mail to one buyer. */
export interface Mail {
  readonly mailId: string;
  /** What it is about, as a code, for the log. */
  readonly news: string;
  readonly orderId: string;
  readonly correlationId: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A call to the shop. */
export interface Webhook {
  readonly webhookId: string;
  readonly correlationId: string;
  /** The exact text to send: JSON. */
  readonly body: string;
}

export class MailUnavailable extends Error {
  readonly code = 'mail_unavailable';
  readonly retryable = true;
}

export class MailRejected extends Error {
  readonly code = 'mail_rejected';
  readonly retryable = false;
}

export class WebhookUnavailable extends Error {
  readonly code = 'webhook_unavailable';
  readonly retryable = true;
}

export class WebhookRejected extends Error {
  readonly code = 'webhook_rejected';
  readonly retryable = false;
}
