import type { Check } from './check.ts';
import { dockerfile } from './checks/dockerfile.ts';
import { proxy } from './checks/proxy.ts';
import { shellScripts } from './checks/shell-scripts.ts';

/** In the order of the table. A new check is a file in `checks/` and a line here. */
export const ALL_CHECKS: readonly Check[] = [dockerfile, proxy, shellScripts];
