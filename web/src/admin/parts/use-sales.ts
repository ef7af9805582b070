import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../shared/api.tsx';

/** As many as one page has: whoever has more finds the rest on the page of sales. */
const LIMIT = 200;

/** The newest sales. */
export function useSales() {
  const api = useApi();
  return useQuery({
    queryKey: ['sales', 'newest'],
    queryFn: () => api.listAdminSales({ limit: LIMIT }),
    select: ({ sales }) => sales,
  });
}
