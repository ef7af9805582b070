import { STATUS_CODES } from 'node:http';
import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { IsNull, type TSchema } from 'typebox';
import type { Auth, Operation } from '#sdk/contract/operation.ts';
import { PROBLEM_CODES, type ProblemCode, problem, problemCodes } from '#sdk/contract/problem.ts';
import { CONSOLE_HEADER, STOREFRONT_HEADER } from '#sdk/contract/session-headers.ts';
import { ADMIN_COOKIE } from '../admin-sessions.ts';
import { BUYER_COOKIE } from '../buyer-sessions.ts';
import { problemOf, refuse } from '../errors.ts';

const SECURITY_SCHEMES = {
  user: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: "The buyer's token." },
  reservation: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The reservation token of the order.',
  },
  queue: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The queue token of a place.' },
  admission: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The admission token of a buyer.' },
  buyer_session: {
    type: 'apiKey',
    in: 'cookie',
    name: BUYER_COOKIE,
    description:
      'The session of a buyer whom the shop has signed in, on the pages of the storefront; over TLS the name begins ' +
      `with \`__Host-\`. Counts together with the header \`${STOREFRONT_HEADER}\`.`,
  },
  operator: { type: 'http', scheme: 'bearer', description: "The operator's token." },
  viewer: { type: 'http', scheme: 'bearer', description: "The viewer's token: may look, and change nothing." },
  admin_session: {
    type: 'apiKey',
    in: 'cookie',
    name: ADMIN_COOKIE,
    description: `The console's session, of an operator or a viewer. Counts together with the header \`${CONSOLE_HEADER}\`.`,
  },
} as const;

/** Described once, and not in each of some three hundred answers. */
const PROBLEM_SCHEMA = 'problem';

const EXAMPLE_CORRELATION_ID = 'b1946ac92492d2347c6235b4d2611184';

/** What each problem says of itself. */
const PROBLEM_EXAMPLES = Object.fromEntries(
  problemCodes.map((code) => [code, { value: problemOf(refuse(code), EXAMPLE_CORRELATION_ID) }]),
);

const SECURITY: Readonly<Record<Auth, readonly Record<string, string[]>[]>> = {
  none: [],
  user: [{ user: [] }, { buyer_session: [] }],
  user_or_reservation: [{ user: [] }, { reservation: [] }, { buyer_session: [] }],
  queue: [{ queue: [] }],
  admission_or_user: [{ admission: [] }, { user: [] }, { buyer_session: [] }],
  operator: [{ operator: [] }, { admin_session: [] }],
  viewer: [{ viewer: [] }, { operator: [] }, { admin_session: [] }],
};

/** Collects the routes that are added from now on into an OpenAPI document. */
export async function installOpenApi(app: FastifyInstance, version: string): Promise<void> {
  app.addSchema({ $id: PROBLEM_SCHEMA, ...problem });
  await app.register(swagger, {
    refResolver: { buildLocalReference: (_json, { path = '' }, _fragment, index) => path || `schema-${index}` },
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tidegate',
        version,
        description:
          'Flash sales. JSON in snake_case, times in ISO 8601 UTC, money in integer minor units. Every answer that ' +
          'is not the one asked for is a problem document (RFC 9457): programs decide by its `code`.',
      },
      components: { securitySchemes: SECURITY_SCHEMES, examples: PROBLEM_EXAMPLES },
    },
    transform: ({ schema, url, route }) => ({ schema: documented(schema, route), url }),
  });
}

/** Scripts and styles from here alone; the pages style single elements as they go, so style attributes are let in. */
const PAGES_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The document, and pages that show it without asking any other host for anything. */
export async function installDocsPages(app: FastifyInstance): Promise<void> {
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  await app.register(async (pages) => {
    await pages.register(helmet, { contentSecurityPolicy: false });
    // Without the bar of the library's own: it offers to explore other documents, which the policy forbids.
    const uiConfig = { layout: 'BaseLayout' };
    const theme = { title: 'Tidegate API' };
    await pages.register(swaggerUi, { routePrefix: '/docs', staticCSP: PAGES_POLICY, uiConfig, theme });
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
    response: responsesOf(operation),
  } as FastifySchema;
}

/** By status: what is answered, and the problems that have the same status. */
function responsesOf(operation: Operation) {
  const problems = Map.groupBy(operation.problems, (code): number => PROBLEM_CODES[code]);
  const statuses = new Set([...Object.keys(operation.responses).map(Number), ...problems.keys()]);
  return Object.fromEntries(
    [...statuses].map((status) => [status, responseOf(operation, status, problems.get(status) ?? [])]),
  );
}

function responseOf({ responses, stream }: Operation, status: number, codes: readonly ProblemCode[]) {
  const answer: (TSchema & { description?: string }) | undefined = responses[status];
  const meaning = answer && (answer.description ?? STATUS_CODES[status]);
  const description = [meaning, ...codes.map((code) => `\`${code}\``)].filter(Boolean).join(', ');
  if (answer && IsNull(answer)) return { type: 'null', description };
  return {
    description,
    content: {
      ...(answer && { [stream ? 'text/event-stream' : 'application/json']: { schema: answer } }),
      ...(codes.length > 0 && { 'application/problem+json': problemContent(codes) }),
    },
  };
}

function problemContent(codes: readonly ProblemCode[]) {
  const examples = codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]);
  return { schema: { $ref: `${PROBLEM_SCHEMA}#` }, examples: Object.fromEntries(examples) };
}
