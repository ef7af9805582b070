import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import type { Auth, Operation } from '#sdk/contract/operation.ts';
import { PROBLEM_CODES, type ProblemCode, problem } from '#sdk/contract/problem.ts';

const SECURITY_SCHEMES = {
  user: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: "The buyer's token." },
  reservation: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The reservation token of the order.',
  },
  operator: { type: 'http', scheme: 'bearer', description: "The operator's token." },
  viewer: { type: 'http', scheme: 'bearer', description: "The viewer's token: may look, and change nothing." },
} as const;

const SECURITY: Readonly<Record<Auth, readonly Record<string, string[]>[]>> = {
  none: [],
  user: [{ user: [] }],
  user_or_reservation: [{ user: [] }, { reservation: [] }],
  operator: [{ operator: [] }],
  viewer: [{ viewer: [] }, { operator: [] }],
};

/** Collects the routes that are added from now on into an OpenAPI document. */
export async function installOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tidegate',
        version,
        description:
          'Flash sales. JSON in snake_case, times in ISO 8601 UTC, money in integer minor units. Every answer that ' +
          'is not the one asked for is a problem document (RFC 9457): programs decide by its `code`.',
      },
      components: { securitySchemes: SECURITY_SCHEMES },
    },
    transform: ({ schema, url, route }) => ({ schema: documented(schema, route), url }),
  });
}

/** The document, and pages that show it without asking any other host for anything. */
export async function installDocsPages(app: FastifyInstance): Promise<void> {
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  await app.register(async (pages) => {
    await pages.register(swaggerUi, { routePrefix: '/docs', logo: { type: 'image/svg+xml', content: '' } });
    await pages.register(helmet, {
      contentSecurityPolicy: {
        directives: { scriptSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", 'data:'] },
      },
    });
  });
}

function documented(schema: FastifySchema, { config }: RouteOptions): FastifySchema {
  const operation = config?.operation;
  if (!operation) return schema;
  return {
    ...schema,
    operationId: operation.id,
    summary: operation.summary,
    description: operation.description,
    tags: [...operation.tags],
    security: SECURITY[operation.auth],
    response: { ...answersOf(operation), ...problemsOf(operation) },
  } as FastifySchema;
}

function answersOf({ responses, stream }: Operation) {
  if (!stream) return responses;
  return Object.fromEntries(
    Object.entries(responses).map(([status, schema]) => [
      status,
      { description: 'Server-sent events.', content: { 'text/event-stream': { schema } } },
    ]),
  );
}

function problemsOf({ problems, responses }: Operation) {
  const byStatus = Map.groupBy(problems, (code) => PROBLEM_CODES[code]);
  return Object.fromEntries(
    [...byStatus]
      .filter(([status]) => !(status in responses))
      .map(([status, codes]) => [status, problemResponse(codes)]),
  );
}

function problemResponse(codes: readonly ProblemCode[]) {
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    content: { 'application/problem+json': { schema: problem } },
  };
}
