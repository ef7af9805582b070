import type { Check } from '../check.ts';
import { runProgram } from '../run-program.ts';
import { goTool } from '../tool.ts';

const composeCheck = goTool('compose-check');
const ENVIRONMENT = 'deploy/compose/development.env';

export const composeFile: Check = {
  name: 'compose file',
  files: ['compose.yaml'],
  tools: [composeCheck],
  run: async ({ root, files, pathOf }) => {
    for (const file of files) await runProgram(pathOf(composeCheck), [ENVIRONMENT, file], { cwd: root });
  },
  breakage: { file: 'compose.yaml', replace: 'condition: service_healthy', by: 'condition: service_health' },
};
