import type { Check } from '../check.ts';
import { runProgram } from '../run-program.ts';
import { debianTool } from '../tool.ts';

const shellcheck = debianTool('shellcheck');

export const shellScripts: Check = {
  name: 'shell scripts',
  files: ['.ci/run', 'deploy/**/*.sh', 'scripts/**/*.sh'],
  tools: [shellcheck],
  run: async ({ root, files, pathOf }) => {
    await runProgram(pathOf(shellcheck), ['--severity=style', ...files], { cwd: root });
  },
  breakage: { file: '.ci/run', replace: '"$(dirname "$0")/.."', by: '$(dirname $0)/..' },
};
