import { createSigner } from 'fast-jwt';
import { onTestFinished } from 'vitest';
import { type HttpListener, startHttpListener } from './http-listener.ts';

export const SHOP_SECRET = 'a secret that the shop and the server share';

const HOUR_S = 3_600;

/** A shop's page for signing in, on a site of its own. Who is there, and how the token is made, is up to the test. */
export class ShopLogin {
  /** Where the form goes: the server under test. */
  gateUrl = '';
  customer = 'ann';
  secret = SHOP_SECRET;
  tokenSeconds = HOUR_S;
  readonly #listener: HttpListener;

  private constructor(listener: HttpListener) {
    this.#listener = listener;
  }

  static async start(): Promise<ShopLogin> {
    const listener = await startHttpListener(({ path }, response) => {
      const returnTo = new URL(path, 'http://shop').searchParams.get('return_to') ?? '';
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(shop.#page(returnTo));
    });
    const shop = new ShopLogin(listener);
    return shop;
  }

  /** To a browser another site than a server on 127.0.0.1. */
  get url(): string {
    return `${this.#listener.url.replace('127.0.0.1', 'localhost')}/login`;
  }

  /** What the shop says of who is there. */
  get token(): string {
    const exp = Math.floor(Date.now() / 1000) + this.tokenSeconds;
    return createSigner({ key: this.secret })({ sub: this.customer, exp });
  }

  /** Until the end of the test another buyer is there, or another shop. */
  pretend(state: Partial<Pick<ShopLogin, 'customer' | 'secret' | 'tokenSeconds'>>): void {
    const { customer, secret, tokenSeconds } = this;
    Object.assign(this, state);
    onTestFinished(() => void Object.assign(this, { customer, secret, tokenSeconds }));
  }

  close(): Promise<void> {
    return this.#listener.close();
  }

  #page(returnTo: string): string {
    const escaped = returnTo.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
    return `<!doctype html><html lang="en"><title>The shop</title><h1>Hello, ${this.customer}</h1>
      <form method="post" action="${this.gateUrl}/session">
        <input type="hidden" name="token" value="${this.token}">
        <input type="hidden" name="return_to" value="${escaped}">
        <button>Go on to the sale</button>
      </form>`;
  }
}
