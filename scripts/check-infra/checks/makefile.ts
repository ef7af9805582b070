import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Check, CheckFailed } from '../check.ts';
import { runProgram } from '../run-program.ts';
import { debianTool } from '../tool.ts';

const make = debianTool('make');

/** Every target is read, and none carried out; `help` tells of each. */
export const makefile: Check = {
  name: 'Makefile',
  files: ['Makefile'],
  tools: [make],
  run: async ({ root, pathOf }) => {
    const text = await readFile(join(root, 'Makefile'), 'utf8');
    const targets = /^\.PHONY: ((?:.*\\\n)*.*)$/m.exec(text)?.[1]?.split(/[\s\\]+/) ?? [];
    const help = await runProgram(pathOf(make), ['help'], { cwd: root });
    for (const target of targets) {
      await runProgram(pathOf(make), ['--dry-run', '--warn-undefined-variables', target], { cwd: root });
      if (!new RegExp(`^${target} `, 'm').test(help)) throw new CheckFailed(`make help says nothing of ${target}`);
    }
  },
  breakage: { file: 'Makefile', replace: '\t$(COMPOSE) build\n', by: '        $(COMPOSE) build\n' },
};
