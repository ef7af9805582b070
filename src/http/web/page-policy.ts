import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { THEME_SCRIPT_HASH } from './page-head.ts';

/** Lets a page load from here alone, and images from the origins given; no script and no style stands in it. */
export async function installPagePolicy(pages: FastifyInstance, imageOrigins: readonly string[]): Promise<void> {
  const policy = pagePolicy(imageOrigins);
  await pages.register(helmet, {
    contentSecurityPolicy: false,
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
  });
  pages.addHook('onRequest', (_request, reply, done) => {
    reply.header('content-security-policy', policy);
    done();
  });
}

function pagePolicy(imageOrigins: readonly string[]): string {
  return [
    "default-src 'self'",
    `script-src 'self' ${THEME_SCRIPT_HASH}`,
    ["img-src 'self' data:", ...imageOrigins].join(' '),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
