import { parseSetCookie } from 'cookie';

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** The page without its tags, in one line. */
  readonly text: string;
}

/** A browser that runs no scripts: it keeps cookies for the paths that they are meant for, and follows redirects. */
export class PlainBrowser {
  readonly #origin: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>();

  constructor(origin: string, headers: Readonly<Record<string, string>> = {}) {
    this.#origin = origin;
    this.#headers = headers;
  }

  open(path: string): Promise<Page> {
    return this.#send(path, { method: 'GET' });
  }

  /** Sends a form, as a page of this origin does unless the headers say otherwise. */
  submit(
    path: string,
    headers: Readonly<Record<string, string>> = { 'sec-fetch-site': 'same-origin' },
    fields: Readonly<Record<string, string>> = {},
  ): Promise<Page> {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = String(new URLSearchParams(fields));
    return this.#send(path, { method: 'POST', body, headers: { ...type, ...headers } });
  }

  async #send(path: string, request: RequestInit): Promise<Page> {
    const headers = { ...this.#headers, ...request.headers, cookie: this.#cookieFor(path) };
    const response = await fetch(this.#origin + path, { ...request, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const location = response.headers.get('location');
    if (response.status === 303 && location) return this.open(location);
    const html = await response.text();
    return { status: response.status, headers: response.headers, html, text: textOf(html) };
  }

  #keep(line: string): void {
    const { name, value = '', path = '/', maxAge } = parseSetCookie(line);
    if (maxAge === 0) this.#cookies.delete(name);
    else this.#cookies.set(name, { value, path });
  }

  #cookieFor(path: string): string {
    const sent = [...this.#cookies].filter(([, cookie]) => path.startsWith(cookie.path));
    return sent.map(([name, { value }]) => `${name}=${value}`).join('; ');
  }
}

function textOf(html: string): string {
  return html
    .replace(/<head>.*<\/head>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
