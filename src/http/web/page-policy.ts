import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { type PageFrame, sourceOf } from './page-head.ts';

/** Puts the policy, and the other headers that a page should have, on every answer of these routes. */
export async function installPagePolicy(pages: FastifyInstance, policy: string): Promise<void> {
  await pages.register(helmet, {
    contentSecurityPolicy: false,
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
  });
  pages.addHook('onRequest', (_request, reply, done) => {
    reply.header('content-security-policy', policy);
    done();
  });
}

interface Allowed {
  readonly imageOrigins: readonly string[];
  /** What stands in a page, besides what is in the frame. Null: nothing does. */
  readonly inline: { readonly style: string; readonly script: string } | null;
}

/**
 * Lets a page load from here alone, and images from the origins given. Of scripts and styles only those of the frame,
 * and those given, may stand in the page itself.
 */
export function pagePolicy({ inlineSources: { script, style } }: PageFrame, { imageOrigins, inline }: Allowed): string {
  return [
    "default-src 'self'",
    ["script-src 'self'", script, inline && sourceOf(inline.script)].filter(Boolean).join(' '),
    ["style-src 'self'", style, inline && sourceOf(inline.style)].filter(Boolean).join(' '),
    ["img-src 'self' data:", ...imageOrigins].join(' '),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
