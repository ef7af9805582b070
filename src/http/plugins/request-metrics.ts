import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';

/** The label of what matched no route: the paths that people try are without number. */
const UNMATCHED = 'unmatched';

type Observe = (seconds: number) => void;

/** Counts and times answers by route pattern, method and status, counts problems by code, and logs each at debug. */
export class RequestMetrics {
  readonly #metrics: Metrics;
  readonly #log: Logger;
  readonly #logged: boolean;
  readonly #unmatched = new Map<string, Observe[]>();
  readonly #problems = new Map<string, { inc(): void }>();

  constructor(metrics: Metrics, log: Logger) {
    this.#metrics = metrics;
    this.#log = log;
    this.#logged = log.isLevelEnabled('debug');
  }

  /** Watches every route that is added from now on. Streams last as long as they like, and are not timed. */
  install(app: FastifyInstance): void {
    app.decorateReply('problem', null);
    app.addHook('onRoute', (route) => {
      if (route.config?.operation?.stream) return;
      const byStatus: Observe[] = [];
      const method = String(route.method);
      route.onResponse = (_request, reply, done) => {
        this.#observe(byStatus, route.url, method, reply);
        done();
      };
    });
    if (!this.#logged) return;
    app.addHook('onResponse', (request, reply, done) => {
      this.#logAnswer(request, reply);
      done();
    });
  }

  /** For an answer to what matched no route. */
  countUnmatched(request: FastifyRequest, reply: FastifyReply): void {
    const byStatus = this.#unmatched.get(request.method) ?? [];
    this.#unmatched.set(request.method, byStatus);
    this.#observe(byStatus, UNMATCHED, request.method, reply);
  }

  /** The children are kept: looking one up by its labels would cost more than all the rest here. */
  #observe(byStatus: Observe[], route: string, method: string, reply: FastifyReply): void {
    const status = reply.statusCode;
    byStatus[status] ??= this.#metrics.httpRequestDuration.labels(route, method, String(status)).observe;
    byStatus[status](reply.elapsedTime / 1000);
    if (reply.problem !== null) this.#countProblem(reply.problem);
  }

  #countProblem(code: string): void {
    const counter = this.#problems.get(code) ?? this.#metrics.problems.labels(code);
    this.#problems.set(code, counter);
    counter.inc();
  }

  #logAnswer(
    { id: correlationId, method, routeOptions: { url = UNMATCHED } }: FastifyRequest,
    reply: FastifyReply,
  ): void {
    this.#log.debug({ correlationId, method, route: url, status: reply.statusCode, ms: reply.elapsedTime }, 'answered');
  }
}
