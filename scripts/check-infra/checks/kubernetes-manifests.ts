import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Check } from '../check.ts';
import { kustomize } from '../kubernetes/kustomize.ts';
import { kubernetesSchemasTool } from '../kubernetes/schemas-tool.ts';
import { runProgram } from '../run-program.ts';
import { goTool } from '../tool.ts';

const kubeconform = goTool('kubeconform', 'github.com/yannh/kubeconform/cmd/kubeconform');

/** Builds every environment as a cluster would get it, and holds each resource against the schema of its kind. */
export const kubernetesManifests: Check = {
  name: 'Kubernetes manifests',
  files: ['deploy/kustomize/overlays/*/kustomization.yaml', 'deploy/argo/kustomization.yaml'],
  tools: [kustomize, kubeconform, kubernetesSchemasTool],
  run: async ({ root, files, pathOf }) => {
    const schemas = join(pathOf(kubernetesSchemasTool), '{{.ResourceKind}}{{.KindSuffix}}.json');
    const directory = await mkdtemp(join(tmpdir(), 'tidegate-manifests-'));
    try {
      for (const [index, file] of files.entries()) {
        const manifest = join(directory, `${index}.yaml`);
        await runProgram(pathOf(kustomize), ['build', dirname(file), '--output', manifest], { cwd: root });
        await runProgram(pathOf(kubeconform), ['-strict', '-schema-location', schemas, manifest], { cwd: root });
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  },
  breakage: {
    file: 'deploy/kustomize/base/gateway/deployment.yaml',
    replace: 'readinessProbe:',
    by: 'readynessProbe:',
  },
};
