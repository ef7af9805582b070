import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { MissingProgram } from '../../scripts/backends/server-process.ts';
import { kustomize } from '../../scripts/check-infra/kubernetes/kustomize.ts';
import { orSkip } from './backends.ts';

const run = promisify(execFile);
const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));

const ENVIRONMENTS = ['local', 'staging', 'production'] as const;

type Labels = Readonly<Record<string, string>>;

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly resources?: { readonly requests?: object; readonly limits?: object };
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: readonly object[];
  readonly [probe: `${string}Probe`]: object | undefined;
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Labels };
  readonly spec: {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly volumes?: readonly { readonly configMap?: { readonly name: string } }[];
    readonly securityContext?: Readonly<Record<string, unknown>>;
    readonly terminationGracePeriodSeconds?: number;
    readonly automountServiceAccountToken?: boolean;
  };
}

/** A resource, with as much of its specification as is looked at. */
export interface Resource {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Labels;
    readonly labels?: Labels;
  };
  readonly data?: Labels;
  // biome-ignore lint/suspicious/noExplicitAny: each kind has a form of its own, which kubeconform has checked
  readonly spec?: any;
}

/** What Kustomize makes of a folder of deploy/. Null, and a line that says what to do, where there is no Kustomize. */
export async function builtManifests(folder: string): Promise<readonly Resource[] | null> {
  return orSkip('Kubernetes manifests', kustomize.howToGet, async () => {
    const program = await kustomize.find();
    if (program === null) throw new MissingProgram('There is no kustomize');
    const { stdout } = await run(program, ['build', DEPLOY + folder], { maxBuffer: 2 ** 26 });
    return parseAllDocuments(stdout).map((document) => document.toJS() as Resource);
  });
}

/** Every overlay of deploy/kustomize; none where there is no Kustomize. */
export async function builtEnvironments() {
  const built = await Promise.all(ENVIRONMENTS.map((name) => builtManifests(`kustomize/overlays/${name}`)));
  return ENVIRONMENTS.flatMap((name, index) => {
    const resources = built[index];
    return resources ? [{ name, resources }] : [];
  });
}

/** Of everything that runs pods. */
export function podsOf(resource: Resource): PodTemplate | null {
  return resource.spec?.jobTemplate?.spec.template ?? resource.spec?.template ?? null;
}

export function matches(selector: Labels, { metadata }: PodTemplate): boolean {
  return Object.entries(selector).every(([key, value]) => metadata.labels[key] === value);
}
