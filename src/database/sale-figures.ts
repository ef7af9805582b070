import type { PaymentState } from '../domain/payment.ts';
import type { Ledger } from './schema.ts';

export interface LedgerFigures {
  /** Attempts by the state that they are in; states that none is in are left out. */
  readonly payments: Readonly<Partial<Record<PaymentState, number>>>;
  /** Of the sale, and open. */
  readonly deadLetters: number;
}

/** Looks at every payment of the sale: not to be asked in a row. */
export async function readLedgerFigures(db: Ledger, saleId: string): Promise<LedgerFigures> {
  const payments = await db
    .selectFrom('payments')
    .select(({ fn }) => ['state', fn.countAll<string>().as('attempts')])
    .where('sale_id', '=', saleId)
    .groupBy('state')
    .execute();
  const { letters } = await db
    .selectFrom('dead_letters')
    .select(({ fn }) => fn.countAll<string>().as('letters'))
    .where('sale_id', '=', saleId)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  const byState = payments.map(({ state, attempts }) => [state, Number(attempts)] as const);
  return { payments: Object.fromEntries(byState), deadLetters: Number(letters) };
}
