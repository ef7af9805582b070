import type { Client } from '#sdk/client.ts';
import type { DeadLetter } from '#sdk/contract/dead-letter.ts';

export const DEAD_LETTER_KINDS = ['event', 'payment', 'notification', 'undecodable'] as const;
export const DEAD_LETTER_STATES = ['open', 'replayed', 'discarded'] as const;

export interface DeadLetterFilter {
  readonly state?: (typeof DEAD_LETTER_STATES)[number] | undefined;
  readonly kind?: (typeof DEAD_LETTER_KINDS)[number] | undefined;
}

const PAGE_SIZE = 200;

/** Dead letters, newest first, and no more than `count`. */
export async function firstDeadLetters(client: Client, filter: DeadLetterFilter, count: number): Promise<DeadLetter[]> {
  const found: DeadLetter[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listDeadLetters({
      limit: PAGE_SIZE,
      ...(filter.state && { state: filter.state }),
      ...(filter.kind && { kind: filter.kind }),
      ...(cursor && { cursor }),
    });
    found.push(...page.dead_letters);
    cursor = page.next_cursor ?? undefined;
  } while (cursor && found.length < count);
  return found.slice(0, count);
}
