import type { AdminOrder } from '#sdk/contract/order.ts';
import { CopyId } from '../parts/copy-id.tsx';
import { type Fact, Facts } from '../parts/facts.tsx';
import { Panel } from '../parts/panel.tsx';
import { orderTexts as texts } from '../texts/order-texts.ts';

interface BuyerPanelProps {
  readonly order: AdminOrder;
  readonly isOperator: boolean;
}

/** Whose order it is, as far as whoever looks may know. */
export function BuyerPanel({ order: { user_id: userId, customer }, isOperator }: BuyerPanelProps) {
  const facts: Fact[] = [{ label: texts.buyerId, value: <CopyId id={userId} what={texts.buyerId} /> }];
  if (customer) {
    facts.push({ label: texts.name, value: customer.name });
    facts.push({
      label: texts.email,
      value: (
        <a className="underline underline-offset-3" href={`mailto:${customer.email}`}>
          {customer.email}
        </a>
      ),
    });
    if (customer.phone) facts.push({ label: texts.phone, value: customer.phone });
    if (customer.address)
      facts.push({
        label: texts.address,
        value: <address className="whitespace-pre-line not-italic">{customer.address}</address>,
      });
  }
  return (
    <Panel title={texts.buyer}>
      <Facts facts={facts} />
      {!customer && <p className="text-sm text-muted">{isOperator ? texts.noCustomer : texts.customerHidden}</p>}
    </Panel>
  );
}
