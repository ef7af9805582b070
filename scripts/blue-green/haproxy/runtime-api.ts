import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';

/** HAProxy cannot be reached, or refuses a command. */
export class ProxyUnavailable extends Error {
  readonly code = 'proxy_unavailable';
  readonly retryable = true;
}

const TIMEOUT_MS = 5_000;

/** The socket of HAProxy by which it is steered while it runs: `stats socket … level admin`. */
export class RuntimeApi {
  readonly #address: string;

  /** @param address the path of a Unix socket, or `host:port` */
  constructor(address: string) {
    this.#address = address;
  }

  /** What HAProxy has to say to the command. Throws `ProxyUnavailable`. */
  async ask(command: string): Promise<string> {
    const socket = await this.#connect();
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer')));
    socket.end(`${command}\n`);
    try {
      let answer = '';
      for await (const text of socket.setEncoding('utf8')) answer += text;
      return answer.trim();
    } catch (cause) {
      throw new ProxyUnavailable(`HAProxy does not answer at ${this.#address}`, { cause });
    }
  }

  /** The lines of a command whose answer does not end. They end with the connection, or with `close`. */
  async follow(command: string): Promise<Interface> {
    const socket = await this.#connect();
    socket.write(`${command}\n`);
    const lines = createInterface({ input: socket });
    lines.once('close', () => socket.destroy());
    // The lines end, which is what whoever reads them goes by.
    socket.on('error', () => lines.close());
    return lines;
  }

  async #connect(): Promise<Socket> {
    const [, host, port] = /^([^/]+):(\d+)$/.exec(this.#address) ?? [];
    const socket = host && port ? connect(Number(port), host) : connect(this.#address);
    try {
      await once(socket, 'connect');
      return socket;
    } catch (cause) {
      throw new ProxyUnavailable(`HAProxy cannot be reached at ${this.#address}`, { cause });
    }
  }
}
