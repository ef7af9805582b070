import type { FastifyInstance } from 'fastify';
import { createSession } from '#sdk/contract/session.ts';
import { readTime } from '#sdk/contract/time.ts';
import type { AuthConfig } from '../../config/config.ts';
import type { Store } from '../../store/store.ts';
import { refuse } from '../errors.ts';
import { route } from '../route.ts';
import type { TokenSigner } from '../tokens.ts';
import { guestSession, newGuestId } from './guest-session.ts';
import { isoTime } from './sale-view.ts';

interface SessionPorts {
  readonly auth: AuthConfig;
  readonly tokens: TokenSigner;
  readonly store: Store;
  readonly clock: () => number;
}

export function addSessionRoutes(app: FastifyInstance, { auth, tokens, store, clock }: SessionPorts): void {
  route(app, createSession, () => {
    if (auth.mode !== 'guest') return refuse('not_found', { detail: 'Buyers come with the token of the shop here.' });
    return guestSession(tokens, newGuestId(), Math.floor(clock() / 1000));
  });
  route(app, readTime, async () => ({ now: isoTime(await store.now()) }));
}
