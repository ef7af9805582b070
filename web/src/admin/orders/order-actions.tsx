import { useState } from 'react';
import type { AdminOrderDetails } from '#sdk/contract/admin-order.ts';
import { formatMoney } from '../../shared/money.tsx';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { useToast } from '../parts/toasts.tsx';
import { ActionButton } from '../session/action-button.tsx';
import { fulfilmentTexts, moveTexts, orderTexts as texts } from '../texts/order-texts.ts';
import { isRefundable, type Move, nextMove } from './fulfilment.ts';
import { useOrderMove, useRefund } from './use-order-changes.ts';

/** What may be done with an order as it is: only legal moves are offered. */
export function OrderActions({ order }: { readonly order: AdminOrderDetails }) {
  const move = nextMove(order);
  const refundable = isRefundable(order);
  const [asking, setAsking] = useState<Move | 'refund' | null>(null);
  const close = () => setAsking(null);
  return (
    <>
      {refundable && (
        <ActionButton look="secondary" onClick={() => setAsking('refund')}>
          {texts.refund}
        </ActionButton>
      )}
      {move && <ActionButton onClick={() => setAsking(move)}>{moveTexts[move].button}</ActionButton>}
      {asking === 'refund' && <RefundDialog order={order} onClose={close} />}
      {asking !== null && asking !== 'refund' && <MoveDialog order={order} move={asking} onClose={close} />}
    </>
  );
}

interface OrderDialogProps {
  readonly order: AdminOrderDetails;
  readonly onClose: () => void;
}

function RefundDialog({ order, onClose }: OrderDialogProps) {
  const announce = useToast();
  const refund = useRefund(order.order_id);
  const onSuccess = () => {
    announce({ tone: 'positive', title: texts.refundStarted });
    onClose();
  };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={texts.refundTitle(formatMoney(order.total_minor, order.currency))}
      description={texts.refundDetail}
      confirm={texts.refundConfirm}
      look="critical"
      word={texts.refundWord}
      note={{ label: texts.refundNote, hint: texts.refundNoteHint }}
      busy={refund.isPending}
      error={refund.error}
      onConfirm={(detail) => refund.mutate(detail, { onSuccess })}
    />
  );
}

function MoveDialog({ order, move, onClose }: OrderDialogProps & { readonly move: Move }) {
  const announce = useToast();
  const change = useOrderMove(order.order_id);
  const onSuccess = () => {
    announce({ tone: 'positive', title: texts.moved(fulfilmentTexts[move]) });
    onClose();
  };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={moveTexts[move].title}
      description={texts.moveDetail}
      confirm={moveTexts[move].button}
      note={{ label: texts.moveNote, hint: texts.moveNoteHint }}
      busy={change.isPending}
      error={change.error}
      onConfirm={(detail) => change.mutate({ move, detail }, { onSuccess })}
    />
  );
}
