import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { SaleDetails, SaleStatus } from '#sdk/contract/sale.ts';
import { useApi } from '../../shared/api.tsx';
import { type Connection, StatusFeed } from '../live/status-feed.ts';
import { saleKey } from './sale-key.ts';

/** What moves: null until the first word of the server has come. */
export interface LiveSale {
  readonly status: SaleStatus | null;
  readonly connection: Connection;
  /** There is no such sale, or no longer. */
  readonly gone: boolean;
}

/** Over this time a crowd that learns at one moment that the sale has changed reads it again. */
const SPREAD_MS = 1_500;

/** The shared status of a sale for as long as the page is shown. */
export function useLiveSale(saleId: string): LiveSale {
  const [live, setLive] = useState<LiveSale>({ status: null, connection: 'connecting', gone: false });
  useEffect(() => {
    const feed = new StatusFeed(saleId, {
      onStatus: (status) => setLive((before) => ({ ...before, status })),
      onConnection: (connection) => setLive((before) => ({ ...before, connection })),
      onGone: () => setLive((before) => ({ ...before, gone: true })),
    });
    feed.start();
    return () => feed.stop();
  }, [saleId]);
  return live;
}

/**
 * What stays the same: from the page itself where it was rendered for this sale. Read again when the status names
 * another revision, as at the reveal, or where a cache kept the page for too long.
 */
export function useSaleDetails(saleId: string, revision: string | undefined) {
  const api = useApi();
  const query = useQuery<SaleDetails>({
    queryKey: saleKey(saleId),
    queryFn: () => api.readSale({ sale_id: saleId }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data, refetch } = query;
  const isOld = data !== undefined && revision !== undefined && data.revision !== revision;
  useEffect(() => {
    if (!isOld) return;
    const timer = setTimeout(() => void refetch(), Math.random() * SPREAD_MS);
    return () => clearTimeout(timer);
  }, [isOld, refetch]);
  return query;
}
