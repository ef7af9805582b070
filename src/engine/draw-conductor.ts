import { randomUUID } from 'node:crypto';
import { BeaconInvalid, type Beacons, BeaconUnavailable } from '../beacon/beacon.ts';
import { archiveDraw, readDraw } from '../database/draws.ts';
import type { Ledger } from '../database/schema.ts';
import { commitmentOf, type DrawBeacon, type DrawResult, finalSeed } from '../domain/draw.ts';
import { type BeaconRound, type DrawPlan, isOver, type SaleDefinition } from '../domain/sale.ts';
import type { SaleView, Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';
import type { DrawList, DrawLists } from './draw-lists.ts';

export interface DrawPorts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly beacons: Beacons;
  readonly drawLists: DrawLists;
  readonly events: EngineEvents;
}

/** How long after the start, or after the round was due, a draw waits for its beacon. */
const BEACON_PATIENCE_MS = 30_000;

/**
 * Makes the draws that are due and keeps them for good. To be repeated: any process may do it at any time, and the
 * first draw stands.
 */
export class DrawConductor {
  readonly #ports: DrawPorts;
  readonly #archived = new Set<string>();

  constructor(ports: DrawPorts) {
    this.#ports = ports;
  }

  /** One step for each sale that is held by the store; a sale that cannot go on keeps no other waiting. */
  async conduct(): Promise<void> {
    const { store, drawLists, events } = this.#ports;
    const views = (await store.listSales()).views.filter(({ recovering }) => !recovering);
    drawLists.keepOnly(new Set(views.map(({ sale }) => sale.saleId)));
    await Promise.all(
      views.map((view) =>
        this.#conduct(view).catch((error: unknown) => {
          events.backgroundFailure(`draw of sale ${view.sale.saleId}`, error);
        }),
      ),
    );
  }

  async #conduct(view: SaleView): Promise<void> {
    const plan = view.sale.waitingRoom?.draw;
    if (!plan || this.#archived.has(view.sale.saleId)) return;
    // Nobody is called any longer, and the store has let go of the tickets.
    if (isOver(view.state) && !view.room?.draw) return;
    const list = await this.#ports.drawLists.of(view);
    if (!list) return this.#ports.drawLists.prepare(view);
    const draw = view.room?.draw ?? (await this.#draw(view, plan, list));
    if (draw) await this.#archive(view.sale, plan, draw, list);
  }

  /** Null while the beacon's round is awaited. */
  async #draw({ sale }: SaleView, plan: DrawPlan, list: DrawList): Promise<DrawResult | null> {
    const beacon = plan.beacon && (await this.#awaitRound(sale, plan.beacon));
    if (beacon === 'awaited') return null;
    const { entrants, listHash } = list;
    const parts = { entrants, listHash, committedSeed: plan.seed, beacon };
    const draw = { ...parts, seed: finalSeed(parts) };
    const outcome = await this.#ports.store.changeSale(sale.saleId, { type: 'draw', draw }, randomUUID());
    // Another process may have drawn: what the store says at the next step is what counts.
    if (outcome !== 'changed') return null;
    this.#ports.events.drawMade(sale.saleId, draw);
    return draw;
  }

  /** Null when it did not come in time. */
  async #awaitRound(sale: SaleDefinition, round: BeaconRound): Promise<DrawBeacon | 'awaited' | null> {
    const { store, beacons, events } = this.#ports;
    if ((await store.now()) < round.dueAtMs) return 'awaited';
    try {
      return await beacons.at(round.url).fetchRound(round.round);
    } catch (error) {
      if (!(error instanceof BeaconUnavailable || error instanceof BeaconInvalid)) throw error;
      if ((await store.now()) < Math.max(sale.startsAtMs, round.dueAtMs) + BEACON_PATIENCE_MS) {
        events.drawDelayed(sale.saleId, error);
        return 'awaited';
      }
      events.drawWithoutBeacon(sale.saleId, error);
      return null;
    }
  }

  async #archive({ saleId }: SaleDefinition, plan: DrawPlan, draw: DrawResult, list: DrawList): Promise<void> {
    const { store, ledger } = this.#ports;
    if (!(await readDraw(ledger, saleId))) {
      const record = { saleId, madeAtMs: await store.now(), commitment: commitmentOf(plan.seed), draw };
      await archiveDraw(ledger, record, list.entries);
    }
    this.#archived.add(saleId);
  }
}
