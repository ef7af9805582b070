import { type Colour, contrast, readableOn } from './colour.ts';
import { ConfigError, type EnvReader } from './env.ts';

/** An accent colour, and what is written on it. */
interface Accent {
  readonly fill: Colour;
  readonly ink: Colour;
}

/** How the shop shows itself on its pages. */
export interface Brand {
  readonly name: string;
  /** A path from the site's root, or a URL. Null: the platform's own mark. */
  readonly logoUrl: string | null;
  /** Null: the platform's own accent. */
  readonly accent: { readonly light: Accent; readonly dark: Accent } | null;
  readonly legalLinks: readonly { readonly label: string; readonly url: string }[];
}

const MIN_CONTRAST = 4.5;
/** The surfaces of the two themes, and their inks: theme.css has the same. */
const LIGHT_SURFACE = '#ffffff';
const DARK_SURFACE = '#101c1f';
const DARK_INK = '#04211f';
/** Accents stand on tinted surfaces too. */
const DARK_CONTRAST = 7;

export function readBrand(env: EnvReader): Brand {
  return {
    name: env.text('BRAND_NAME') ?? 'Tidegate',
    logoUrl: logoUrl(env),
    accent: accent(env),
    legalLinks: env.list('LEGAL_LINKS').map(legalLink),
  };
}

function logoUrl(env: EnvReader): string | null {
  const url = env.text('BRAND_LOGO_URL');
  if (url === null || /^(https?:\/\/|\/(?!\/))\S+$/.test(url)) return url;
  throw new ConfigError("BRAND_LOGO_URL must be an http(s) URL or a path from the site's root.");
}

function accent(env: EnvReader): Brand['accent'] {
  const text = env.text('BRAND_COLOR');
  if (text === null) return null;
  const fill = text.toLowerCase() as Colour;
  if (!/^#[0-9a-f]{6}$/.test(fill) || contrast(fill, LIGHT_SURFACE) < MIN_CONTRAST) {
    throw new ConfigError('BRAND_COLOR must be a colour such as #0b7470, dark enough to be read on white.');
  }
  const light = { fill, ink: LIGHT_SURFACE } as const;
  return { light, dark: { fill: readableOn(DARK_SURFACE, fill, DARK_CONTRAST), ink: DARK_INK } };
}

function legalLink(entry: string): Brand['legalLinks'][number] {
  const [, label, url] = /^([^=]+)=((?:https?:\/\/|\/(?!\/))\S+)$/.exec(entry) ?? [];
  if (label && url) return { label: label.trim(), url };
  throw new ConfigError('LEGAL_LINKS must be Label=https://…, with commas between.');
}
