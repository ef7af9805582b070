import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../shared/api.tsx';

/** One sale, for its name and the names of its items: seldom read anew. */
export function useSale(saleId: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['sale', saleId, 'names'],
    queryFn: () => api.readAdminSale({ sale_id: saleId }),
    staleTime: 60_000,
  });
}
