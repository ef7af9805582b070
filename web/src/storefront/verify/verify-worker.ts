import { createClient } from '#sdk/client.ts';
import { type DrawEntrant, ENTRY_BYTES, fromBase64url } from '../../../../src/domain/draw.ts';
import { type DrawnDraw, type Verification, verifyDraw } from './draw-checks.ts';

export interface VerifyOrder {
  readonly draw: DrawnDraw;
  readonly own: DrawEntrant | null;
}

/** How many entries have been read, then what came out, or that something failed. */
export type VerifyNews =
  | { readonly read: number }
  | { readonly verification: Verification }
  | { readonly failed: string };

const PAGE = 10_000;
const api = createClient({ baseUrl: self.location.origin });

self.addEventListener('message', ({ data }: MessageEvent<VerifyOrder>) => {
  verify(data).catch((error: unknown) => tell({ failed: String(error) }));
});

async function verify({ draw, own }: VerifyOrder): Promise<void> {
  const [entries, status] = await Promise.all([readEntries(draw), api.readSaleStatus({ sale_id: draw.sale_id })]);
  tell({ verification: verifyDraw(draw, status.draw, entries, own) });
}

async function readEntries({ sale_id, entrants }: DrawnDraw): Promise<Uint8Array> {
  const entries = new Uint8Array(entrants * ENTRY_BYTES);
  let read = 0;
  let cursor: string | null = null;
  do {
    const page = await api.listDrawEntries({ sale_id, limit: PAGE, ...(cursor !== null && { cursor }) });
    // A list that is longer than it says must not pass for one that is right.
    if (read + page.entries.length > entrants) throw new RangeError('the list is longer than it says');
    for (const entry of page.entries) entries.set(fromBase64url(entry), ENTRY_BYTES * read++);
    cursor = page.next_cursor;
    tell({ read });
  } while (cursor !== null);
  return entries.subarray(0, read * ENTRY_BYTES);
}

function tell(news: VerifyNews): void {
  self.postMessage(news);
}
