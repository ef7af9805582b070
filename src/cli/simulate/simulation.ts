import { type Client, createClient } from '#sdk/client.ts';
import { BuyerApi } from './buyer-api.ts';
import { type CrowdSettings, planCrowd } from './crowd.ts';
import { shop } from './direct-visit.ts';
import { type Prepared, prepareSessions, prepareWork } from './preparation.ts';
import { progressBar } from './progress-bar.ts';
import type { SimulationResult } from './report.ts';
import { RoomLog } from './room-log.ts';
import { type RoomSettings, reportOnRoom, roomFaults } from './room-report.ts';
import { RoomSampler } from './room-sampler.ts';
import { shopThroughRoom } from './room-visit.ts';
import { openSale, planSale } from './simulated-sale.ts';
import { Tally } from './tally.ts';
import { verify } from './verification.ts';
import { type Ending, senderOf, type Visit } from './visit.ts';

export interface SimulationSettings extends CrowdSettings {
  readonly units: number;
  readonly skus: number;
  /** Time to pay. */
  readonly reservationSeconds: number;
  /** Requests under way at a time. */
  readonly concurrency: number;
  /** Null: nobody queues. */
  readonly room: RoomSettings | null;
  /** Proof of work, few accounts a device, one purchase a device; suspects are held. */
  readonly antiBot: boolean;
}

export interface SimulatedServer {
  /** One, or as many as share the crowd. */
  readonly urls: readonly [string, ...string[]];
  readonly adminToken: string;
  /** Whose records are compared; null where they cannot be seen. */
  readonly simulatedProviderUrl: string | null;
}

interface Play {
  readonly settings: SimulationSettings;
  readonly client: Client;
  readonly api: BuyerApi;
  readonly tally: Tally;
}

/** Plays a whole sale against a server, over HTTP, and checks every book when it is over. */
export async function simulate(server: SimulatedServer, settings: SimulationSettings): Promise<SimulationResult> {
  const startedAt = performance.now();
  const tally = new Tally();
  const api = new BuyerApi(server.urls, tally, settings.concurrency);
  // The crowd may take what the server's limits leave to this address: the operator asks until there is room.
  const client = createClient({
    baseUrl: server.urls[0],
    token: server.adminToken,
    retries: 1_000,
    totalTimeoutMs: 120_000,
  });
  const play = { settings, client, api, tally };
  try {
    const { crowd, sale } = await prepare(play);
    const { endings, room } = await (settings.room
      ? playThroughRoom(play, settings.room, crowd, sale)
      : playDirectly(play, crowd, sale));
    const { simulatedProviderUrl } = server;
    const verification = await verify({ client, saleId: sale.saleId, tally, simulatedProviderUrl });
    const faults = [...verification.faults, ...(room ? roomFaults(room) : [])];
    return { settings, endings, tally, room, verification, faults, durationMs: performance.now() - startedAt };
  } finally {
    await api.close();
  }
}

/** Everything that would keep buyers from coming when they want to. */
async function prepare({ settings, client, api }: Play): Promise<{ crowd: Prepared[]; sale: Visit['sale'] }> {
  const withSessions = await prepareSessions(api, planCrowd(settings));
  const { sale_id, anti_bot } = await planSale(client, settings);
  const crowd = anti_bot?.proof_of_work ? await prepareWork(api, sale_id, withSessions) : withSessions;
  const { starts_at, purchase_limit } = await openSale(client, sale_id, settings);
  return { crowd, sale: { saleId: sale_id, startsAtMs: Date.parse(starts_at), purchaseLimit: purchase_limit } };
}

async function playDirectly(play: Play, crowd: readonly Prepared[], sale: Visit['sale']) {
  return { endings: await playCrowd(play, crowd, (prepared) => shop(visitOf(play, prepared, sale))), room: null };
}

async function playThroughRoom(play: Play, settings: RoomSettings, crowd: readonly Prepared[], sale: Visit['sale']) {
  const { client } = play;
  const { saleId } = sale;
  const log = new RoomLog(settings.order);
  const room = { log, admissionSeconds: settings.admissionSeconds };
  const sampler = new RoomSampler(client, saleId, settings.ratePerSecond);
  const endings = await playCrowd(play, crowd, (prepared) =>
    shopThroughRoom({ ...visitOf(play, prepared, sale), room, workDone: prepared.work }),
  );
  await sampler.stop();
  log.sawStatus(await client.readSaleStatus({ sale_id: saleId }));
  return { endings, room: reportOnRoom(settings, log, sampler.readings) };
}

function visitOf({ api, tally }: Play, { buyer, token }: Prepared, sale: Visit['sale']): Visit {
  const ask: Visit['ask'] = (operation, request, options = {}) => api.ask(operation, request, options, senderOf(buyer));
  return { buyer, token, purchaseToken: token, sale, ask, tally };
}

async function playCrowd(
  { settings, tally }: Play,
  crowd: readonly Prepared[],
  visit: (prepared: Prepared) => Promise<Ending>,
): Promise<Map<Ending, number>> {
  const bar = progressBar('buyers', crowd.length);
  const endings = new Map<Ending, number>();
  const count = (ending: Ending, times: number) => endings.set(ending, (endings.get(ending) ?? 0) + times);
  if (crowd.length < settings.buyers) count('turned_away', settings.buyers - crowd.length);
  const visits = crowd.map(async (prepared) => {
    count(await visit(prepared), 1);
    bar.increment({ paid: tally.paid.size });
  });
  await Promise.all(visits).finally(() => bar.stop());
  return endings;
}
