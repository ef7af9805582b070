import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import type { PageFrame } from './page-head.ts';

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

/**
 * Lets a page load from here alone, and images from the origins given. Of scripts and styles only those of the frame
 * may stand in the page itself.
 */
export function pagePolicy({ inlineSources: { script, style } }: PageFrame, imageOrigins: readonly string[]): string {
  return [
    "default-src 'self'",
    `script-src 'self' ${script}`,
    ["style-src 'self'", style].filter(Boolean).join(' '),
    ["img-src 'self' data:", ...imageOrigins].join(' '),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
