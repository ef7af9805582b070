import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal, refuse } from './errors.ts';
import { type EventStream, type EventStreams, frameOf, type StreamEvent } from './event-streams.ts';
import { inSlices } from './in-slices.ts';

/** What a subject is like now; null when there is no such subject (any longer). */
type Load = (subject: string) => StreamEvent | null | Promise<StreamEvent | null>;

interface Topic {
  readonly readers: Set<EventStream>;
  /** What the readers have been told. */
  newest: StreamEvent;
  frame: Buffer;
  toldAtMs: number;
}

/** As often as anyone is told anything. */
const MIN_INTERVAL_MS = 250;
/** Telling a reader takes some 0.01 ms of CPU: a tenth of the time is spent on that at most. */
const MIN_INTERVAL_PER_READER_MS = 0.1;

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

  /**
   * Begins with what the other readers were told last, unless the reader has that already (`Last-Event-ID`): what is
   * news to them is news to this one too. The first reader is told what the subject is like now.
   */
  async open(
    request: FastifyRequest,
    reply: FastifyReply,
    subject: string,
  ): Promise<FastifyReply | Refusal<'not_found' | 'overloaded'>> {
    const newest = await this.#load(subject);
    if (!newest) return refuse('not_found');
    const stream = this.#streams.open(request, reply);
    if (stream instanceof Refusal) return stream;
    const topic = this.#join(subject, stream, newest);
    if (request.headers['last-event-id'] === topic.newest.id) stream.beat();
    else stream.send(topic.frame);
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
    const quietMs = nowMs - topic.toldAtMs;
    if (quietMs < MIN_INTERVAL_MS) return;
    const newest = await this.#load(subject);
    if (!newest) return inSlices(topic.readers, (reader) => reader.end());
    if (!isDue(topic.newest, newest, topic.readers.size, quietMs)) return;
    const frame = frameOf(newest);
    Object.assign(topic, { newest, frame, toldAtMs: nowMs });
    await inSlices(topic.readers, (reader) => reader.send(frame));
  }

  #join(subject: string, stream: EventStream, newest: StreamEvent): Topic {
    const topic = this.#topics.get(subject) ?? topicOf(newest);
    this.#topics.set(subject, topic);
    topic.readers.add(stream);
    stream.onClose(() => {
      topic.readers.delete(stream);
      if (topic.readers.size === 0 && this.#topics.get(subject) === topic) this.#topics.delete(subject);
    });
    return topic;
  }
}

function topicOf(newest: StreamEvent): Topic {
  return { readers: new Set(), newest, frame: frameOf(newest), toldAtMs: Number.NEGATIVE_INFINITY };
}

/** Are so many readers to be told now? The more they are, the longer news may wait that is no headline. */
export function isDue(told: StreamEvent, newest: StreamEvent, readers: number, quietMs: number): boolean {
  if (newest.id === told.id) return false;
  return newest.headline !== told.headline || quietMs >= readers * MIN_INTERVAL_PER_READER_MS;
}
