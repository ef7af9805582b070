import type { Message, MessagesStream } from '@platformatic/kafka';

/** The messages of a stream, as many at a time as there are. */
export class MessageQueue {
  readonly #stream: MessagesStream<Buffer, Buffer, Buffer, Buffer>;
  readonly #limit: number;
  #messages: Message[] = [];
  #failure: unknown = null;
  #wake = () => {};

  constructor(stream: MessagesStream<Buffer, Buffer, Buffer, Buffer>, limit: number) {
    this.#stream = stream;
    this.#limit = limit;
    stream.on('data', (message) => this.#add(message));
    stream.on('error', (error) => this.fail(error));
    stream.on('end', () => this.fail(new Error('the stream of messages has ended')));
  }

  /** No message comes any more, for this reason. */
  fail(error: unknown): void {
    this.#failure ??= error;
    this.#wake();
  }

  /** At least one message and at most `limit`, or none after the abort. Throws what the stream failed with. */
  async take(signal: AbortSignal): Promise<Message[]> {
    const onAbort = () => this.#wake();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      while (this.#messages.length === 0 && !signal.aborted) {
        if (this.#failure) throw this.#failure;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    if (signal.aborted) return [];
    const taken = this.#messages.slice(0, this.#limit);
    this.#messages = this.#messages.slice(this.#limit);
    if (this.#messages.length < this.#limit) this.#stream.resume();
    return taken;
  }

  #add(message: Message): void {
    this.#messages.push(message);
    if (this.#messages.length >= this.#limit) this.#stream.pause();
    this.#wake();
  }
}
