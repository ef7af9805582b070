import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../backends/server-process.ts';
import { type Check, CheckFailed } from '../check.ts';
import { environmentOf, execForm } from '../image/dockerfile-text.ts';
import { type BuiltImage, buildImage } from '../image/rehearsal.ts';
import { containerCommand } from '../image/sandbox.ts';
import { runProgram } from '../run-program.ts';
import { debianTool } from '../tool.ts';

const unshare = debianTool('unshare', 'util-linux');
const READY_WITHIN_MS = 180_000;
/** A container of its own needs to be told neither. */
const ALONE = { NODE_ENV: '', PAYMENT_URL: '' };

/** Builds the image without an engine, and starts it as a container would: as its user, on a read-only tree. Needs root. */
export const image: Check = {
  name: 'image',
  files: ['Dockerfile', '.dockerignore'],
  tools: [unshare],
  run: async ({ root }) => {
    const built = await buildImage(root);
    try {
      const [{ bytes, files }, readyMs] = [await sizeOf(built), await startToReady(built)];
      console.log(`image: ${(bytes / 1e6).toFixed(0)} MB in ${files} files, ready after ${readyMs.toFixed(0)} ms`);
    } finally {
      await built.remove();
    }
  },
  breakage: { file: '.dockerignore', replace: '!package-lock.json\n', by: '' },
};

async function sizeOf({ root }: BuiltImage): Promise<{ bytes: number; files: number }> {
  const listed = await runProgram('find', [root, '-type', 'f', '-printf', '%s\n'], { cwd: root });
  const sizes = listed.trim().split('\n').map(Number);
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), files: sizes.length };
}

/** Milliseconds from the start of the container's command until its health check is content; then it has to stop when asked. */
async function startToReady(built: BuiltImage): Promise<number> {
  const port = await freePort();
  const env = { ...environmentOf(built.stage), ...ALONE, HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'warn' };
  const command = [...execForm(built.stage, 'ENTRYPOINT'), ...execForm(built.stage, 'CMD'), '--no-demo'];
  const [program = '', ...args] = await containerCommand(built.root, command, { cwd: '/app', env });
  const startedAt = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'close');
  try {
    while (!(await isReady(port))) {
      const late = performance.now() - startedAt > READY_WITHIN_MS;
      if (late || child.exitCode !== null) throw new CheckFailed(`the container does not become ready:\n${said}`);
      await sleep(20);
    }
    const readyMs = performance.now() - startedAt;
    child.kill('SIGTERM');
    const [code] = await ended;
    if (code !== 0) throw new CheckFailed(`asked to stop, the container ended with ${code}:\n${said}`);
    return readyMs;
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}
