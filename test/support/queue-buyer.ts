import { expect, vi } from 'vitest';
import type { Answer, TestServer } from './server.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };

/** A guest in the waiting room of a sale, over HTTP. */
export class QueueBuyer {
  readonly token: string;
  readonly #server: TestServer;
  readonly #path: string;
  #queueToken = '';

  private constructor(server: TestServer, saleId: string, token: string) {
    this.#server = server;
    this.#path = `/api/v1/flash-sale/${saleId}`;
    this.token = token;
  }

  /** A guest who has no place yet. */
  static async arrive(server: TestServer, saleId: string): Promise<QueueBuyer> {
    return new QueueBuyer(server, saleId, await server.guest());
  }

  /** A guest who has a place. */
  static async queue(server: TestServer, saleId: string): Promise<QueueBuyer> {
    const buyer = await QueueBuyer.arrive(server, saleId);
    const { status, text } = await buyer.join();
    if (status !== 200) throw new Error(`no place: ${text}`);
    return buyer;
  }

  get queueToken(): string {
    return this.#queueToken;
  }

  async join(body: object = {}): Promise<Answer> {
    const answer = await this.#server.call(`${this.#path}/enter-queue`, { body, token: this.token });
    if (answer.status === 200) this.#queueToken = answer.json.queue_token;
    return answer;
  }

  place(): Promise<Answer> {
    return this.#server.call(`${this.#path}/queue`, { token: this.#queueToken });
  }

  leave(): Promise<Answer> {
    return this.#server.call(`${this.#path}/queue`, { method: 'DELETE', token: this.#queueToken });
  }

  askToComeIn(): Promise<Answer> {
    return this.#server.call(`${this.#path}/admission`, { method: 'POST', token: this.#queueToken });
  }

  async becomes(state: string): Promise<void> {
    await vi.waitFor(async () => expect((await this.place()).json.state).toBe(state), PATIENCE);
  }

  /** The admission token, once it is this buyer's turn. */
  async comeIn(): Promise<string> {
    return vi.waitFor(async () => {
      const { status, json, text } = await this.askToComeIn();
      expect(status, text).toBe(200);
      return json.admission_token;
    }, PATIENCE);
  }
}
