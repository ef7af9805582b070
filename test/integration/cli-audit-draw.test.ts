import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Draw, DrawEntries } from '#sdk/contract/draw.ts';
import type { DrawAudit } from '../../src/cli/draw-audit.ts';
import { entryNonce, Permutation } from '../../src/domain/draw.ts';
import { runCli } from '../support/cli-process.ts';
import { QUICKNET_657413 } from '../support/drand-records.ts';
import { json, status } from '../support/drand-relay.ts';
import { crowd, DRAW_CLOSES_MS, type DrawRig, openDrawRig, ROUND_DUE_MS } from '../support/draw-sale.ts';
import { type HttpListener, startHttpListener } from '../support/http-listener.ts';

const PATIENCE = { timeout: 60_000, interval: 100 };

let rig: DrawRig & { close(): Promise<void> };
let saleId: string;
/** Of ticket 25. */
let guestToken: string;

beforeAll(async () => {
  rig = await openDrawRig();
  saleId = (await rig.createSale()).sale_id;
  await rig.join(saleId, crowd(24));
  const path = `/api/v1/flash-sale/${saleId}/enter-queue`;
  const joined = await rig.server.call(path, { body: {}, token: await rig.server.guest() });
  guestToken = joined.json.queue_token;
});

afterAll(() => rig.close());

interface Audited {
  readonly code: number | null;
  readonly report: DrawAudit;
}

async function audit(args: readonly string[] = [], url = rig.server.url): Promise<Audited> {
  const { code, stdout, stderr } = await runCli(['audit', 'draw', saleId, '--url', url, '--json', ...args]);
  if (stdout === '') throw new Error(stderr);
  return { code, report: JSON.parse(stdout) };
}

function resultsOf({ report }: Audited): Record<string, string> {
  return Object.fromEntries(report.checks.map(({ name, result }) => [name, result]));
}

/** A server that passes on what the real one says, of entries the first page, and lies where it is told to. */
async function lyingServer(lies: {
  readonly draw?: (draw: Draw) => Draw;
  readonly entries?: (page: DrawEntries) => DrawEntries;
}): Promise<HttpListener> {
  return startHttpListener(async ({ path }, response) => {
    const truth = await (await fetch(rig.server.url + path.replace(/&cursor=.*/, ''))).json();
    const lie = path.includes('/entries') ? lies.entries : lies.draw;
    json(lie ? lie(truth as never) : truth)(response);
  });
}

async function auditLies(lies: Parameters<typeof lyingServer>[0]): Promise<Audited> {
  const server = await lyingServer(lies);
  try {
    return await audit([], server.url);
  } finally {
    await server.close();
  }
}

async function queueToken(ticket: number, userId: string): Promise<string> {
  const plan = (await rig.server.app.ports.store.readSale(saleId))?.sale.waitingRoom?.draw;
  if (!plan) throw new Error('the sale has no draw');
  const claims = { sub: userId, sale_id: saleId, ticket, entry_nonce: entryNonce(plan, ticket) };
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
}

describe('before the draw', () => {
  it('says that the list is open, and fails', async () => {
    const { code, stdout } = await runCli([
      'audit',
      'draw',
      saleId,
      '--url',
      rig.server.url,
      '--queue-token',
      guestToken,
    ]);
    expect(stdout).toBe('The draw is not made yet: its list is still open.\n');
    expect(code).toBe(1);
  });

  it('checks the list as soon as it is closed', async () => {
    rig.clock.set(DRAW_CLOSES_MS);
    await vi.waitFor(async () => expect((await rig.draw(saleId)).state).toBe('closed'), PATIENCE);
    const audited = await audit();
    expect(resultsOf(audited)).toEqual({ entries: 'fits', list_hash: 'fits' });
    expect(audited).toMatchObject({ code: 1, report: { ok: false, state: 'closed', entrants: 25 } });
  });
});

