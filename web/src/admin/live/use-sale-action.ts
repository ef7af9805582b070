import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Client } from '#sdk/client.ts';
import { useApi } from '../../shared/api.tsx';

/** Does something to a sale; every list of sales is read again. */
export function useSaleAction<Answer, Argument = void>(act: (api: Client, argument: Argument) => Promise<Answer>) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (argument: Argument) => act(api, argument),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['sales'] }),
        queries.invalidateQueries({ queryKey: ['public-status'] }),
      ]),
  });
}
