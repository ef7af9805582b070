/** The environment says something that cannot be understood. The message is one sentence for the operator. */
export class ConfigError extends Error {
  readonly code = 'config_invalid';
  readonly retryable = false;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const DURATION_UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads variables by their type. An empty variable counts as unset. */
export class EnvReader {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  text(name: string): string | null {
    return this.#environment[name]?.trim() || null;
  }

  list(name: string): string[] {
    return (this.text(name) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
  }

  /** A whole number of at least `min`. */
  integer(name: string, fallback: number, min: number, max = Number.MAX_SAFE_INTEGER): number {
    const text = this.text(name);
    if (text === null) return fallback;
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < min || value > max) {
      throw new ConfigError(`${name} must be a whole number from ${min} to ${max}, and is "${text}".`);
    }
    return value;
  }

  /** Milliseconds, at least `minMs`, from a number with its unit: `500ms`, `2s`, `1m`, `24h`, `7d`. */
  durationMs(name: string, fallbackMs: number, minMs = 0): number {
    const text = this.text(name);
    if (text === null) return fallbackMs;
    const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
    const unitMs = DURATION_UNITS_MS[unit ?? ''];
    if (amount === undefined || unitMs === undefined) {
      throw new ConfigError(`${name} must be a number with its unit, such as 500ms, 2s, 1m or 24h, and is "${text}".`);
    }
    const valueMs = Number(amount) * unitMs;
    if (valueMs < minMs) throw new ConfigError(`${name} must be at least ${minMs}ms, and is "${text}".`);
    return valueMs;
  }

  oneOf<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const text = this.text(name) ?? fallback;
    const choice = choices.find((candidate) => candidate === text);
    if (!choice) throw new ConfigError(`${name} must be one of ${choices.join(', ')}, and is "${text}".`);
    return choice;
  }

  url(name: string, protocols: readonly string[]): string | null {
    const text = this.text(name);
    if (text === null) return null;
    const protocol = URL.canParse(text) ? new URL(text).protocol.slice(0, -1) : '';
    if (!protocols.includes(protocol)) throw notOneOf(name, protocols);
    return text;
  }

  /** Of servers that may be several, with commas between, which is no URL in general. */
  serverUrl(name: string, protocols: readonly string[]): string | null {
    const text = this.text(name);
    if (text === null) return null;
    if (!protocols.some((protocol) => text.startsWith(`${protocol}://`))) throw notOneOf(name, protocols);
    const [, credentials = '', hosts = ''] = /:\/\/([^@/]*@)?([^/?]*)/.exec(text) ?? [];
    if (hosts.split(',').every((host) => URL.canParse(`http://${credentials}${host}`))) return text;
    // Not what it says: there may be a password in it.
    throw new ConfigError(`${name} must name its servers as host:port, with commas between them.`);
  }
}

function notOneOf(name: string, protocols: readonly string[]): ConfigError {
  return new ConfigError(`${name} must be a URL that begins with ${protocols.map((p) => `${p}://`).join(' or ')}.`);
}
