import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { problemText } from './problem-text.ts';

interface BulkFailure {
  readonly id: string;
  readonly detail: string;
}

export interface BulkOutcome {
  readonly done: readonly string[];
  readonly failed: readonly BulkFailure[];
}

/** Does something to several entries, one after the other, so that one that cannot be done holds up no other. */
export function useBulk<Command>(act: (id: string, command: Command) => Promise<unknown>) {
  const [progress, setProgress] = useState<{ readonly done: number; readonly of: number } | null>(null);
  const mutation = useMutation({
    mutationFn: async ({ ids, command }: { readonly ids: readonly string[]; readonly command: Command }) => {
      const done: string[] = [];
      const failed: BulkFailure[] = [];
      for (const id of ids) {
        setProgress({ done: done.length + failed.length, of: ids.length });
        try {
          await act(id, command);
          done.push(id);
        } catch (error) {
          failed.push({ id, detail: problemText(error) });
        }
      }
      return { done, failed, command };
    },
    onSettled: () => setProgress(null),
  });
  return { run: mutation.mutateAsync, busy: mutation.isPending, progress, outcome: mutation.data ?? null };
}
