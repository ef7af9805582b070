import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { createMetrics } from '../src/telemetry/metrics.ts';

const text = await readFile(new URL('../docs/metrics.md', import.meta.url), 'utf8');
const documented = rowsOf(text);
const registered = createMetrics().registry.getMetricsAsArray().map(describeMetric);
const ofTheProcess = /^tidegate_(process|nodejs)_/;

describe('docs/metrics.md', () => {
  test('says of each metric what the registry says, and of no other', () => {
    const ours = registered.filter(({ name }) => !ofTheProcess.test(name));
    const told = documented.map(({ name, type, labels, help }) => ({ name, type, labels, help }));
    expect(told.toSorted(byName)).toEqual(ours.toSorted(byName));
  });

  test('says who sets it, and how it is read of many processes', () => {
    for (const { type, setBy, readWith } of documented) {
      expect(['all', 'gateways', 'processors']).toContain(setBy);
      const ways = {
        counter: ['`sum`'],
        histogram: ['`sum` by `le`'],
        gauge: ['`max`', '`min`', '`sum`', 'by process'],
      };
      expect(ways[type as keyof typeof ways]).toContain(readWith);
    }
  });

  test('names nothing of the process that is not measured', () => {
    const named = [...text.matchAll(/`(tidegate_(?:process|nodejs)_\w+)`/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !registered.some((metric) => metric.name === name))).toEqual([]);
  });
});

/** What prom-client keeps of a metric, and declares nowhere. */
interface KnownMetric {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

function describeMetric(metric: object) {
  const { name, help, labelNames } = metric as KnownMetric;
  return { name, type: metric.constructor.name.toLowerCase(), labels: [...labelNames], help };
}

function rowsOf(page: string) {
  return [...page.matchAll(/^\| `(\w+)` \|(.*)\|$/gm)].map(([, name = '', rest = '']) => {
    const [type = '', labels = '', setBy = '', readWith = '', help = ''] = rest.split('|').map((cell) => cell.trim());
    const labelNames = [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label);
    return { name: `tidegate_${name}`, type, labels: labelNames, setBy, readWith, help };
  });
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name.localeCompare(b.name);
}
