import { createTransport } from 'nodemailer';
import { type BreakerOptions, CallGuard } from '../../resilience/call-guard.ts';
import type { BreakerState } from '../../telemetry/events.ts';
import { type Mail, MailRejected, MailUnavailable, type Notifier } from '../notifier.ts';

export interface SmtpNotifierOptions {
  /** `smtp://user:password@host:port`, or `smtps://` for TLS from the first byte. */
  readonly url: string;
  /** `Shop <orders@shop.example>`, or the address alone. */
  readonly from: string;
  /** How long one mail may take. */
  readonly timeoutMs: number;
  /** Mails, and connections, at the same time. */
  readonly maxConcurrent: number;
  readonly breaker: BreakerOptions;
  readonly onBreakerChange: (state: BreakerState) => void;
}

/** The server's refusal of one mail is an answer, not a failure of the server. */
type Verdict = { readonly code: 'taken' } | { readonly code: 'refused'; readonly status: number };

/** What nodemailer tells of a fault: its own code, and the status if the server gave one. */
interface SmtpFault {
  readonly code?: string;
  readonly responseCode?: number;
}

/** The stages at which a server judges the mail itself: sender and recipient, and what is in it. */
const JUDGES_MAIL = ['EENVELOPE', 'EMESSAGE'];
/** SMTP: from here on, asking again is answered alike. */
const PERMANENT = 500;
/** RFC 4954: the server would take the mail from somebody who signs in rightly. That is for an operator to set right. */
const NOT_SIGNED_IN = [530, 534, 535, 538];

/** Hands mails to a mail server, over a few connections that stay open. */
export class SmtpNotifier implements Notifier<Mail> {
  readonly #options: SmtpNotifierOptions;
  readonly #transport;
  readonly #guard: CallGuard;

  constructor(options: SmtpNotifierOptions) {
    const { url, timeoutMs, maxConcurrent, breaker, onBreakerChange } = options;
    this.#options = options;
    this.#transport = createTransport({
      url,
      pool: true,
      maxConnections: maxConcurrent,
      maxRequeues: 0,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      dnsTimeout: timeoutMs,
      socketTimeout: 2 * timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    this.#guard = new CallGuard({
      fault: MailUnavailable,
      timeoutMs,
      maxConcurrent,
      maxQueued: 0,
      // The ledger knows when to try again, over restarts too.
      retry: { attempts: 1, baseMs: 1 },
      breaker,
      onBreakerChange,
      onRetry: () => {},
    });
  }

  breakerState(): BreakerState {
    return this.#guard.breakerState;
  }

  async send(mail: Mail): Promise<void> {
    const verdict = await this.#guard.run((signal) => this.#hand(mail, signal));
    if (verdict.code === 'refused') throw new MailRejected(`the mail server refused the mail with ${verdict.status}`);
  }

  async close(): Promise<void> {
    this.#transport.close();
  }

  async #hand({ mailId, to, subject, text, html, correlationId }: Mail, signal: AbortSignal): Promise<Verdict> {
    const { from } = this.#options;
    try {
      await this.#transport.sendMail({
        from,
        to,
        subject,
        text,
        html,
        // The same at each try: mail programs show a repeat once.
        messageId: `<${mailId}@${domainOf(from)}>`,
        headers: { 'auto-submitted': 'auto-generated', 'x-correlation-id': correlationId },
        signal,
      });
      return { code: 'taken' };
    } catch (error) {
      return verdictOn(error as SmtpFault);
    }
  }
}

/** The server's words are not kept: they may repeat the buyer's address. */
function verdictOn({ code = 'unknown', responseCode }: SmtpFault): Verdict {
  const isPermanent = responseCode !== undefined && responseCode >= PERMANENT && !NOT_SIGNED_IN.includes(responseCode);
  if (isPermanent && JUDGES_MAIL.includes(code)) return { code: 'refused', status: responseCode };
  throw new MailUnavailable(`the mail server did not take the mail: ${responseCode ?? code}`);
}

function domainOf(from: string): string {
  return /@([^\s>]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
}
