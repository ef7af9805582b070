import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config, TokenKey } from './config.ts';
import { ConfigError } from './env.ts';

export interface Secrets {
  readonly adminToken: string;
  /** Nobody is a viewer while it is not set. */
  readonly viewerToken: string | null;
  readonly tokenKeys: readonly TokenKey[];
  /** Signs the calls between this process and the simulated provider. */
  readonly paymentSecret: string;
  /** The admin token was made just now: whoever starts the server has to be told. */
  readonly adminTokenIsNew: boolean;
}

/** Where the admin token of a server without `ADMIN_TOKEN` stands, for commands on the same machine. */
export function adminTokenPath(dataDir: string): string {
  return join(dataDir, 'admin-token');
}

/**
 * The secrets that are set, and for the others ones that are made once and kept in the data directory (mode 0600).
 * Throws `ConfigError` for a file that a crash left empty: an empty secret is one that everybody knows.
 */
export async function loadSecrets(config: Config): Promise<Secrets> {
  const { dataDir, tokens, payment } = config;
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigError(`DATA_DIR must be a directory, or a place for one, and is ${dataDir} (${cause.code}).`);
  });
  const admin = tokens.admin ? { secret: tokens.admin, isNew: false } : await keptSecret(adminTokenPath(dataDir));
  return {
    adminToken: admin.secret,
    adminTokenIsNew: admin.isNew,
    viewerToken: tokens.viewer,
    tokenKeys: tokens.keys ?? [{ kid: 'local', secret: (await keptSecret(join(dataDir, 'token-key'))).secret }],
    paymentSecret:
      payment.kind === 'http' ? payment.secret : (await keptSecret(join(dataDir, 'payment-secret'))).secret,
  };
}

async function keptSecret(path: string): Promise<{ secret: string; isNew: boolean }> {
  const secret = randomBytes(32).toString('base64url');
  try {
    await writeFile(path, `${secret}\n`, { mode: 0o600, flag: 'wx', flush: true });
    return { secret, isNew: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return { secret: await readSecret(path), isNew: false };
  }
}

async function readSecret(path: string): Promise<string> {
  const secret = (await readFile(path, 'utf8')).trim();
  if (secret === '') throw new ConfigError(`${path} is empty: delete it, and the next start makes a new secret.`);
  return secret;
}
