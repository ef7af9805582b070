import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { AnswerOf, Operation } from '#sdk/contract/operation.ts';
import type { ProblemCode } from '#sdk/contract/problem.ts';
import { Refusal, sendProblem } from './errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The operation of the contract that a route serves. */
    operation?: Operation;
  }
}

type PartOf<Schema> = Schema extends TSchema ? Static<Schema> : unknown;

export type OperationRequest<Op extends Operation> = FastifyRequest<{
  Params: PartOf<Op['params']>;
  Querystring: PartOf<Op['query']>;
  Headers: PartOf<Op['headers']>;
  Body: PartOf<Op['body']>;
}>;

/** A problem that the operation declares, or one that any of its kind may have. */
export type RefusalOf<Op extends Operation> = Refusal<
  Op['problems'][number] | Extract<ProblemCode, 'validation_failed' | 'overloaded'>
>;

type Result<Op extends Operation> = AnswerOf<Op> | RefusalOf<Op> | FastifyReply;

/**
 * Serves an operation as the contract has it. The handler returns the answer or a refusal that the operation
 * declares, or the reply itself where it has answered by its own means; the status is the operation's first unless the
 * handler sets another. What can be answered at once needs no promise.
 */
export function route<const Op extends Operation>(
  app: FastifyInstance,
  operation: Op,
  handle: (request: OperationRequest<Op>, reply: FastifyReply) => Result<Op> | Promise<Result<Op>>,
): void {
  const status = firstStatus(operation);
  app.route({
    ...routeOptions(operation),
    handler: (request, reply) => {
      reply.code(status);
      const result = handle(request as OperationRequest<Op>, reply);
      if (!(result instanceof Promise)) return answer(reply, result);
      void answerLater(reply, result);
    },
  });
}

async function answerLater(reply: FastifyReply, result: Promise<unknown>): Promise<void> {
  try {
    answer(reply, await result);
  } catch (error) {
    reply.send(error);
  }
}

function answer(reply: FastifyReply, result: unknown): void {
  if (result instanceof Refusal) sendProblem(reply, result);
  else if (result !== reply) reply.send(result ?? undefined);
}

function routeOptions(operation: Operation): Omit<RouteOptions, 'handler'> {
  const { params, query, headers, body, responses } = operation;
  return {
    method: operation.method,
    url: operation.path,
    config: { operation },
    schema: {
      ...(params && { params }),
      ...(query && { querystring: query }),
      ...(headers && { headers }),
      ...(body && { body }),
      ...(!operation.stream && { response: responses }),
    },
    exposeHeadRoute: operation.method === 'GET' && !operation.stream,
  };
}

function firstStatus({ id, responses }: Operation): number {
  const [status] = Object.keys(responses);
  if (status === undefined) throw new TypeError(`operation ${id} has no answer`);
  return Number(status);
}
