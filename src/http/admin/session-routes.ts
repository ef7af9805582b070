import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  type AdminRole,
  type AdminSession as AdminSessionView,
  readAdminSession,
  signIn,
  signOut,
} from '#sdk/contract/admin-session.ts';
import { clientOfAddress } from '../../anti-bot/client-address.ts';
import type { Quota, Tallies } from '../../anti-bot/tallies.ts';
import { writeAudit } from '../../database/audit-log.ts';
import type { Ledger } from '../../database/schema.ts';
import type { EngineEvents } from '../../telemetry/events.ts';
import type { AdminSession, AdminSessions } from '../admin-sessions.ts';
import { type AdminTokens, adminRoles } from '../admin-tokens.ts';
import { type Refusal, refuse } from '../errors.ts';
import { isoTime } from '../public/sale-view.ts';
import { route } from '../route.ts';
import { isSameOrigin } from '../same-origin.ts';

interface AdminSessionPorts {
  readonly adminSessions: AdminSessions;
  readonly adminTokens: AdminTokens;
  readonly tallies: Tallies;
  readonly ledger: Ledger;
  readonly events: EngineEvents;
  readonly clock: () => number;
}

/** Tokens are long: this is for those who type a short one of their own. */
const ATTEMPTS = { requests: 30, windowMs: 10 * 60_000 };

export function addAdminSessionRoutes(app: FastifyInstance, ports: AdminSessionPorts): void {
  const { adminSessions, adminTokens, events } = ports;
  const roleOf = adminRoles(adminTokens);
  route(app, signIn, async (request, reply) => {
    if (!isSameOrigin(request)) return refuse('forbidden', { detail: 'Sign in on a page of this server.' });
    const limited = await limitAttempts(ports, request);
    if (limited) return limited;
    const role = roleOf(request.body.token);
    events.signInAttempted(role, request.id);
    await record(ports, request, role, role ? 'signed_in' : 'sign_in_refused');
    if (!role) return refuse('unauthenticated', { detail: 'Nobody has this token.' });
    const session = adminSessions.begin(role);
    reply.header('set-cookie', adminSessions.cookieOf(session, request));
    return sessionView(role, session);
  });
  route(app, readAdminSession, (request) => {
    const { kind, session } = adminOf(request);
    return sessionView(kind, session);
  });
  route(app, signOut, async (request, reply) => {
    const { kind, session } = adminOf(request);
    if (session) await record(ports, request, kind, 'signed_out');
    // Not beside the one that prolongs the session.
    reply.removeHeader('set-cookie').header('set-cookie', adminSessions.noCookie(request));
    return null;
  });
}

async function limitAttempts(
  { tallies, events }: AdminSessionPorts,
  { ip }: FastifyRequest,
): Promise<Refusal<'rate_limited'> | null> {
  const quota: Quota = { scope: 'sign_in', key: clientOfAddress(ip), limit: ATTEMPTS };
  const [verdict] = await tallies.take([quota]);
  if (!verdict || verdict.allowed) return null;
  events.rateLimited(quota.scope);
  return refuse('rate_limited', { retryAfterSeconds: Math.ceil(verdict.retryAfterMs / 1000) });
}

/** Whoever pulls the andon cord has to come in, also while the ledger is away. */
async function record(
  { ledger, events, clock }: AdminSessionPorts,
  { id: correlationId, ip }: FastifyRequest,
  role: AdminRole | null,
  action: string,
): Promise<void> {
  const facts = { atMs: clock(), actor: role ?? 'unknown', target: 'console', detail: { address: ip } };
  await writeAudit(ledger, { ...facts, action, correlationId }).catch((error: unknown) => {
    events.backgroundFailure('audit of sign-ins', error);
  });
}

function adminOf({ caller }: FastifyRequest): { kind: AdminRole; session: AdminSession | null } {
  if (caller?.kind === 'operator' || caller?.kind === 'viewer') return caller;
  throw new TypeError('the operation asks for nobody who works here');
}

function sessionView(role: AdminRole, session: AdminSession | null): AdminSessionView {
  return { role, expires_at: session && isoTime(session.exp * 1000) };
}
