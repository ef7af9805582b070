/** What the server tells a page, in a block of data in its head. */
export interface PageConfig {
  readonly brand: {
    readonly name: string;
    /** Null: the name alone. */
    readonly logo_url: string | null;
    readonly legal_links: readonly { readonly label: string; readonly url: string }[];
  };
  /** How buyers are signed in by the shop; without `login_url`, nowhere. Null: they are guests. */
  readonly sign_in: { readonly login_url: string | null } | null;
}

const DEFAULTS: PageConfig = { brand: { name: 'Tidegate', logo_url: null, legal_links: [] }, sign_in: null };

/** The data of the page that this script runs in; that of an unconfigured server where there is none. */
export function readPageConfig(): PageConfig {
  return readPageData<PageConfig>('tidegate-config') ?? DEFAULTS;
}

/** A block of JSON that the server wrote into the page; null where there is none. */
export function readPageData<Data>(id: string): Data | null {
  const text = globalThis.document?.getElementById(id)?.textContent;
  return text ? (JSON.parse(text) as Data) : null;
}