describe('after the draw', () => {
  beforeAll(async () => {
    rig.clock.set(ROUND_DUE_MS);
    await vi.waitFor(async () => expect((await rig.draw(saleId)).state).toBe('drawn'), PATIENCE);
  });

  it('finds everything as it should be', async () => {
    const { code, stdout } = await runCli(['audit', 'draw', saleId], { TIDEGATE_URL: rig.server.url });
    expect(stdout).toContain('The places of 25 entrants are what the seed makes them.');
    expect(stdout).toContain('round 42 of drand quicknet');
    expect(stdout).not.toContain('DIFFERS');
    expect(code).toBe(0);
  });

  it('finds the own entry and place', async () => {
    const { code, report } = await audit(['--queue-token', guestToken]);
    const seed = (await rig.draw(saleId)).drawn?.seed ?? '';
    expect(report.place).toEqual({ ticket: 25, position: new Permutation(seed, 25).at(24) + 1 });
    expect(report.checks).toContainEqual({ name: 'own_entry', result: 'fits', detail: 'entry 25 is yours' });
    expect(code).toBe(0);
  });

  it('finds out when the own entry stands for somebody else', async () => {
    const audited = await audit(['--queue-token', await queueToken(7, 'buyer-8')]);
    expect(resultsOf(audited)).toMatchObject({ own_entry: 'differs' });
    expect(audited.code).toBe(1);
  });

  it('knows who came too late to take part', async () => {
    const { code, report } = await audit(['--queue-token', await queueToken(26, 'late')]);
    expect(report.place).toEqual({ ticket: 26, position: null });
    expect(code).toBe(0);
  });

  it('refuses a token that is none', async () => {
    const { code, stderr } = await runCli(['audit', 'draw', saleId, '--url', rig.server.url, '--queue-token', 'x']);
    expect(stderr).toContain('The queue token is none');
    expect(code).toBe(2);
  });

  it('compares with what was noted before', async () => {
    const { commitment, list_hash } = await rig.draw(saleId);
    const noted = ['--commitment', commitment, '--list-hash', list_hash ?? ''];
    expect((await audit(noted)).code).toBe(0);
    const audited = await audit(['--commitment', list_hash ?? '', '--list-hash', commitment]);
    expect(resultsOf(audited)).toMatchObject({ commitment_as_noted: 'differs', list_hash_as_noted: 'differs' });
    expect(audited.code).toBe(1);
  });

  it('says when the beacon cannot be reached, and checks the rest', async () => {
    rig.relay.answer('public/42', status(503));
    const audited = await audit();
    rig.relay.answer('public/42', null);
    expect(resultsOf(audited)).toMatchObject({ beacon: 'not_checked', seed: 'fits' });
    expect(audited.code).toBe(0);
  });

  it('finds out when the beacon itself has another round', async () => {
    rig.relay.answer('public/42', json({ ...QUICKNET_657413, round: 42 }));
    const audited = await audit();
    rig.relay.answer('public/42', null);
    expect(resultsOf(audited)).toMatchObject({ beacon: 'differs' });
    expect(audited.code).toBe(1);
  });

  it('finds a lie in any of the values', async () => {
    const other = '00'.repeat(32);
    const drawn = (change: Partial<NonNullable<Draw['drawn']>>) => (draw: Draw) => ({
      ...draw,
      drawn: draw.drawn && { ...draw.drawn, ...change },
    });
    const lies: [string, Parameters<typeof lyingServer>[0]][] = [
      ['commitment', { draw: drawn({ committed_seed: other }) }],
      ['seed', { draw: drawn({ seed: other }) }],
      ['list_hash', { draw: (draw) => ({ ...draw, list_hash: other }) }],
      ['list_hash', { entries: (page) => ({ ...page, entries: page.entries.toReversed() }) }],
      ['entries', { entries: (page) => ({ ...page, entries: page.entries.slice(1) }) }],
      ['entries', { entries: (page) => ({ ...page, next_cursor: 'again' }) }],
      ['beacon', { draw: (draw) => ({ ...draw, beacon: draw.beacon && { ...draw.beacon, round: 41 } }) }],
      ['beacon', { draw: (draw) => ({ ...draw, closes_at: '2024-01-01T00:00:00.000Z' }) }],
    ];
    for (const [check, lie] of lies) {
      const audited = await auditLies(lie);
      expect(resultsOf(audited), JSON.stringify(audited)).toMatchObject({ [check]: 'differs' });
      expect(audited.code).toBe(1);
    }
  });

  it('says of a draw without a beacon that it is trusted to the operator', async () => {
    const server = await lyingServer({
      draw: (draw) => ({ ...draw, trust: 'operator', drawn: draw.drawn && { ...draw.drawn, beacon: null } }),
    });
    const { stdout } = await runCli(['audit', 'draw', saleId, '--url', server.url]);
    await server.close();
    expect(stdout).toMatch(/beacon +not checked +the round did not come in time/);
    expect(stdout).toMatch(/seed +DIFFERS/);
  });
});

it('fails where there is no draw', async () => {
  const { sale_id } = await rig.createSale({ waiting_room: null });
  const { code, stderr } = await runCli(['audit', 'draw', sale_id, '--url', rig.server.url]);
  expect(stderr).toContain('(not_found)');
  expect(code).toBe(1);
});
