import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '../../shared/api.tsx';

const REFRESH_MS = 10_000;
const TYPING_PAUSE_MS = 250;
const PAGE_SIZE = 30;

/** Live, coming and past sales that mention the text; all for an empty one. What was found last stays in sight. */
export function useSales(query: string) {
  const api = useApi();
  const asked = useSettled(query.trim());
  return useQuery({
    queryKey: ['sales', asked],
    queryFn: () => api.listSales({ when: 'live,upcoming,past', limit: PAGE_SIZE, ...(asked && { query: asked }) }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
}

/** The value, once it has not changed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
