import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal, refuse } from './errors.ts';
import type { EventStream, EventStreams, StreamEvent } from './event-streams.ts';

/** What a subject is like now; null when there is no such subject (any longer). */
type Load = (subject: string) => StreamEvent | null | Promise<StreamEvent | null>;

interface Topic {
  readonly readers: Set<EventStream>;
  lastId: string;
  lastSentAtMs: number;
}

/** As often as anyone is told anything. */
const MIN_INTERVAL_MS = 250;

/** Tells the readers of each subject what it is like whenever that has changed. */
export class EventFeed {
  readonly #streams: EventStreams;
  readonly #load: Load;
  readonly #topics = new Map<string, Topic>();
  #refreshing = false;

  constructor(streams: EventStreams, load: Load) {
    this.#streams = streams;
    this.#load = load;
  }

  /** Begins with what the subject is like now, unless the reader has that already (`Last-Event-ID`). */
  async open(
    request: FastifyRequest,
    reply: FastifyReply,
    subject: string,
  ): Promise<FastifyReply | Refusal<'not_found' | 'overloaded'>> {
    const newest = await this.#load(subject);
    if (!newest) return refuse('not_found');
    const stream = this.#streams.open(request, reply);
    if (stream instanceof Refusal) return stream;
    this.#join(subject, stream, newest);
    if (request.headers['last-event-id'] === newest.id) stream.beat();
    else stream.send(newest);
    return reply;
  }

  /** Looks at every subject that anyone reads. A look that is still under way is not begun anew. */
  async refresh(): Promise<void> {
    if (this.#refreshing) return;
    this.#refreshing = true;
    try {
      for (const [subject, topic] of this.#topics) await this.#refreshTopic(subject, topic);
    } finally {
      this.#refreshing = false;
    }
  }

  async #refreshTopic(subject: string, topic: Topic): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - topic.lastSentAtMs < MIN_INTERVAL_MS) return;
    const newest = await this.#load(subject);
    if (newest?.id === topic.lastId) return;
    if (newest) Object.assign(topic, { lastId: newest.id, lastSentAtMs: nowMs });
    for (const reader of topic.readers) {
      if (newest) reader.send(newest);
      else reader.end();
    }
  }

  #join(subject: string, stream: EventStream, newest: StreamEvent): void {
    const topic = this.#topics.get(subject) ?? { readers: new Set(), lastId: newest.id, lastSentAtMs: 0 };
    this.#topics.set(subject, topic);
    topic.readers.add(stream);
    stream.onClose(() => {
      topic.readers.delete(stream);
      if (topic.readers.size === 0 && this.#topics.get(subject) === topic) this.#topics.delete(subject);
    });
  }
}
