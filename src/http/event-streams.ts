import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientOfAddress } from '../anti-bot/client-address.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type Refusal, refuse } from './errors.ts';

/** `id` names what the data says: two events with the same id say the same. */
export interface StreamEvent {
  readonly id: string;
  /** One line of JSON. */
  readonly data: string;
}

export interface EventStreamLimits {
  readonly perProcess: number;
  readonly perClient: number;
}

const HEARTBEAT_MS = 15_000;
const HEARTBEAT = ': heartbeat\n\n';
/** Who has read nothing for so many heartbeats is gone. */
const MAX_MISSED_BEATS = 4;
/** How soon a browser comes back after its connection was cut. */
const RECONNECT_MS = 2_000;

/** One reader. One who reads too slowly gets only the newest event: there is never more than one that waits. */
export class EventStream {
  readonly #response: ServerResponse;
  #blocked = false;
  #waiting: string | null = null;
  #missedBeats = 0;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.on('drain', () => this.#flush());
  }

  send({ id, data }: StreamEvent): void {
    this.#write(`id: ${id}\ndata: ${data}\n\n`);
  }

  /** Keeps proxies from cutting a quiet connection, and finds out about readers that are gone. */
  beat(): void {
    if (!this.#blocked) this.#write(HEARTBEAT);
    else if (++this.#missedBeats > MAX_MISSED_BEATS) this.#response.destroy();
  }

  end(): void {
    this.#response.end();
  }

  onClose(listener: () => void): void {
    this.#response.on('close', listener);
  }

  /** Whoever sends does not know yet that the stream has ended, and a write after the end would end the process. */
  #write(frame: string): void {
    if (this.#response.writableEnded) return;
    if (this.#blocked) this.#waiting = frame;
    else this.#blocked = !this.#response.write(frame);
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#blocked = false;
    this.#waiting = null;
    this.#missedBeats = 0;
    if (waiting !== null) this.#write(waiting);
  }
}

/** The open event streams of one process, whatever they carry. */
export class EventStreams {
  readonly #limits: EventStreamLimits;
  readonly #gauge: Metrics['eventStreams'];
  readonly #open = new Set<EventStream>();
  readonly #perClient = new Map<string, number>();
  #closed = false;
  #heartbeat: NodeJS.Timeout | null = null;

  constructor(limits: EventStreamLimits, { eventStreams }: Pick<Metrics, 'eventStreams'>) {
    this.#limits = limits;
    this.#gauge = eventStreams;
    this.#gauge.set(0);
  }

  /** Takes the connection over. */
  open(request: FastifyRequest, reply: FastifyReply): EventStream | Refusal<'overloaded'> {
    const client = clientOfAddress(request.ip);
    const { perProcess, perClient } = this.#limits;
    const full = this.#open.size >= perProcess || (this.#perClient.get(client) ?? 0) >= perClient;
    if (this.#closed || full) {
      return refuse('overloaded', { detail: 'There are too many event streams. Ask again and again instead.' });
    }
    const stream = new EventStream(begin(reply));
    this.#count(client, 1);
    this.#open.add(stream);
    this.#heartbeat ??= setInterval(() => this.#beat(), HEARTBEAT_MS);
    stream.onClose(() => {
      this.#open.delete(stream);
      this.#count(client, -1);
      this.#gauge.set(this.#open.size);
    });
    this.#gauge.set(this.#open.size);
    return stream;
  }

  /** Ends every stream and takes no more. */
  close(): void {
    this.#closed = true;
    if (this.#heartbeat) clearInterval(this.#heartbeat);
    for (const stream of this.#open) stream.end();
  }

  #beat(): void {
    for (const stream of this.#open) stream.beat();
  }

  #count(client: string, change: 1 | -1): void {
    const streams = (this.#perClient.get(client) ?? 0) + change;
    if (streams > 0) this.#perClient.set(client, streams);
    else this.#perClient.delete(client);
  }
}

function begin(reply: FastifyReply): ServerResponse {
  const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };
  const response = reply.hijack().raw;
  response.writeHead(200, headers as Record<string, string>);
  response.write(`retry: ${RECONNECT_MS}\n\n`);
  return response;
}
