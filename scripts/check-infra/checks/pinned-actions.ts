import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Check, CheckFailed } from '../check.ts';

const USES = /^\s*(?:- )?uses:\s*(.*)$/gm;
/** A tag can be moved to other code, a commit cannot. The tag stands beside it for people, and for what brings updates. */
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

export const pinnedActions: Check = {
  name: 'actions are pinned',
  files: ['.github/workflows/*.yaml'],
  tools: [],
  run: async ({ root, files }) => {
    for (const file of files) {
      for (const [, action = ''] of (await readFile(join(root, file), 'utf8')).matchAll(USES)) {
        if (!PINNED.test(action)) throw new CheckFailed(`${file}: ${action} is not a commit with its tag beside it`);
      }
    }
  },
  breakage: {
    file: '.github/workflows/ci.yaml',
    replace: 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1',
    by: 'actions/checkout@v7',
  },
};
