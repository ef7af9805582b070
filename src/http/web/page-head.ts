import { hash } from 'node:crypto';
import { html } from 'ghtml';
import type { Brand } from '../../config/brand.ts';

/** Runs before anything is painted; the key is that of theme-choice.ts. */
const THEME_SCRIPT =
  "try{var t=localStorage.getItem('tidegate.theme');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch{}";

export interface PageHead {
  readonly title: string;
  /** For search engines and for those whom a link is sent to. */
  readonly description?: string;
  /** Blocks of data by the id that the page finds them under. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** How buyers sign in: at the shop's page. Null: the shop has named none. */
export interface SignInConfig {
  readonly login_url: string | null;
}

/** What stands in the head of every page of a shop, and what lets it stand there. */
export class PageFrame {
  readonly #brand: Brand;
  readonly #signIn: SignInConfig | null;
  readonly #style: string;

  /** @param signIn null: buyers are guests */
  constructor(brand: Brand, signIn: SignInConfig | null) {
    this.#brand = brand;
    this.#signIn = signIn;
    this.#style = brandStyle(brand);
  }

  /** The sources of the one script and the one style in the page, for the Content-Security-Policy. */
  get inlineSources(): { readonly script: string; readonly style: string | null } {
    return { script: sourceOf(THEME_SCRIPT), style: this.#style && sourceOf(this.#style) };
  }

  /** What the page's own code is told: `PageConfig` in `web`. */
  get config() {
    const { name, logoUrl, legalLinks } = this.#brand;
    return { brand: { name, logo_url: logoUrl, legal_links: legalLinks }, sign_in: this.#signIn };
  }

  /** A page out of its application's shell. `content` is the inside of its root element, HTML. */
  render(shell: string, head: PageHead, content = ''): string {
    return shell.replace('<!--head-->', () => this.#head(head)).replace('<!--page-->', () => content);
  }

  #head({ title, description = '', data = {} }: PageHead): string {
    const blocks = Object.entries({ 'tidegate-config': this.config, ...data });
    return html`<title>${title} · ${this.#brand.name}</title>
    !${description && html`<meta name="description" content="${description}" />`}
    <script>!${THEME_SCRIPT}</script>
    !${this.#style && `<style>${this.#style}</style>`}
    !${blocks.map(([id, value]) => html`<script type="application/json" id="${id}">!${jsonText(value)}</script>`)}`;
  }
}

/** Data, not a script: nothing of it runs, and nothing in it ends the block. */
function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function brandStyle({ accent }: Brand): string {
  if (!accent) return '';
  const [light, dark] = [accent.light, accent.dark].map(
    ({ fill, ink }) => `{--brand-accent:${fill};--brand-accent-ink:${ink}}`,
  );
  return [
    `:root${light}`,
    `@media(prefers-color-scheme:dark){:root${dark}}`,
    `:root[data-theme=light]${light}`,
    `:root[data-theme=dark]${dark}`,
  ].join('');
}

/** What lets a text stand in a page, for the Content-Security-Policy. */
export function sourceOf(text: string): string {
  return `'sha256-${hash('sha256', text, 'base64')}'`;
}
