import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cliJson, runCli, temporaryDirectory } from '../support/cli-process.ts';

const SMALL = ['--buyers', '5000', '--attempts', '2000', '--page-loads', '4000', '--units', '100', '--sell-out', '5'];
const PRICES = join(import.meta.dirname, '../../src/capacity/prices.json');

interface Answer {
  readonly plans: readonly { readonly design: string; readonly costs: readonly { readonly total: number }[] }[];
  readonly simulations: readonly { readonly name: string; readonly reserved: number }[];
}

describe('plan', () => {
  it('prints two designs side by side, with what a million buyers would break', async () => {
    const { code, stdout } = await runCli(['plan']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/OPEN DOORS +WAITING ROOM/);
    for (const row of [
      'gateways (processes)',
      'PostgreSQL: cores',
      'bandwidth of the CDN',
      'cost on AWS',
      'cost on GCP',
    ]) {
      expect(stdout).toContain(row);
    }
    expect(stdout).toContain('open doors: Redis has no head-room');
    expect(stdout).toMatch(/Measured \d{4}-\d\d-\d\d: .+\nPrices as of \d{4}-\d\d-\d\d\. An assumption/);
  });

  it('explains every figure by its formula and its numbers', async () => {
    const { stdout } = await runCli(['plan', ...SMALL, '--explain']);
    expect(stdout).toMatch(/gateways = 3 processes\n +=.*ceil\(.+\n +with load [\d.]+, utilisation 0.6, zones 3/);
    expect(stdout).toContain('npm run bench -- capacity');
    expect(stdout).toMatch(/aws compute: 0.29 USD \(c7g.2xlarge/);
  });

  it('plays the sale out beside the plan, and draws it', async () => {
    const plot = join(await temporaryDirectory(), 'sale.svg');
    const { code, stdout } = await runCli(['plan', ...SMALL, '--simulate', '--plot', plot]);
    expect(code).toBe(0);
    for (const name of ['OPEN DOORS', 'WAITING ROOM', 'OPEN DOORS, AUTOSCALED', 'WAITING ROOM, AUTOSCALED']) {
      expect(stdout).toMatch(new RegExp(`^${name}\\n +PLAN +SIMULATION$`, 'm'));
    }
    expect(await readFile(plot, 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
    const { simulations } = await cliJson<Answer>(['plan', ...SMALL, '--simulate'], {});
    expect(simulations.map(({ reserved }) => reserved)).toEqual([100, 100, 100, 100]);
  });

  it('computes with the prices that it is given, and names what is wrong with them', async () => {
    const file = join(await temporaryDirectory(), 'prices.json');
    const prices = JSON.parse(await readFile(PRICES, 'utf8'));
    const [listed] = (await cliJson<Answer>(['plan', ...SMALL], {})).plans;
    await writeFile(
      file,
      JSON.stringify({ ...prices, aws: { ...prices.aws, cluster: { what: 'dear', per_hour: 100 } } }),
    );
    const [own] = (await cliJson<Answer>(['plan', ...SMALL, '--prices', file], {})).plans;
    expect(own?.costs[0]?.total).toBeCloseTo((listed?.costs[0]?.total ?? 0) + 26 * 99.9, 3);
    await writeFile(file, JSON.stringify({ ...prices, aws: {} }));
    const { code, stderr } = await runCli(['plan', '--prices', file]);
    expect(stderr).toMatch(/prices.json: \/aws .+ Begin with a copy of src\/capacity\/prices.json\./);
    expect(code).toBe(2);
  });
});
