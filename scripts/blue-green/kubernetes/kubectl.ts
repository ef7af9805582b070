import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TIMEOUT_MS = 10_000;

/** The cluster cannot be reached, or refuses; or what is there is not what deploy/kustomize makes. */
export class ClusterUnavailable extends Error {
  readonly code = 'cluster_unavailable';
  readonly retryable = true;
}

/** The cluster and the rights of the user's kubeconfig. */
export class Kubectl {
  readonly #namespace: string;

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** The resource as JSON. Throws `ClusterUnavailable`, as `patch` does. */
  async get(kind: string, name: string): Promise<unknown> {
    return JSON.parse(await this.#run(['get', kind, name, '--output=json']));
  }

  /** Merges `change` into the resource: null takes a field away. */
  async patch(kind: string, name: string, change: object): Promise<void> {
    await this.#run(['patch', kind, name, '--type=merge', `--patch=${JSON.stringify(change)}`]);
  }

  async #run(args: readonly string[]): Promise<string> {
    try {
      const { stdout } = await run('kubectl', ['--namespace', this.#namespace, ...args], { timeout: TIMEOUT_MS });
      return stdout;
    } catch (cause) {
      const { stderr } = cause as { stderr?: string };
      throw new ClusterUnavailable(`kubectl ${args[0]} ${args[1]} ${args[2]}: ${stderr?.trim() || cause}`, { cause });
    }
  }
}
