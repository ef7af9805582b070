import { onTestFinished } from 'vitest';
import type { AdminSale, SaleDraft } from '#sdk/contract/admin-sale.ts';
import type { Draw } from '#sdk/contract/draw.ts';
import { ManualClock } from './clock.ts';
import { QUICKNET } from './drand-records.ts';
import { type DrandRelay, openDrandRelay } from './drand-relay.ts';
import { saleDraft, TestServer } from './server.ts';

/** Such that the list closes 5 s before round 42 of quicknet was due. */
export const DRAW_STARTS_MS = (QUICKNET.genesis_time + 41 * QUICKNET.period + 10) * 1000;
export const DRAW_CLOSES_MS = DRAW_STARTS_MS - 15_000;
export const ROUND_DUE_MS = DRAW_CLOSES_MS + 5_000;
const OPENED_MS = DRAW_STARTS_MS - 60_000;

export interface DrawRig {
  readonly server: TestServer;
  readonly clock: ManualClock;
  readonly relay: DrandRelay;
  /** A sale with a draw that the server's clock is a minute before. */
  createSale(draft?: Partial<SaleDraft>): Promise<AdminSale>;
  join(saleId: string, userIds: readonly string[]): Promise<void>;
  draw(saleId: string): Promise<Draw>;
}

/** As `openDrawRig`, and closed when the test is over. */
export async function startDrawRig(env: Readonly<Record<string, string>> = {}): Promise<DrawRig> {
  const rig = await openDrawRig(env);
  onTestFinished(() => rig.close());
  return rig;
}

/** A server whose clock stands a minute before the start of sales whose draws are bound to round 42. */
export async function openDrawRig(
  env: Readonly<Record<string, string>> = {},
): Promise<DrawRig & { close(): Promise<void> }> {
  const relay = await openDrandRelay();
  const clock = new ManualClock(OPENED_MS);
  const server = await TestServer.start({ clock: clock.read, env: { DRAW_BEACON_URL: relay.url, ...env } });
  return {
    close: async () => {
      await server.stop();
      await relay.close();
    },
    server,
    clock,
    relay,
    createSale: (draft) => server.createSale({ ...drawDraft(), ...draft }),
    async join(saleId, userIds) {
      for (const userId of userIds) {
        const request = { saleId, userId, held: false, correlationId: 'test' };
        const { code } = await server.app.ports.store.join(request);
        if (code !== 'joined') throw new Error(`${userId} did not join: ${code}`);
      }
    },
    draw: async (saleId) => (await server.call(`/api/v1/flash-sale/${saleId}/draw`)).json,
  };
}

export function drawDraft(): SaleDraft {
  return {
    ...saleDraft(),
    starts_at: new Date(DRAW_STARTS_MS).toISOString(),
    ends_at: new Date(DRAW_STARTS_MS + 3_600_000).toISOString(),
    waiting_room: { order: 'draw' },
  };
}

export function crowd(size: number): string[] {
  return Array.from({ length: size }, (_, index) => `buyer-${index + 1}`);
}
