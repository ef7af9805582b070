import type { FastifyInstance } from 'fastify';
import { listDrawEntries, readDraw } from '#sdk/contract/draw.ts';
import { decodeCursor, encodeCursor } from '../../database/cursor.ts';
import { ENTRY_BYTES } from '../../domain/draw.ts';
import { type EntryPage, type PublicDrawPorts, readPublicDraw, readPublicEntries } from '../../engine/public-draw.ts';
import { refuse } from '../errors.ts';
import { route } from '../route.ts';
import { drawView } from './draw-view.ts';

const DEFAULT_LIMIT = 1_000;

/** A closed list never changes. */
const FOR_GOOD = 'public, max-age=86400, immutable';

export function addDrawRoutes(app: FastifyInstance, ports: PublicDrawPorts): void {
  route(app, readDraw, async ({ params }, reply) => {
    const draw = await readPublicDraw(ports, params.sale_id);
    if (!draw) return refuse('not_found', { detail: 'No sale with a draw has this id.' });
    reply.header('cache-control', 'public, max-age=1');
    return drawView(draw);
  });
  route(app, listDrawEntries, async ({ params, query }, reply) => {
    const { cursor, limit = DEFAULT_LIMIT } = query;
    const after = cursor === undefined ? 0 : decodeCursor(cursor).major;
    const page = await readPublicEntries(ports, params.sale_id, { after, limit });
    if (!page) return refuse('not_found', { detail: 'No sale with a draw has this id.' });
    if (page.entrants !== null) reply.header('cache-control', FOR_GOOD);
    const entries = textsOf(page);
    return { entrants: page.entrants, entries, next_cursor: nextCursor(page, after + entries.length) };
  });
}

function textsOf({ entries }: EntryPage): string[] {
  const bytes = Buffer.from(entries.buffer, entries.byteOffset, entries.byteLength);
  const count = bytes.length / ENTRY_BYTES;
  return Array.from({ length: count }, (_, index) =>
    bytes.toString('base64url', index * ENTRY_BYTES, (index + 1) * ENTRY_BYTES),
  );
}

function nextCursor({ entrants }: EntryPage, read: number): string | null {
  return entrants !== null && read < entrants ? encodeCursor(read, '') : null;
}
