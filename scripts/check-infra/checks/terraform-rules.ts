import { join } from 'node:path';
import type { Check } from '../check.ts';
import { runProgram } from '../run-program.ts';
import { goTool } from '../tool.ts';

const tflint = goTool('tflint', 'github.com/terraform-linters/tflint');

/** TFLint with the rules of the language. Those of AWS and Google are fetched by the CI workflow alone. */
export const terraformRules: Check = {
  name: 'Terraform rules',
  files: ['deploy/terraform/**/*.tf'],
  tools: [tflint],
  run: async ({ root, pathOf }) => {
    const config = join(root, 'deploy/terraform/.tflint.hcl');
    const args = ['--chdir=deploy/terraform', '--recursive', '--no-color', `--config=${config}`];
    await runProgram(pathOf(tflint), args, { cwd: root });
  },
  breakage: {
    file: 'deploy/terraform/gcp/modules/edge/versions.tf',
    replace: '  required_version',
    by: '  # required_version',
  },
};
