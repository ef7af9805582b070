import type { Sale } from '#sdk/contract/sale.ts';
import { buttonClasses } from '../../shared/button.tsx';
import { EmptyState } from '../../shared/empty-state.tsx';
import { checkoutTexts as texts } from '../texts/checkout-texts.ts';

/** Whoever has no admission, or no longer. The waiting room has a page of its own, which is loaded anew. */
export function NotAdmitted({ saleId, sale }: { readonly saleId: string; readonly sale: Sale }) {
  const toRoom = (
    <a href={`/sales/${saleId}/queue`} className={buttonClasses({ size: 'large' })}>
      {texts.toWaitingRoom}
    </a>
  );
  return (
    <>
      <h1 tabIndex={-1} className="text-center text-sm font-medium text-muted">
        {sale.name}
      </h1>
      <EmptyState title={texts.notAdmitted} action={toRoom}>
        {texts.notAdmittedDetail}
      </EmptyState>
    </>
  );
}
