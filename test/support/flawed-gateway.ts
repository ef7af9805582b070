import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is wrong with a version that nevertheless starts and is ready. */
export type Flaw =
  | { readonly kind: 'fails'; readonly share: number }
  | { readonly kind: 'is_slow'; readonly ms: number };

const ERROR = JSON.stringify({ type: 'about:blank', title: 'x', status: 503, code: 'store_unavailable', detail: 'x' });

/** A gateway behind which a real one stands, and whose flaw shows only when buyers come. */
export class FlawedGateway {
  readonly port: number;
  flaw: Flaw | null = null;
  readonly #server: Server;
  readonly #targetPort: number;
  #passed = 0;

  private constructor(server: Server, targetPort: number) {
    this.#server = server;
    this.#targetPort = targetPort;
    this.port = (server.address() as AddressInfo).port;
    server.on('request', (incoming, outgoing) => void this.#pass(incoming, outgoing));
  }

  static async start(targetPort: number): Promise<FlawedGateway> {
    const server = createServer({ keepAliveTimeout: 72_000 }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FlawedGateway(server, targetPort);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { flaw } = this;
    const isProbe = incoming.url?.startsWith('/health') || incoming.url === '/api/v1/build-info';
    if (flaw && !isProbe) {
      this.#passed += 1;
      if (flaw.kind === 'is_slow') await sleep(flaw.ms);
      else if (this.#passed % Math.round(1 / flaw.share) === 0) {
        incoming.resume();
        outgoing.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '1' }).end(ERROR);
        return;
      }
    }
    this.#forward(incoming, outgoing);
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, url, headers } = incoming;
    const target = request({ host: '127.0.0.1', port: this.#targetPort, method, path: url, headers });
    target.on('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    target.on('error', () => outgoing.destroy());
    incoming.pipe(target);
  }
}
