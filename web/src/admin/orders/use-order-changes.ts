import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AdminOrder } from '#sdk/contract/order.ts';
import { useApi } from '../../shared/api.tsx';
import type { Move } from './fulfilment.ts';

/** Takes an order one step further to its buyer. */
export function useOrderMove(orderId: string) {
  const api = useApi();
  return useOrderChange(orderId, ({ move, detail }: { readonly move: Move; readonly detail: string | undefined }) =>
    api.recordFulfilment({ order_id: orderId, fulfilment: move, ...withDetail(detail) }),
  );
}

/** Gives the money of an order back. */
export function useRefund(orderId: string) {
  const api = useApi();
  return useOrderChange(orderId, (detail: string | undefined) =>
    api.refundOrder({ order_id: orderId, ...withDetail(detail) }),
  );
}

function withDetail(detail: string | undefined): { readonly detail?: string } {
  return detail === undefined ? {} : { detail };
}

/** Whatever became of it: what is shown of the order may be old. */
function useOrderChange<Change>(orderId: string, change: (change: Change) => Promise<AdminOrder>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['order', orderId] }),
        queries.invalidateQueries({ queryKey: ['orders'] }),
      ]),
  });
}
