import { QueryClient } from '@tanstack/react-query';

/** The SDK repeats by itself what may be repeated, so nothing is tried again here. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: 5_000, refetchOnWindowFocus: true } },
  });
}
