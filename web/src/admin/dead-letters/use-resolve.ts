import { useQueryClient } from '@tanstack/react-query';
import { useApi } from '../../shared/api.tsx';
import { useBulk } from '../parts/use-bulk.ts';

export type Action = 'replay' | 'discard';

/** Replays or discards dead letters, and has all lists of them read anew. */
export function useResolve() {
  const api = useApi();
  const queries = useQueryClient();
  const bulk = useBulk((id: string, action: Action) =>
    action === 'replay' ? api.replayDeadLetter({ dead_letter_id: id }) : api.discardDeadLetter({ dead_letter_id: id }),
  );
  const resolve = async (ids: readonly string[], action: Action) => {
    const outcome = await bulk.run({ ids, command: action });
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['dead-letters'] }),
      queries.invalidateQueries({ queryKey: ['dead-letter'] }),
    ]);
    return outcome;
  };
  return { ...bulk, resolve };
}
