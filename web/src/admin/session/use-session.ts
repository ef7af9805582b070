import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { TidegateProblem } from '#sdk/client.ts';
import type { AdminSession } from '#sdk/contract/admin-session.ts';
import { useApi } from '../../shared/api.tsx';

/** Under which the session is kept among what was read. */
export const SESSION_KEY = ['session'];
/** Often enough to notice the end of a session, and to prolong one that is used. */
const LOOK_MS = 60_000;

type SessionView =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'signed_out' }
  | { readonly kind: 'unreachable'; readonly error: unknown }
  /** `isOver`: it was there, and has ended meanwhile. */
  | { readonly kind: 'signed_in'; readonly session: AdminSession; readonly isOver: boolean };

/** Whether somebody is signed in, as the server has it. */
export function useSession(): { readonly view: SessionView; readonly look: () => void } {
  const api = useApi();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: SESSION_KEY,
    queryFn: () => api.readAdminSession(),
    staleTime: LOOK_MS,
    refetchInterval: LOOK_MS,
    refetchOnWindowFocus: 'always',
  });
  const isOver = error instanceof TidegateProblem && error.status === 401;
  const look = () => void refetch();
  if (data) return { view: { kind: 'signed_in', session: data, isOver }, look };
  if (isPending) return { view: { kind: 'unknown' }, look };
  return { view: isOver ? { kind: 'signed_out' } : { kind: 'unreachable', error }, look };
}

/** Everything that is shown is read again: as somebody else it may look different. */
export function useSignIn() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (token: string) => api.signIn({ token }),
    onSuccess: (session) => {
      queries.setQueryData(SESSION_KEY, session);
      return queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
    },
  });
}

/** Nothing that was shown stays in the memory of the page. */
export function useSignOut() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.signOut(),
    onSettled: () => {
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
      return queries.resetQueries({ queryKey: SESSION_KEY });
    },
  });
}
