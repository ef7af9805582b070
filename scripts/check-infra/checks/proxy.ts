import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check } from '../check.ts';
import { runProgram } from '../run-program.ts';
import { debianTool } from '../tool.ts';

const haproxy = debianTool('haproxy');

/** Gateways are not looked for, only their addresses read. */
const ADDRESSES = {
  PROXY_BIND: '127.0.0.1:8000',
  PROXY_STATS_BIND: '127.0.0.1:8404',
  PROXY_ADMIN: 'ipv4@127.0.0.1:9999',
  BLUE_1: '127.0.0.1:8001',
  BLUE_2: '127.0.0.1:8002',
  GREEN_1: '127.0.0.1:8003',
  GREEN_2: '127.0.0.1:8004',
};

/** Warnings count: a setting that is ignored was meant to do something. */
export const proxy: Check = {
  name: 'proxy',
  files: ['deploy/proxy/haproxy.cfg'],
  tools: [haproxy],
  run: async ({ root, files, pathOf }) => {
    const directory = await mkdtemp(join(tmpdir(), 'tidegate-proxy-'));
    try {
      const map = join(directory, 'active-color.map');
      await writeFile(map, 'active blue\n');
      const args = ['-c', '-dW', ...files.flatMap((file) => ['-f', file])];
      await runProgram(pathOf(haproxy), args, { cwd: root, env: { ...ADDRESSES, ACTIVE_COLOR_MAP: map } });
    } finally {
      await rm(directory, { recursive: true });
    }
  },
  breakage: { file: 'deploy/proxy/haproxy.cfg', replace: 'option httpchk', by: 'option httpcheck' },
};
