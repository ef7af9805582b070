import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { adminTokenPath, loadSecrets } from './secrets.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'secrets-'));
  return () => rm(dataDir, { recursive: true });
});

const load = () => loadSecrets(readConfig({ DATA_DIR: dataDir }));

test('secrets are made once, for the eyes of their owner, and kept', async () => {
  const first = await load();
  expect(first.adminTokenIsNew).toBe(true);
  expect((await stat(adminTokenPath(dataDir))).mode & 0o777).toBe(0o600);
  expect(await load()).toEqual({ ...first, adminTokenIsNew: false });
});

test.each(['admin-token', 'token-key', 'payment-secret'])(
  '%s that a crash left empty stops the start',
  async (name) => {
    await writeFile(join(dataDir, name), '');
    await expect(load()).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining(name) });
  },
);
