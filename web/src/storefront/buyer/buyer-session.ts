import { type Client, TidegateProblem } from '#sdk/client.ts';
import type { Session } from '#sdk/contract/session.ts';
import { keep, readKept } from './kept.ts';
import { forgetSignIn, isSignedIn, shopSignIn } from './sign-in.ts';

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

/**
 * What a call of the buyer brings along: the token of a guest. Undefined where the shop signs buyers in: the browser sends
 * their session by itself.
 */
export async function buyerToken(api: Client): Promise<string | undefined> {
  return shopSignIn() ? undefined : (await ensureSession(api)).token;
}

/** The same of a buyer who has done something before; null for nobody. */
export function knownBuyer(): { readonly token: string | undefined } | null {
  if (shopSignIn()) return isSignedIn() ? { token: undefined } : null;
  return currentSession();
}

/**
 * After a call failed that came with `token`: a session that the server no longer knows is given up. The next step is a
 * new guest's, or another sign-in.
 */
export function forgetUnknownSession(error: unknown, token: string | undefined): void {
  if (!(error instanceof TidegateProblem) || error.status !== 401) return;
  if (token === undefined) forgetSignIn();
  else if (error.code === 'unauthenticated') keep(KEY, null);
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
