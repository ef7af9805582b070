import { readFences, wasHeld } from '../database/sale-fences.ts';
import { type LedgerSale, readSale } from '../database/sales.ts';
import { isOver, type SaleDefinition } from '../domain/sale.ts';
import type { SaleView } from '../store/store.ts';
import type { KillSwitches } from './kill-switches.ts';
import { type Operator, recordSaleAction, type SalePorts } from './operator.ts';
import { roomReadiness } from './room-readiness.ts';

export interface ReadinessCheck {
  readonly name: string;
  readonly ok: boolean;
  /** The sale can start without it. */
  readonly advisory?: true;
  /** For the operator. */
  readonly detail: string;
}

interface PrewarmPorts extends SalePorts {
  readonly switches: KillSwitches;
  /** Can anybody be asked whether a CAPTCHA was solved? */
  readonly hasCaptcha: boolean;
}

/** What the ledger applies in about a second: more than that waiting means that it does not keep up. */
const MAX_LAG_EVENTS = 10_000;

/**
 * Looks whether everything that a sale needs at its start is there, and loads it where the store does not hold it yet.
 * Never touches live stock.
 */
export async function prewarmSale(
  ports: PrewarmPorts,
  operator: Operator,
  saleId: string,
): Promise<readonly ReadinessCheck[] | 'not_found' | 'wrong_state'> {
  const { store, ledger, switches, hasCaptcha } = ports;
  const known = await readSale(ledger, saleId);
  if (!known || known.deletedAtMs !== null) return 'not_found';
  const view = (await store.readSale(saleId)) ?? (await loadSale(ports, operator, known));
  const state = view?.state ?? known.state;
  if (isOver(state)) return 'wrong_state';
  return [
    stockLoaded(view),
    ledgerAgrees(view, known),
    logApplied(view),
    ...switchesOn(switches, known.sale),
    ...(view ? roomReadiness(view, await store.now()) : []),
    ...captchaReady(known.sale, hasCaptcha),
  ];
}

/** Null: what has begun, or left events, is not loaded but recovered. */
async function loadSale(ports: PrewarmPorts, operator: Operator, { sale }: LedgerSale): Promise<SaleView | null> {
  const { store, ledger } = ports;
  const fence = (await readFences(ledger, [sale.saleId])).find(({ saleId }) => saleId === sale.saleId);
  if (!fence || wasHeld(fence) || sale.startsAtMs <= (await store.now())) return null;
  await store.prepareSale(sale, fence.epoch, operator.correlationId);
  await recordSaleAction(ports, operator, sale.saleId, 'sale_loaded');
  return store.readSale(sale.saleId);
}

function stockLoaded(view: SaleView | null): ReadinessCheck {
  const name = 'stock_loaded';
  if (!view) return { name, ok: false, detail: 'the store does not hold the sale' };
  const units = view.stock.reduce((sum, { available }) => sum + available, 0);
  return { name, ok: units > 0, detail: `${units} units for sale, of ${view.stock.length} items` };
}

function ledgerAgrees(view: SaleView | null, { items }: LedgerSale): ReadinessCheck {
  const name = 'ledger_agrees';
  const differing = items.filter(
    ({ skuId, totalStock }) => view?.stock.find((stock) => stock.skuId === skuId)?.totalStock !== totalStock,
  );
  if (differing.length === 0) return { name, ok: true, detail: 'store and ledger have the same total stock' };
  return { name, ok: false, detail: `total stock differs: ${differing.map(({ skuId }) => skuId).join(', ')}` };
}

function logApplied(view: SaleView | null): ReadinessCheck {
  const waiting = view ? view.lastSeq - view.trimmedSeq : 0;
  return { name: 'order_log_applied', ok: waiting <= MAX_LAG_EVENTS, detail: `${waiting} events wait for the ledger` };
}

function switchesOn(switches: KillSwitches, { waitingRoom }: SaleDefinition): ReadinessCheck[] {
  const needed = [...(waitingRoom ? (['joins'] as const) : []), 'purchases', 'payments'] as const;
  return needed.map((name) => {
    const ok = switches.isOn(name);
    return { name: `${name}_on`, ok, detail: ok ? 'switched on' : 'switched off by an operator' };
  });
}

function captchaReady({ antiBot }: SaleDefinition, hasCaptcha: boolean): ReadinessCheck[] {
  if (!antiBot?.captcha) return [];
  const detail = hasCaptcha ? 'a provider is configured' : 'CAPTCHA_VERIFY_URL and CAPTCHA_SECRET are not set';
  return [{ name: 'captcha_configured', ok: hasCaptcha, detail }];
}
