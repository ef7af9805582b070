import { type PageConfig, readPageConfig } from '../../shared/page-config.ts';
import { forgetAllBut, keep, onKeptElsewhere, readKept } from './kept.ts';

const KEY = 'buyer';
const CHANGE = 'tidegate.sign-in';
/** What is the browser's, whoever buys with it. */
const NOT_OF_A_BUYER = ['theme', 'device', 'sound'];

/** How buyers are signed in here. Null: they are not, they are guests. */
export function shopSignIn(): PageConfig['sign_in'] {
  return readPageConfig().sign_in;
}

/** The server says with a cookie beside the session's that somebody is signed in. Another value is somebody else. */
function signedInMark(): string | null {
  return /(?:^|; )tidegate_buyer=([\w-]+)/.exec(document.cookie)?.[1] ?? null;
}

export function isSignedIn(): boolean {
  return signedInMark() !== null;
}

/** Is nothing to be had here without a sign-in that is missing? */
export function mustSignIn(): boolean {
  return shopSignIn() !== null && !isSignedIn();
}

/** What is to be known to say why somebody has to sign in. */
export function signInFacts() {
  return { isSetUp: shopSignIn()?.login_url != null, hasEnded: !isSignedIn() && readKept<string>(KEY) !== null };
}

/** What the server no longer takes for a sign-in is none. What is kept for the buyer stays, for when they are back. */
export function forgetSignIn(): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is on secure pages alone.
  document.cookie = 'tidegate_buyer=; Max-Age=0; Path=/';
  dispatchEvent(new Event(CHANGE));
}

/** Calls back when this page has learnt that nobody is signed in any longer. Returns the unsubscribe function. */
export function onSignInForgotten(listener: () => void): () => void {
  addEventListener(CHANGE, listener);
  return () => removeEventListener(CHANGE, listener);
}

/** Whoever signs in finds nothing of somebody else who did so before, in no tab. To be called once, before anything is read. */
export function recogniseBuyer(): void {
  if (shopSignIn() === null) return;
  const mark = signedInMark();
  onKeptElsewhere(KEY, () => location.reload());
  // A page that the browser had put away, and brings back, heard of nothing.
  addEventListener('pageshow', ({ persisted }) => persisted && signedInMark() !== mark && location.reload());
  if (mark === null) return;
  const before = readKept<string>(KEY);
  if (before !== null && before !== mark) forgetBuyer();
  if (before !== mark) keep(KEY, mark);
}

/** On a sign-out: forgets all that is kept for the buyer. */
export function forgetBuyer(): void {
  forgetAllBut(NOT_OF_A_BUYER);
}

/** The shop's page for signing in, told where its buyer is to come back to. */
export function loginLink(loginUrl: string, returnTo: string): string {
  const url = new URL(loginUrl);
  url.searchParams.set('return_to', returnTo);
  return url.href;
}
