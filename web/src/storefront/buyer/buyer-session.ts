import { type Client, TidegateProblem } from '#sdk/client.ts';
import type { Session } from '#sdk/contract/session.ts';
import { keep, readKept } from './kept.ts';

const KEY = 'session';
const DAY_MS = 24 * 3_600_000;

/** Who this browser is to the shop; null for one that has not asked for anything yet. */
export function currentSession(): Session | null {
  const session = readKept<Session>(KEY);
  return session && Date.parse(session.expires_at) - Date.now() > DAY_MS ? session : null;
}

export function keepSession(session: Session): void {
  keep(KEY, session);
}

/** One that the server no longer knows, because its keys are others now, is given up: the next step is a new guest's. */
export function forgetUnknownSession(error: unknown): void {
  if (error instanceof TidegateProblem && error.code === 'unauthenticated') keep(KEY, null);
}

/** The guest that this browser is, or a new one. Tabs that ask at the same moment become the same guest. */
export function ensureSession(api: Client): Promise<Session> {
  const become = async () => {
    const known = currentSession();
    if (known) return known;
    const session = await api.createSession();
    keepSession(session);
    return session;
  };
  // Locks are there on secure pages alone; without them, only two tabs of one moment could differ.
  return 'locks' in navigator ? navigator.locks.request('tidegate.session', become) : become();
}
