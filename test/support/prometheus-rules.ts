import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { AlertingRule, RecordingRule, Rule, RuleFile } from '../../monitoring/prometheus/rule-file.ts';

/** The folder of what watches Tidegate. */
export const MONITORING = fileURLToPath(new URL('../../monitoring/', import.meta.url));

export async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(`${MONITORING}${folder}`);
  return names.sort().map((name) => `${MONITORING}${folder}/${name}`);
}

/** A YAML file of the repository, whose shape is known. */
export async function readYaml<Shape>(path: string): Promise<Shape> {
  return parse(await readFile(path, 'utf8')) as Shape;
}

/** Every rule, of all files. */
export async function readRules(): Promise<Rule[]> {
  const files = await Promise.all((await filesIn('prometheus/rules')).map((path) => readYaml<RuleFile>(path)));
  return files.flatMap(({ groups }) => groups.flatMap(({ rules }) => rules));
}

export function isAlert(rule: Rule): rule is AlertingRule {
  return 'alert' in rule;
}

export function isRecording(rule: Rule): rule is RecordingRule {
  return 'record' in rule;
}
