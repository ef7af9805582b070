import type { Check } from '../check.ts';
import { runProgram } from '../run-program.ts';
import { goTool } from '../tool.ts';

const terraformCheck = goTool('terraform-check');

/**
 * What `terraform fmt` and `terraform validate` ask, but for the schemas of the providers: these are hundreds of megabytes that no
 * package registry has. The job `terraform` of the CI workflow asks for them.
 */
export const terraform: Check = {
  name: 'Terraform',
  files: ['deploy/terraform/**/*.tf'],
  tools: [terraformCheck],
  run: async ({ root, pathOf }) => {
    await runProgram(pathOf(terraformCheck), ['deploy/terraform'], { cwd: root });
  },
  breakage: { file: 'deploy/terraform/aws/stack/main.tf', replace: '  cidr  = var.cidr', by: '  cider = var.cidr' },
};
