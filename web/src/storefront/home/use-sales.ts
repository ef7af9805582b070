import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from '../../shared/api.tsx';
import { useSettled } from '../../shared/use-settled.ts';

const REFRESH_MS = 10_000;
const TYPING_PAUSE_MS = 250;
const PAGE_SIZE = 30;

/** Live, coming and past sales that mention the text; all for an empty one. What was found last stays in sight. */
export function useSales(query: string) {
  const api = useApi();
  const asked = useSettled(query.trim(), TYPING_PAUSE_MS);
  return useQuery({
    queryKey: ['sales', asked],
    queryFn: () => api.listSales({ when: 'live,upcoming,past', limit: PAGE_SIZE, ...(asked && { query: asked }) }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
}
