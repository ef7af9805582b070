export interface ReadEvent {
  readonly id: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events as they came, whatever they are.
  readonly data: any;
}

/** One connection to an event stream of ours: each event has its data on one line. */
export class EventReader {
  readonly response: Response;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #events: ReadEvent[] = [];
  readonly #comments: string[] = [];
  readonly #decoder = new TextDecoder();
  #unread = '';

  private constructor(response: Response, body: NonNullable<Response['body']>) {
    this.response = response;
    this.#chunks = body[Symbol.asyncIterator]();
  }

  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventReader> {
    const response = await fetch(url, { headers });
    if (response.status !== 200 || !response.body) throw new Error(`no stream: ${response.status}`);
    return new EventReader(response, response.body);
  }

  /** The next event; null once the server has ended the stream. */
  async next(): Promise<ReadEvent | null> {
    while (this.#events.length === 0) if (!(await this.#read())) return null;
    return this.#events.shift() ?? null;
  }

  /** Reads on until an event's data is as wished for, and returns it. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events as they came, whatever they are.
  async until(isWishedFor: (data: any) => boolean): Promise<any> {
    for (let event = await this.next(); event; event = await this.next()) {
      if (isWishedFor(event.data)) return event.data;
    }
    throw new Error('the stream ended without it');
  }

  /** The next comment; null once the server has ended the stream. */
  async nextComment(): Promise<string | null> {
    while (this.#comments.length === 0) if (!(await this.#read())) return null;
    return this.#comments.shift() ?? null;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #read(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done) return false;
    const blocks = (this.#unread + this.#decoder.decode(value, { stream: true })).split('\n\n');
    this.#unread = blocks.pop() ?? '';
    for (const block of blocks) this.#take(block);
    return true;
  }

  #take(block: string): void {
    const comment = /^: (.*)$/m.exec(block)?.[1];
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (comment !== undefined) this.#comments.push(comment);
    if (data !== undefined) this.#events.push({ id: /^id: (.*)$/m.exec(block)?.[1], data: JSON.parse(data) });
  }
}
