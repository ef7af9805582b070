import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type PrometheusPrograms, prometheusPrograms } from '../../scripts/backends/prometheus-programs.ts';
import { orSkip } from './backends.ts';

const run = promisify(execFile);

/** Null, and a line that says what to do, where they cannot be had; with `REQUIRE_BACKENDS=1` that is an error. */
export function findPrometheusPrograms(): Promise<PrometheusPrograms | null> {
  return orSkip(
    'Prometheus',
    'install prometheus, prometheus-alertmanager and prometheus-node-exporter',
    prometheusPrograms,
  );
}

/** What a program has to say, and whether it is content. */
export async function outcomeOf(program: string, args: readonly string[]): Promise<{ ok: boolean; output: string }> {
  try {
    const { stdout, stderr } = await run(program, args);
    return { ok: true, output: stdout + stderr };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return { ok: false, output: stdout + stderr || String(error) };
  }
}
