import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check } from '../check.ts';
import { runProgram } from '../run-program.ts';
import { debianTool } from '../tool.ts';

const nginx = debianTool('nginx', 'nginx-light');
const openssl = debianTool('openssl');

/** With a certificate of its own: nginx looks for those that it is told of. */
export const singleMachineProxy: Check = {
  name: 'nginx of one machine',
  files: ['deploy/single/nginx.conf'],
  tools: [nginx, openssl],
  run: async ({ root, files, pathOf }) => {
    const directory = await mkdtemp(join(tmpdir(), 'tidegate-nginx-'));
    try {
      await makeCertificate(pathOf(openssl), join(directory, 'tls'));
      const sites = files.map((file) => `include ${join(root, file)};`).join('\n');
      const main = join(directory, 'nginx.conf');
      await writeFile(main, `pid ${directory}/pid;\nevents {}\nhttp {\naccess_log off;\n${sites}\n}\n`);
      await runProgram(pathOf(nginx), ['-t', '-q', '-e', 'stderr', '-p', directory, '-c', main], { cwd: directory });
    } finally {
      await rm(directory, { recursive: true });
    }
  },
  breakage: { file: 'deploy/single/nginx.conf', replace: 'proxy_buffering off', by: 'proxy_bufering off' },
};

async function makeCertificate(openssl: string, directory: string): Promise<void> {
  await mkdir(directory);
  const pair = ['-keyout', join(directory, 'privkey.pem'), '-out', join(directory, 'fullchain.pem')];
  const args = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '1',
    '-subj',
    '/CN=sales.shop.example',
    ...pair,
  ];
  await runProgram(openssl, args, { cwd: directory });
}
