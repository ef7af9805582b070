export interface Instruction {
  /** In capitals. */
  readonly name: string;
  readonly rest: string;
}

export interface Stage {
  readonly name: string;
  /** The stage, or the image, that it begins with. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile. `ARG`s before the first one belong to none, and are left out. */
export function stagesOf(text: string): Stage[] {
  const stages: (Omit<Stage, 'instructions'> & { readonly instructions: Instruction[] })[] = [];
  for (const instruction of instructionsOf(text)) {
    const [, from, name] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(instruction.rest) ?? [];
    if (instruction.name === 'FROM' && from) stages.push({ name: name ?? '', from, instructions: [] });
    else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

/** What `ENTRYPOINT` or `CMD` says, in the form that starts no shell. */
export function execForm({ instructions }: Stage, name: 'ENTRYPOINT' | 'CMD'): string[] {
  const words: unknown = JSON.parse(instructions.findLast((instruction) => instruction.name === name)?.rest ?? '[]');
  if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words;
  throw new TypeError(`${name} is not in the form that starts no shell`);
}

/** `KEY=value` pairs of all `ENV` and `ARG` instructions; a value of `${NAME}` is that of the one before. */
export function environmentOf({ instructions }: Stage): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { name, rest } of instructions) {
    if (name !== 'ENV' && name !== 'ARG') continue;
    for (const [, key = '', value = ''] of rest.matchAll(/([A-Z_]+)=(\S*)/g)) {
      environment[key] = value.replace(/^\$\{(\w+)\}$/, (_, referred: string) => environment[referred] ?? '');
    }
  }
  return environment;
}

function instructionsOf(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  const whole = lines
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n');
  return whole.flatMap((line) => {
    const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? [];
    return name && rest !== undefined ? [{ name, rest }] : [];
  });
}
