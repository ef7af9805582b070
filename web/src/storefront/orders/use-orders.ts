import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { TidegateProblem } from '#sdk/client.ts';
import type { Order } from '#sdk/contract/order.ts';
import { useApi } from '../../shared/api.tsx';
import { currentSession } from '../buyer/buyer-session.ts';
import { reservationTokenOf } from '../buyer/kept-checkout.ts';
import { saleKey } from '../sale/sale-key.ts';
import { isSettled } from './order-facts.ts';

const UNDER_WAY_MS = 3_000;
const ON_ITS_WAY_MS = 15_000;

/** The orders of the buyer that this browser is, newest first. Nothing is asked for whoever has never done anything. */
export function useOrders() {
  const api = useApi();
  const token = currentSession()?.token;
  return useInfiniteQuery({
    queryKey: ['orders', token],
    enabled: token !== undefined,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      api.listOrders({ limit: 20, ...(pageParam !== null && { cursor: pageParam }) }, { token, signal }),
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
async function readOrder(orderId: string, read: (token: string) => Promise<Order>): Promise<Order | null> {
  const tokens = [reservationTokenOf(orderId), currentSession()?.token].filter((token) => token != null);
  for (const token of tokens) {
    try {
      return await read(token);
    } catch (error) {
      if (!isNobodysHere(error)) throw error;
    }
  }
  return null;
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
