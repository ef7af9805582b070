import { type SaleList, type SaleView, StoreUnavailable } from '../store.ts';
import { Reachability, settleSome } from './reachability.ts';

export interface SaleRollPorts {
  readonly readIds: () => Promise<string[]>;
  /** Puts a sale on the list, if it is not there. */
  readonly list: (saleId: string) => Promise<void>;
  /** Null: it is on the list, and nothing more. */
  readonly readView: (saleId: string) => Promise<SaleView | null>;
  /** Whether sales are held by servers of their own, of which one may be lost. */
  readonly isSpread: boolean;
}

/** What no sale is called. */
const IDS = '';

/** Reads all sales, and is not held up by those whose server is lost. */
export class SaleRoll {
  readonly #ports: SaleRollPorts;
  readonly #reachability = new Reachability();
  #ids: readonly string[] | null = null;

  constructor(ports: SaleRollPorts) {
    this.#ports = ports;
  }

  /** Throws `StoreUnavailable` when no sale answers. */
  async read(): Promise<SaleList> {
    const saleIds = await this.#readIds();
    const answers = await settleSome(saleIds.map((saleId) => this.#readView(saleId))).catch((error: unknown) => {
      this.#reachability.forget();
      throw error;
    });
    return {
      views: answers.flatMap((answer) => (answer.status === 'fulfilled' ? (answer.value ?? []) : [])),
      unreachable: saleIds.filter((_, index) => answers[index]?.status === 'rejected'),
    };
  }

  /** Puts a sale that has come off the list on it again; while the server of the list is lost, the next call will. */
  async relist(saleId: string): Promise<void> {
    if (!this.#ports.isSpread) return this.#ports.list(saleId);
    try {
      await this.#reachability.ask(IDS, () => this.#ports.list(saleId));
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }

  /** Those that were there a moment ago, while the server of the list is lost: none can be added meanwhile. */
  async #readIds(): Promise<readonly string[]> {
    if (!this.#ports.isSpread) return this.#ports.readIds();
    try {
      this.#ids = await this.#reachability.ask(IDS, this.#ports.readIds);
      return this.#ids;
    } catch (error) {
      if (this.#ids) return this.#ids;
      throw error;
    }
  }

  #readView(saleId: string): Promise<SaleView | null> {
    return this.#reachability.ask(saleId, () => this.#ports.readView(saleId));
  }
}
