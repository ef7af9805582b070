import type { FastifyReply } from 'fastify';
import { html } from 'ghtml';
import type { Problem } from '#sdk/contract/problem.ts';
import { PROBLEM_CODES } from '#sdk/contract/problem.ts';
import type { RenderShell } from './queue-page.ts';
import { loginLink } from './return-path.ts';
import { FAILURE_WORDS, type SignInFailure, SIGN_IN_TEXTS as texts } from './sign-in-texts.ts';

export interface SignInSite {
  /** Of a page that runs no scripts. */
  readonly renderShell: RenderShell;
  readonly shopName: string;
  /** Null: the shop has named no page to sign in at. */
  readonly loginUrl: string | null;
}

const STATUSES: Readonly<Record<SignInFailure, number>> = {
  other_site: PROBLEM_CODES.forbidden,
  foreign: PROBLEM_CODES.unauthenticated,
  expired: PROBLEM_CODES.token_expired,
  unavailable: PROBLEM_CODES.overloaded,
};

/** Says why nobody was signed in, and how to go on. Who was signed in before still is. */
export function sendSignInFailure(
  reply: FastifyReply,
  site: SignInSite,
  failure: SignInFailure,
  returnTo: string,
): FastifyReply {
  const words = FAILURE_WORDS[failure](site.shopName);
  return reply
    .code(STATUSES[failure])
    .type('text/html; charset=utf-8')
    .send(renderPage(site, words, returnTo));
}

/** The same for a problem that was met before, such as a crowd. */
export function renderSignInProblem(reply: FastifyReply, site: SignInSite, { title, detail }: Problem): string {
  reply.type('text/html; charset=utf-8');
  return renderPage(site, { title, detail }, '/');
}

function renderPage(
  { renderShell, shopName, loginUrl }: SignInSite,
  { title, detail }: Pick<Problem, 'title' | 'detail'>,
  returnTo: string,
): string {
  const plain = html`<main class="plain-page">
<p class="plain-eyebrow">${shopName}</p>
<h1>${title}</h1>
<p>${detail}</p>
<p>${texts.kept}</p>
!${renderSignIn(loginUrl, shopName, returnTo)}
<p><a href="${returnTo}">${texts.back}</a></p>
</main>`;
  return renderShell({ title }).replace('<!--plain-->', () => plain);
}

/** The way to the shop's login, or an honest word where there is none. HTML. */
export function renderSignIn(loginUrl: string | null, shopName: string, returnTo: string): string {
  if (loginUrl === null) return html`<p>${texts.notSetUp(shopName)}</p>`;
  return html`<p><a class="plain-button" href="${loginLink(loginUrl, returnTo)}">${texts.signIn(shopName)}</a></p>`;
}
