import { SingleBar } from 'cli-progress';
import { type Client, createClient } from '#sdk/client.ts';
import type { AdminSale, SaleDraft } from '#sdk/contract/admin-sale.ts';
import { createSession } from '#sdk/contract/session.ts';
import { CommandFailed } from '../failure.ts';
import { type Ending, shop, type Visit } from './buyer.ts';
import { BuyerApi } from './buyer-api.ts';
import { type Buyer, type CrowdSettings, planCrowd } from './crowd.ts';
import type { SimulationResult } from './report.ts';
import { Tally } from './tally.ts';
import { verify } from './verification.ts';

export interface SimulationSettings extends CrowdSettings {
  readonly units: number;
  readonly skus: number;
  /** Time to pay. */
  readonly reservationSeconds: number;
  /** Requests under way at a time. */
  readonly concurrency: number;
}

export interface SimulatedServer {
  readonly url: string;
  readonly adminToken: string;
  /** Whose records are compared; null where they cannot be seen. */
  readonly simulatedProviderUrl: string | null;
}

const PURCHASE_LIMIT = 2;
const LEAD_MS = 3_000;
/** Units come back, and are abandoned and come back again, before the sale ends. */
const RESERVATIONS_UNTIL_END = 2;

/** Plays a whole sale against a server, over HTTP, and checks every book when it is over. */
export async function simulate(server: SimulatedServer, settings: SimulationSettings): Promise<SimulationResult> {
  const startedAt = performance.now();
  const tally = new Tally();
  const api = new BuyerApi(server.url, tally, settings.concurrency);
  const client = createClient({ baseUrl: server.url, token: server.adminToken, totalTimeoutMs: 120_000 });
  try {
    const tokens = await openSessions(api, settings.buyers);
    const sale = await createSale(client, settings);
    const endings = await playCrowd(planCrowd(settings), tokens, { sale: subjectOf(sale), api, tally });
    const { simulatedProviderUrl } = server;
    const verification = await verify({ client, saleId: sale.sale_id, tally, simulatedProviderUrl });
    return { settings, endings, tally, verification, durationMs: performance.now() - startedAt };
  } finally {
    await api.close();
  }
}

/** A session for each buyer, by number; null for those who are turned away already here. */
async function openSessions(api: BuyerApi, buyers: number): Promise<(string | null)[]> {
  const bar = progressBar('sessions', buyers);
  const sessions = Array.from({ length: buyers }, async () => {
    const answer = await api.ask(createSession, {}, {});
    bar.increment();
    if (answer.kind === 'refused' && answer.code === 'not_found') throw needsGuests();
    return answer.kind === 'given' ? answer.body.token : null;
  });
  return Promise.all(sessions).finally(() => bar.stop());
}

function needsGuests(): CommandFailed {
  return new CommandFailed('The server hands out no guest identities: simulate needs one with AUTH_MODE=guest.');
}

async function createSale(client: Client, settings: SimulationSettings): Promise<AdminSale> {
  const { units, skus, seconds, reservationSeconds } = settings;
  const startsAtMs = Date.parse((await client.readTime()).now) + LEAD_MS;
  const endsAtMs = startsAtMs + (seconds + reservationSeconds * RESERVATIONS_UNTIL_END) * 1_000;
  return client.createSale({
    name: 'Simulated sale',
    starts_at: new Date(startsAtMs).toISOString(),
    ends_at: new Date(endsAtMs).toISOString(),
    currency: 'EUR',
    purchase_limit: PURCHASE_LIMIT,
    reservation_seconds: reservationSeconds,
    items: Array.from({ length: skus }, (_, index) => itemOf(index, Math.floor((units + index) / skus))),
  });
}

function itemOf(index: number, stock: number): SaleDraft['items'][number] {
  return {
    sku_id: `ITEM-${index + 1}`,
    name: `Simulated item ${index + 1}`,
    flash_price_minor: 1_000 * (index + 1) - 1,
    original_price_minor: 2_000 * (index + 1),
    total_stock: stock,
  };
}

function subjectOf({ sale_id, starts_at, purchase_limit }: AdminSale): Visit['sale'] {
  return { saleId: sale_id, startsAtMs: Date.parse(starts_at), purchaseLimit: purchase_limit };
}

async function playCrowd(
  crowd: readonly Buyer[],
  tokens: readonly (string | null)[],
  scene: Pick<Visit, 'sale' | 'api' | 'tally'>,
): Promise<Map<Ending, number>> {
  const bar = progressBar('buyers', crowd.length);
  const endings = new Map<Ending, number>();
  const visits = crowd.map(async (buyer) => {
    const token = tokens[buyer.number];
    const ending = token ? await shop({ ...scene, buyer, token }) : 'turned_away';
    endings.set(ending, (endings.get(ending) ?? 0) + 1);
    bar.increment({ paid: scene.tally.paid.size });
  });
  await Promise.all(visits).finally(() => bar.stop());
  return endings;
}

function progressBar(what: string, total: number): SingleBar {
  const format = `${what.padEnd(8)} {bar} {value}/{total}, {paid} paid, {duration} s`;
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true });
  bar.start(total, 0, { paid: 0 });
  return bar;
}
