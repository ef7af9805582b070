export interface Page<Entry> {
  readonly entries: readonly Entry[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/**
 * A page of a list that is in memory, by key and not by number: entries that come and go between two pages move
 * nothing. `keyOf` orders the list; a cursor that was made up is some place in that order, and does no harm.
 */
export function pageByKey<Entry>(
  entries: readonly Entry[],
  keyOf: (entry: Entry) => string,
  { cursor, limit = entries.length }: { readonly cursor?: string | undefined; readonly limit?: number | undefined },
): Page<Entry> {
  const after = cursor === undefined ? '' : Buffer.from(cursor, 'base64url').toString();
  const rest = entries
    .map((entry) => ({ entry, key: keyOf(entry) }))
    .filter(({ key }) => key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    entries: page.map(({ entry }) => entry),
    nextCursor: last && rest.length > page.length ? Buffer.from(last.key).toString('base64url') : null,
  };
}

const TIME_DIGITS = 16;

/** A key part that sorts as the time does. */
export function earliestFirst(ms: number): string {
  return String(ms).padStart(TIME_DIGITS, '0');
}

/** A key part that sorts the newest time first. */
export function newestFirst(ms: number): string {
  return earliestFirst(Number.MAX_SAFE_INTEGER - ms);
}
