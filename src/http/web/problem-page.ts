import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Problem } from '#sdk/contract/problem.ts';

/** Whoever looks at one of these pages is to read what is wrong, and not a document for programs. */
export function showProblemsAsPages(
  pages: FastifyInstance,
  render: (reply: FastifyReply, problem: Problem) => string,
): void {
  pages.addHook('onSend', (_request, reply, payload, done) => {
    const isProblem = reply.getHeader('content-type') === 'application/problem+json' && typeof payload === 'string';
    done(null, isProblem ? render(reply, JSON.parse(payload)) : payload);
  });
}
