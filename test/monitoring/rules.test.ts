import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generatedFiles } from '../../monitoring/generated-files.ts';
import type { AlertingRule } from '../../monitoring/prometheus/rule-file.ts';
import { anchorsIn } from '../support/markdown.ts';
import { isOfOthers, panelQuestions } from '../support/monitoring-questions.ts';
import { findPrometheusPrograms, outcomeOf } from '../support/prometheus-programs.ts';
import { filesIn, isAlert, isRecording, MONITORING, readRules, readYaml } from '../support/prometheus-rules.ts';

/** Of a promtool unit test file, what is looked at here. */
interface UnitTests {
  readonly tests: readonly {
    readonly alert_rule_test?: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
    readonly promql_expr_test?: readonly { readonly expr: string }[];
  }[];
}

const ALERTMANAGERS = ['alertmanager.yaml', 'alertmanager.compose.yaml'];

const programs = await findPrometheusPrograms();
const rules = await readRules();
const alerts = rules.filter(isAlert);
const testFiles = await filesIn('prometheus/tests');
const tests = (await Promise.all(testFiles.map((path) => readYaml<UnitTests>(path)))).flatMap((file) => file.tests);

test('what is generated is what is in git', async () => {
  for (const [path, text] of generatedFiles()) {
    expect.soft(await readFile(MONITORING + path, 'utf8'), `npm run monitoring makes ${path} anew`).toBe(text);
  }
});

describe('every alert', () => {
  test.each(alerts)('$alert says whom it wakes, what it is about, with its value, and what to do', (alert) => {
    expect(['page', 'notify', 'heartbeat']).toContain(alert.labels.severity);
    expect(alert.annotations.summary).toMatch(/^[A-Z]/);
    expect(alert.annotations.description).toContain('$value');
  });

  test('has an entry in the runbook', async () => {
    const anchors = anchorsIn(await readFile(`${MONITORING}../docs/runbook.md`, 'utf8'));
    expect(alerts.filter((alert) => !anchors.includes(anchorOf(alert))).map(({ alert }) => alert)).toEqual([]);
  });

  test('has a test in which it fires and one in which it does not', () => {
    const verdicts = tests.flatMap(({ alert_rule_test = [] }) => alert_rule_test);
    const isTested = (name: string, fires: boolean) =>
      verdicts.some(({ alertname, exp_alerts }) => alertname === name && exp_alerts.length > 0 === fires);
    const untested = alerts.filter(({ alert }) => !isTested(alert, true) || !isTested(alert, false));
    expect(untested.map(({ alert }) => alert)).toEqual([]);
  });

  test('that something else is down for names an outage that there is', () => {
    const outages = alerts.flatMap(({ labels }) => labels.outage ?? []);
    const followed = alerts.flatMap(({ labels }) => labels.follows?.split(' ') ?? []);
    expect(followed.filter((outage) => !outages.includes(outage))).toEqual([]);
  });
});

test('every recorded series is asked for, by a test, a panel, or a rule that has a test', () => {
  const asked = [
    ...tests.flatMap(({ promql_expr_test = [] }) => promql_expr_test.map(({ expr }) => expr)),
    ...rules.map(({ expr }) => expr),
    ...panelQuestions().map(({ expr }) => expr),
  ];
  const recorded = new Set(rules.filter(isRecording).map(({ record }) => record));
  expect([...recorded].filter((name) => !asked.some((expr) => expr.includes(name)))).toEqual([]);
});

test('every panel of a cluster has a test with given series', () => {
  const tested = tests.flatMap(({ promql_expr_test = [] }) => promql_expr_test.map(({ expr }) => expr));
  const untested = panelQuestions().filter((question) => isOfOthers(question) && !tested.includes(question.expr));
  expect(untested.map(({ expr }) => expr)).toEqual([]);
});

describe.skipIf(!programs)('Prometheus itself', () => {
  const { promtool, amtool } = programs ?? { promtool: '', amtool: '' };
  const alertmanager = (name: string) => `${MONITORING}alertmanager/${name}`;

  test.each(['local', 'compose'])('takes the configuration for %s, and all rules', async (platform) => {
    const path = `${MONITORING}prometheus/prometheus.${platform}.yaml`;
    expect(await outcomeOf(promtool, ['check', 'config', path])).toMatchObject({ ok: true });
  });

  test.each(testFiles.map((path) => ({ path, name: basename(path) })))(
    'finds the rules do what $name says',
    async ({ path }) => {
      const { ok, output } = await outcomeOf(promtool, ['test', 'rules', path]);
      expect(ok, output).toBe(true);
    },
  );

  test.each(ALERTMANAGERS)('has an Alertmanager that takes %s', async (name) => {
    const { ok, output } = await outcomeOf(amtool, ['check-config', alertmanager(name)]);
    expect(ok, output).toBe(true);
  });

  test('has one in compose that needs no file beside its configuration', async () => {
    expect(await readFile(alertmanager('alertmanager.compose.yaml'), 'utf8')).not.toMatch(/_file:/);
  });

  test.each([
    ['severity=page', 'page'],
    ['severity=page sale=a', 'page'],
    ['severity=notify', 'notify'],
    ['severity=notify sale=a', 'notify'],
    ['severity=heartbeat', 'heartbeat'],
    ['alertname=OfSomebodyElse', 'notify'],
  ])('routes what has %s to %s', async (labels, receiver) => {
    for (const name of ALERTMANAGERS) {
      const config = `--config.file=${alertmanager(name)}`;
      const route = ['config', 'routes', 'test', config, `--verify.receivers=${receiver}`];
      const { ok, output } = await outcomeOf(amtool, [...route, ...labels.split(' ')]);
      expect(ok, output).toBe(true);
    }
  });
});

function anchorOf({ annotations }: AlertingRule): string {
  return /^\{\{ \$externalLabels\.docs \}\}\/runbook\.md#([\w-]+)$/.exec(annotations.runbook_url ?? '')?.[1] ?? '';
}
