import { useQuery } from '@tanstack/react-query';
import type { AdminRole } from '#sdk/contract/admin-session.ts';
import { useApi } from '../../shared/api.tsx';

/** What whoever looks may do; null until that is known. */
export function useRole(): AdminRole | null {
  const api = useApi();
  const { data } = useQuery({ queryKey: ['session'], queryFn: () => api.readAdminSession(), staleTime: 60_000 });
  return data?.role ?? null;
}
