import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { TidegateProblem } from '#sdk/client.ts';
import type { Order } from '#sdk/contract/order.ts';
import { useApi } from '../../shared/api.tsx';
import { forgetUnknownSession, knownBuyer } from '../buyer/buyer-session.ts';
import { reservationTokenOf } from '../buyer/kept-checkout.ts';
import { saleKey } from '../sale/sale-key.ts';
import { isSettled } from './order-facts.ts';

const UNDER_WAY_MS = 3_000;
const ON_ITS_WAY_MS = 15_000;

/** The orders of the buyer that this browser is, newest first. Nothing is asked for whoever has never done anything. */
export function useOrders() {
  const api = useApi();
  const buyer = knownBuyer();
  return useInfiniteQuery({
    queryKey: ['orders', buyer?.token],
    enabled: buyer !== null,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      asBuyer(buyer?.token, (token) =>
        api.listOrders({ limit: 20, ...(pageParam !== null && { cursor: pageParam }) }, { token, signal }),
      ),
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: ({ state }) => {
      const orders = state.data?.pages.flatMap((page) => page.orders) ?? [];
      return orders.some((order) => order.status === 'reserved' || order.status === 'paying') && UNDER_WAY_MS;
    },
  });
}

/** One order, looked at again for as long as it may change. */
export function useOrder(orderId: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['order', orderId],
    queryFn: ({ signal }) => readOrder(orderId, (token) => api.readOrder({ order_id: orderId }, { token, signal })),
    refetchInterval: ({ state }) => intervalMs(state.data),
  });
}

/** The sale of an order, for the names of its items. */
export function useSaleOf(saleId: string | undefined) {
  const api = useApi();
  return useQuery({
    queryKey: saleKey(saleId ?? ''),
    enabled: saleId !== undefined,
    staleTime: 300_000,
    queryFn: ({ signal }) => api.readSale({ sale_id: saleId ?? '' }, { signal }),
  });
}

/** Null for an order that is nobody's here. */
async function readOrder(orderId: string, read: (token: string | undefined) => Promise<Order>): Promise<Order | null> {
  const reservation = reservationTokenOf(orderId);
  const bearers = [reservation === null ? null : { token: reservation }, knownBuyer()].filter((one) => one !== null);
  for (const { token } of bearers) {
    try {
      return await asBuyer(token, read);
    } catch (error) {
      if (!isNobodysHere(error)) throw error;
    }
  }
  return null;
}

async function asBuyer<Answer>(token: string | undefined, ask: (token: string | undefined) => Promise<Answer>) {
  try {
    return await ask(token);
  } catch (error) {
    if (token === undefined) forgetUnknownSession(error, token);
    throw error;
  }
}

function isNobodysHere(error: unknown): boolean {
  return (
    error instanceof TidegateProblem &&
    ['not_found', 'unauthenticated', 'token_expired', 'validation_failed'].includes(error.code)
  );
}

function intervalMs(order: Order | null | undefined): number | false {
  if (!order || isSettled(order)) return false;
  return order.status === 'paid' ? ON_ITS_WAY_MS : UNDER_WAY_MS;
}
