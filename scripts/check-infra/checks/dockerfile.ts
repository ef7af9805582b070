import type { Check } from '../check.ts';
import { runProgram } from '../run-program.ts';
import { pythonTool } from '../tool.ts';

const hadolint = pythonTool('hadolint');

export const dockerfile: Check = {
  name: 'Dockerfile',
  files: ['Dockerfile'],
  tools: [hadolint],
  run: async ({ root, files, pathOf }) => {
    await runProgram(pathOf(hadolint), ['--no-color', '--failure-threshold', 'style', ...files], { cwd: root });
  },
  breakage: { file: 'Dockerfile', replace: 'WORKDIR /app', by: 'WORKDIR app' },
};
