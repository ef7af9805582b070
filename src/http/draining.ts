import type { FastifyInstance } from 'fastify';

/**
 * Whether a server is about to stop. It still answers all that comes: readiness tells balancers to send no more, and
 * each answer tells its client to come back on another connection.
 */
export class Draining {
  #begun = false;

  get begun(): boolean {
    return this.#begun;
  }

  begin(): void {
    this.#begun = true;
  }

  /** Watches every route that is added from now on. */
  install(app: FastifyInstance): void {
    app.addHook('onRequest', (_request, reply, done) => {
      if (this.#begun) reply.header('connection', 'close');
      done();
    });
    app.addHook('preClose', async () => {
      this.begin();
      // A connection that is in use now would stay open after its answer, and the stop would wait for it.
      app.server.keepAliveTimeout = 1;
    });
  }
}
