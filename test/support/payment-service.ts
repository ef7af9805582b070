import { fileURLToPath } from 'node:url';
import type { Behaviour } from '../../src/payment/simulated/behaviour.ts';
import type { Statement } from '../../src/payment/simulated/statement.ts';
import { makeDirectory, removeDirectory, unusedPort } from './cli-process.ts';
import { type PaymentProcess, startPaymentProcess } from './payment-process.ts';

const SCRIPT = fileURLToPath(new URL('../../src/payment/simulated/main.ts', import.meta.url));
const SECRET = 'both the shop and its payment service sign with this';

/** The simulated payment provider as a process of its own, which outlives the server and may be killed itself. */
export class PaymentService {
  readonly url: string;
  readonly #directory: string;
  #process: PaymentProcess;

  private constructor(directory: string, process: PaymentProcess) {
    this.#directory = directory;
    this.#process = process;
    this.url = process.url;
  }

  static async start(): Promise<PaymentService> {
    const directory = await makeDirectory();
    return new PaymentService(directory, await startProcess(directory, await unusedPort()));
  }

  /** What a server needs to use it. */
  get env(): { readonly PAYMENT_URL: string; readonly PAYMENT_SECRET: string } {
    return { PAYMENT_URL: this.url, PAYMENT_SECRET: SECRET };
  }

  async kill(): Promise<void> {
    await this.#process.kill('SIGKILL');
  }

  /** Under the same address, with the same records. */
  async restart(): Promise<void> {
    this.#process = await startProcess(this.#directory, new URL(this.url).port);
  }

  /** Without its records, under the same address: as another shop begins. */
  async begin(): Promise<void> {
    await this.kill();
    await removeDirectory(this.#directory);
    await this.restart();
  }

  async behave(behaviour: Partial<Behaviour>): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${this.url}/behaviour`, {
      method: 'PATCH',
      headers,
      body: JSON.stringify(behaviour),
    });
    if (!response.ok) throw new Error(`the payment service answered ${response.status}`);
  }

  async statement(): Promise<Statement> {
    const response = await fetch(`${this.url}/payments`);
    return (await response.json()) as Statement;
  }

  async remove(): Promise<void> {
    await this.kill();
    await removeDirectory(this.#directory);
  }
}

function startProcess(directory: string, port: string): Promise<PaymentProcess> {
  return startPaymentProcess(SCRIPT, ['--data-dir', directory, '--port', port], { PAYMENT_SECRET: SECRET });
}
