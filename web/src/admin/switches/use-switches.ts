import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Switches } from '#sdk/contract/switches.ts';
import { useApi } from '../../shared/api.tsx';

const KEY = ['switches'];
const HISTORY_KEY = ['switches', 'history'];
const LOOK_MS = 5_000;

export type SwitchName = keyof Switches;
export const SWITCH_NAMES = ['joins', 'purchases', 'payments', 'notifications'] as const satisfies SwitchName[];

/** One switch as somebody threw it. */
export interface Throw {
  readonly id: string;
  readonly name: SwitchName;
  readonly on: boolean;
  readonly at: string;
  readonly actor: string;
}

export function useSwitches() {
  const api = useApi();
  return useQuery({ queryKey: KEY, queryFn: () => api.readSwitches(), refetchInterval: LOOK_MS });
}

/** The newest first. */
export function useThrows() {
  const api = useApi();
  return useQuery({
    queryKey: HISTORY_KEY,
    queryFn: () => api.listAuditLog({ action: 'switches_thrown', limit: 50 }),
    select: ({ entries }) =>
      entries.flatMap(({ entry_id, at, actor, detail }): Throw[] =>
        SWITCH_NAMES.flatMap((name) => {
          const on = detail[name];
          return typeof on === 'boolean' ? [{ id: `${entry_id}-${name}`, name, on, at, actor }] : [];
        }),
      ),
  });
}

export function useThrowSwitch() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, on }: { readonly name: SwitchName; readonly on: boolean }) =>
      api.changeSwitches({ [name]: on }),
    onSuccess: (switches) => {
      queries.setQueryData(KEY, switches);
      return queries.invalidateQueries({ queryKey: HISTORY_KEY });
    },
  });
}
