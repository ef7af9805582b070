import { useQueryClient } from '@tanstack/react-query';
import { useApi } from '../../shared/api.tsx';
import { useBulk } from '../parts/use-bulk.ts';

export type Verdict = 'clear' | 'cancel';

interface Decision {
  readonly verdict: Verdict;
  readonly note: string | undefined;
}

/** Clears or cancels orders in review, and has all that shows them read anew. */
export function useDecide() {
  const api = useApi();
  const queries = useQueryClient();
  const bulk = useBulk((orderId: string, { verdict, note }: Decision) => {
    const request = { order_id: orderId, ...(note !== undefined && { detail: note }) };
    return verdict === 'clear' ? api.clearReview(request) : api.cancelReview(request);
  });
  const decide = async (orderIds: readonly string[], decision: Decision) => {
    const outcome = await bulk.run({ ids: orderIds, command: decision });
    const stale = ['reviews', 'review', 'orders', 'order'];
    await Promise.all(stale.map((key) => queries.invalidateQueries({ queryKey: [key] })));
    return outcome;
  };
  return { ...bulk, decide };
}
