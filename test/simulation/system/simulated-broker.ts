import type { OrderEvent } from '../../../src/domain/order-event.ts';
import { OrderLogUnavailable } from '../../../src/order-log/order-log.ts';
import { FaultyLine } from './faults.ts';
import type { Scheduler, SimulatedProcess } from './scheduler.ts';

const DRAIN_POLL_MS = 1_000;
const DRAIN_POLLS = 30;

/** One partition of a broker: whatever was sent stays, in the order in which it came, as often as it came. */
export class SimulatedBroker {
  readonly line: FaultyLine;
  readonly #scheduler: Scheduler;
  readonly #records: OrderEvent[] = [];
  #committed = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
    this.line = new FaultyLine(scheduler);
  }

  send(process: SimulatedProcess, events: readonly OrderEvent[]): Promise<void> {
    return this.#call(process, 'send', () => void this.#records.push(...events));
  }

  /** From some place on, at most so many. */
  poll(process: SimulatedProcess, offset: number, limit: number): Promise<readonly OrderEvent[]> {
    return this.#call(process, 'poll', () => this.#records.slice(offset, offset + limit));
  }

  /** Two consumers that both think the partition theirs may take it back. */
  commit(process: SimulatedProcess, offset: number): Promise<void> {
    return this.#call(process, 'commit', () => {
      this.#committed = offset;
    });
  }

  /** Where a consumer begins that gets the partition. */
  committed(process: SimulatedProcess): Promise<number> {
    return this.#call(process, 'committed', () => this.#committed);
  }

  /** Resolves once all that is here now has been read by the group, as far as it has said so. */
  async untilRead(process: SimulatedProcess): Promise<void> {
    const end = this.#records.length;
    for (let patience = DRAIN_POLLS; (await this.committed(process)) < end; patience--) {
      if (patience === 0) throw new OrderLogUnavailable('the log is not read in time');
      await this.#scheduler.sleep(process, DRAIN_POLL_MS);
    }
  }

  #call<Answer>(process: SimulatedProcess, label: string, answer: () => Answer): Promise<Answer> {
    return this.#scheduler.ask(process, `broker.${label}`, () =>
      this.line.carry(
        async () => answer(),
        (message) => new OrderLogUnavailable(message),
      ),
    );
  }
}
