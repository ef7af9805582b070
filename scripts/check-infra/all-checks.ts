import type { Check } from './check.ts';
import { composeFile } from './checks/compose-file.ts';
import { dockerfile } from './checks/dockerfile.ts';
import { image } from './checks/image.ts';
import { jenkinsPipelines } from './checks/jenkins-pipelines.ts';
import { kubernetesManifests } from './checks/kubernetes-manifests.ts';
import { makefile } from './checks/makefile.ts';
import { monitoring } from './checks/monitoring.ts';
import { pinnedActions } from './checks/pinned-actions.ts';
import { proxy } from './checks/proxy.ts';
import { shellScripts } from './checks/shell-scripts.ts';
import { singleMachineProxy } from './checks/single-machine-proxy.ts';
import { terraform } from './checks/terraform.ts';
import { terraformRules } from './checks/terraform-rules.ts';
import { versions } from './checks/versions.ts';
import { workflows } from './checks/workflows.ts';

/** In the order of the table. A new check is a file in `checks/` and a line here. */
export const ALL_CHECKS: readonly Check[] = [
  dockerfile,
  image,
  versions,
  composeFile,
  proxy,
  singleMachineProxy,
  kubernetesManifests,
  monitoring,
  shellScripts,
  makefile,
  workflows,
  pinnedActions,
  jenkinsPipelines,
  terraform,
  terraformRules,
];
