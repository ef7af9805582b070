import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createSession } from '#sdk/contract/session.ts';
import type { BuyerSignInOutcome, EngineEvents } from '../../telemetry/events.ts';
import type { BuyerSessions } from '../buyer-sessions.ts';
import { refuse, sendProblem } from '../errors.ts';
import { type Identify, IdentityProviderUnavailable, type User } from '../identity.ts';
import { isSameOrigin } from '../same-origin.ts';
import { installPagePolicy } from './page-policy.ts';
import { showProblemsAsPages } from './problem-page.ts';
import { returnPathOf } from './return-path.ts';
import { renderSignInProblem, type SignInSite, sendSignInFailure } from './sign-in-page.ts';
import { SIGN_IN_TEXTS as texts } from './sign-in-texts.ts';

interface SignInPorts extends SignInSite {
  /** The Content-Security-Policy of pages. */
  readonly policy: string;
  readonly buyerSessions: BuyerSessions;
  readonly identify: Identify;
  readonly events: EngineEvents;
  readonly clock: () => number;
}

/** A token, a path, and what stands around them. */
const BODY_LIMIT_BYTES = 16 * 1024;
/** Pages are in no documentation of the API. Under load they are refused no sooner than a guest's way in. */
const FORM = { schema: { hide: true }, config: { shedAs: createSession }, bodyLimit: BODY_LIMIT_BYTES } as const;

/**
 * Where the shop's login page sends its buyer with a form, `token` and `return_to`: the storefront takes the token once
 * and keeps a session of its own. And the way out.
 */
export async function addSignInRoutes(app: FastifyInstance, ports: SignInPorts): Promise<void> {
  await app.register(async (pages) => {
    await installPagePolicy(pages, ports.policy);
    takeForms(pages);
    showProblemsAsPages(pages, (reply, problem) => renderSignInProblem(reply, ports, problem));
    pages.post('/session', FORM, (request, reply) => signIn(ports, request, reply));
    pages.post('/session/end', FORM, (request, reply) => signOut(ports, request, reply));
  });
}

function takeForms(pages: FastifyInstance): void {
  const type = 'application/x-www-form-urlencoded';
  pages.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
}

async function signIn(ports: SignInPorts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { buyerSessions, events } = ports;
  const form = formOf(request);
  const returnTo = returnPathOf(form.get('return_to'));
  const user = await userOf(ports, request, form.get('token') ?? '');
  const outcome = typeof user === 'string' ? user : 'signed_in';
  events.buyerSignInAttempted(outcome, request.id);
  if (typeof user === 'string') return sendSignInFailure(reply, ports, user, returnTo);
  reply.header('set-cookie', buyerSessions.cookiesOf(buyerSessions.begin(user), request));
  return reply.redirect(returnTo, 303);
}

async function userOf(
  { loginUrl, identify, clock }: SignInPorts,
  { headers }: FastifyRequest,
  token: string,
): Promise<User | Exclude<BuyerSignInOutcome, 'signed_in'>> {
  // Else any page could make its visitors buy in the name of somebody else.
  if (loginUrl === null || headers.origin !== new URL(loginUrl).origin) return 'other_site';
  try {
    const identity = await identify(token, clock());
    if (typeof identity !== 'string') return identity;
    return identity === 'token_expired' ? 'expired' : 'foreign';
  } catch (error) {
    if (error instanceof IdentityProviderUnavailable) return 'unavailable';
    throw error;
  }
}

async function signOut(
  { buyerSessions }: SignInPorts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (!isSameOrigin(request)) {
    return sendProblem(reply, refuse('forbidden', { detail: texts.formOfAnotherPage }));
  }
  reply.header('set-cookie', buyerSessions.noCookies(request));
  return reply.redirect(returnPathOf(formOf(request).get('return_to')), 303);
}

function formOf({ body }: FastifyRequest): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams();
}
