import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '#sdk/client.ts';
import type { GateChange, WaitingRoomDraft } from '#sdk/contract/waiting-room.ts';
import { bareEnvironment } from '../../src/cli/bare-environment.ts';
import { TokenSigner } from '../../src/http/tokens.ts';
import { removeDirectory, unusedPort } from './cli-process.ts';
import { makeDataDirectory } from './data-directory.ts';
import type { QueueCrowdOrder, QueuedBuyer } from './queue-crowd-process.ts';
import { liveSale } from './server-under-test.ts';

const SERVER = fileURLToPath(new URL('./queue-server-process.ts', import.meta.url));
const CROWD = fileURLToPath(new URL('./queue-crowd-process.ts', import.meta.url));
const ADMIN_TOKEN = 'the-operator-of-the-queue-under-test';
const TOKEN_KEY = { kid: 'test', secret: 'signs the sessions of the buyers of this test' };
const ENVIRONMENT = {
  ADMIN_TOKEN,
  TOKEN_KEYS: `${TOKEN_KEY.kid}:${TOKEN_KEY.secret}`,
  RATE_LIMIT_PER_IP: '0',
  RATE_LIMIT_PER_USER: '0',
  JOIN_LIMIT_PER_IP: '0',
};
const JOINS_AT_ONCE = 20;
const SESSION_S = 3_600;

/** A server that calls by three tickers at once, whose crowd comes from other processes, and which may be killed. */
export class QueueUnderTest {
  readonly url: string;
  /** Who was told of a place. */
  readonly told: QueuedBuyer[] = [];
  readonly #directory: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #tokens = new TokenSigner([TOKEN_KEY]);
  readonly #crowds: ChildProcess[] = [];
  #server: ChildProcess | null = null;

  private constructor(directory: string, port: string) {
    this.#directory = directory;
    this.url = `http://127.0.0.1:${port}`;
    this.#env = { ...bareEnvironment(), ...ENVIRONMENT, DATA_DIR: directory, PORT: port };
  }

  static async start(): Promise<QueueUnderTest> {
    const queue = new QueueUnderTest(await makeDataDirectory(), await unusedPort());
    await queue.restart();
    return queue;
  }

  get journalDirectory(): string {
    return join(this.#directory, 'journal');
  }

  /** Asks once: see `patiently`. */
  get client(): Client {
    return createClient({ baseUrl: this.url, retries: 0 });
  }

  sessionOf(userId: string): string {
    const iat = Math.floor(Date.now() / 1_000);
    return this.#tokens.sign('session', { sub: userId, iat, exp: iat + SESSION_S });
  }

  async openSale(units: number, rules: WaitingRoomDraft): Promise<string> {
    const draft = liveSale({ A: units }, { purchase_limit: 1, waiting_room: rules });
    const { sale_id } = await this.client.createSale(draft, { token: ADMIN_TOKEN });
    return sale_id;
  }

  async changeGate(saleId: string, settings: GateChange): Promise<void> {
    await this.client.changeGate({ sale_id: saleId, ...settings }, { token: ADMIN_TOKEN });
  }

  /** Sends a crowd in a process of its own. Resolves when all of it have been told of a place. */
  async send(saleId: string, userIds: readonly string[]): Promise<void> {
    const crowd = fork(CROWD, { serialization: 'advanced' });
    this.#crowds.push(crowd);
    // What was sent last comes after the exit, and before the end of the channel.
    const ended = Promise.all([once(crowd, 'exit'), once(crowd, 'disconnect')]);
    crowd.on('message', (buyer: QueuedBuyer) => this.told.push(buyer));
    crowd.send({
      url: this.url,
      saleId,
      tokenKey: TOKEN_KEY,
      userIds,
      atOnce: JOINS_AT_ONCE,
    } satisfies QueueCrowdOrder);
    const [[code]] = await ended;
    if (code !== 0) throw new Error(`a crowd ended with ${code}`);
  }

  async kill(): Promise<void> {
    if (!this.#server) return;
    const gone = once(this.#server, 'exit');
    this.#server.kill('SIGKILL');
    await gone;
    this.#server = null;
  }

  /** Under the same address, with the same data. */
  async restart(): Promise<void> {
    const server = fork(SERVER, { env: this.#env });
    this.#server = server;
    const ended = once(server, 'exit').then(([code]) => {
      throw new Error(`the server ended with ${code} before it listened`);
    });
    await Promise.race([once(server, 'message'), ended]);
    ended.catch(() => {});
  }

  /** Ends every process and removes the data. */
  async remove(): Promise<void> {
    await this.kill();
    for (const crowd of this.#crowds) crowd.kill('SIGKILL');
    await removeDirectory(this.#directory);
  }
}
