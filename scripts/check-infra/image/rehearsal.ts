import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { CheckFailed } from '../check.ts';
import { runProgram } from '../run-program.ts';
import { BuildContext } from './build-context.ts';
import { environmentOf, type Instruction, type Stage, stagesOf } from './dockerfile-text.ts';
import { buildCommand } from './sandbox.ts';

const BUILD_TIMEOUT_MS = 10 * 60_000;

export interface BuiltImage {
  /** The root of its file system, without what the base image brings. */
  readonly root: string;
  readonly stage: Stage;
  remove(): Promise<void>;
}

/**
 * Builds what the Dockerfile of `context` describes, without an engine: each stage is a directory, each instruction is
 * carried out in it. The base image is this machine's Debian and Node. Throws `CheckFailed`.
 */
export async function buildImage(context: string): Promise<BuiltImage> {
  const place = await mkdtemp(join(tmpdir(), 'tidegate-image-'));
  const remove = () => rm(place, { recursive: true });
  try {
    const stages = stagesOf(await readFile(join(context, 'Dockerfile'), 'utf8'));
    const files = await BuildContext.of(context);
    for (const stage of stages) await new StageBuild(place, stage, stages, files).carryOut();
    const stage = stages.at(-1);
    if (!stage) throw new CheckFailed('the Dockerfile has no stage');
    return { root: join(place, stage.name), stage, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

class StageBuild {
  readonly #place: string;
  readonly #stage: Stage;
  readonly #stages: readonly Stage[];
  readonly #context: BuildContext;
  #cwd = '/';

  constructor(place: string, stage: Stage, stages: readonly Stage[], context: BuildContext) {
    this.#place = place;
    this.#stage = stage;
    this.#stages = stages;
    this.#context = context;
  }

  get #root(): string {
    return join(this.#place, this.#stage.name);
  }

  async carryOut(): Promise<void> {
    const base = this.#stages.find(({ name }) => name === this.#stage.from);
    await mkdir(this.#root);
    if (base) {
      await linkTree(join(this.#place, base.name), this.#root);
      this.#cwd = base.instructions.find(({ name }) => name === 'WORKDIR')?.rest ?? '/';
    }
    for (const instruction of this.#stage.instructions) await this.#follow(instruction);
  }

  async #follow({ name, rest }: Instruction): Promise<void> {
    if (name === 'WORKDIR') {
      this.#cwd = rest;
      await mkdir(join(this.#root, rest), { recursive: true });
    } else if (name === 'COPY') await this.#copy(rest);
    else if (name === 'RUN') await this.#run(rest);
    // The others say how the image is run.
  }

  async #copy(rest: string): Promise<void> {
    const words = rest.split(/\s+/);
    const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
    const target = this.#inRoot(words.pop() ?? '');
    for (const source of words) {
      if (from === undefined) await this.#context.copy(source, target);
      else await linkTree(join(this.#place, from, source), target);
    }
  }

  async #run(command: string): Promise<void> {
    const options = { cwd: this.#cwd, env: environmentOf(this.#stage) };
    const [program = '', ...args] = await buildCommand(this.#root, ['sh', '-ec', command], options);
    await runProgram(program, args, { cwd: this.#place, timeoutMs: BUILD_TIMEOUT_MS });
  }

  /** A slash at the end stays: it says that the target is a directory. */
  #inRoot(path: string): string {
    return join(this.#root, isAbsolute(path) ? path : `${this.#cwd}/${path}`);
  }
}

/** As a copy, as long as nobody writes into files that are there: builds add files, and replace them. */
async function linkTree(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await runProgram('cp', ['--archive', '--link', '--no-target-directory', source, target], { cwd: dirname(target) });
}
