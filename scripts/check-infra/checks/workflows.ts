import type { Check } from '../check.ts';
import { runProgram } from '../run-program.ts';
import { debianTool, goTool } from '../tool.ts';

const actionlint = goTool('actionlint', 'github.com/rhysd/actionlint/cmd/actionlint');
const shellcheck = debianTool('shellcheck');

/** Syntax, expressions, permissions and needs of the workflows, the inputs of well-known actions, and what `run` runs. */
export const workflows: Check = {
  name: 'workflows',
  files: ['.github/workflows/*.yaml'],
  tools: [actionlint, shellcheck],
  run: async ({ root, files, pathOf }) => {
    const args = ['-no-color', `-shellcheck=${pathOf(shellcheck)}`, '-pyflakes=', ...files];
    await runProgram(pathOf(actionlint), args, { cwd: root });
  },
  breakage: { file: '.github/workflows/release.yaml', replace: 'needs.publish.outputs', by: 'needs.publsh.outputs' },
};
