import { afterAll, describe, expect, test } from 'vitest';
import { AlertmanagerServer } from '../support/alertmanager-server.ts';
import { findPrometheusPrograms } from '../support/prometheus-programs.ts';
import { isAlert, readRules } from '../support/prometheus-rules.ts';

const programs = await findPrometheusPrograms();
const alerts = (await readRules()).filter(isAlert);
const PATIENCE = { timeout: 30_000, interval: 100 };

const alertmanager = programs && (await AlertmanagerServer.start(programs));
afterAll(() => alertmanager?.stop());

describe.skipIf(!alertmanager)('Alertmanager', () => {
  test('is silent about what follows from an outage, and about nothing else', async () => {
    await alertmanager?.receive(alerts.map(({ alert, labels }) => ({ alertname: alert, ...labels })));
    await alertmanager?.receive([{ alertname: 'OfSomebodyElse' }]);
    const outages = alerts.flatMap(({ labels }) => labels.outage ?? []);
    const following = alerts.filter(({ labels }) => labels.follows?.split(' ').some((name) => outages.includes(name)));
    // The slower alarms of a budget follow from the fastest, too.
    const budgets = alerts
      .map(({ alert }) => alert)
      .filter((name) => /^TidegateErrorBudget(Burns|BurnsSlowly|Wasted)$/.test(name));
    const expected = new Set([...following.map(({ alert }) => alert), ...budgets]);
    await expect.poll(silenced, PATIENCE).toEqual([...expected].sort());
  });

  test('tells what a sale has to say in one message, and makes each trouble an incident', async () => {
    const of = (alertname: string, severity: string, sale: string) => ({ alertname, severity, sale });
    await alertmanager?.receive([
      of('Low', 'notify', 'one'),
      of('Long', 'notify', 'one'),
      of('Low', 'notify', 'two'),
      of('Stuck', 'page', 'one'),
      of('Lost', 'page', 'one'),
      of('Lost', 'page', 'two'),
    ]);
    const messages = async () => {
      const ofSales = (await groups()).filter(({ labels }) => labels.sale);
      return ofSales.map((group) => `${group.receiver.name}: ${namesOf(group.alerts)} of ${group.labels.sale}`).sort();
    };
    await expect
      .poll(messages, PATIENCE)
      .toEqual([
        'notify: Long, Low of one',
        'notify: Low of two',
        'page: Lost of one',
        'page: Lost of two',
        'page: Stuck of one',
      ]);
  });

  const groups = async () => (await alertmanager?.groups()) ?? [];

  async function silenced(): Promise<(string | undefined)[]> {
    const all = (await groups()).flatMap((group) => group.alerts);
    return all
      .filter(({ status }) => status.inhibitedBy.length > 0)
      .map(({ labels }) => labels.alertname)
      .sort();
  }
});

function namesOf(list: readonly { readonly labels: Readonly<Record<string, string>> }[]): string {
  return list
    .map(({ labels }) => labels.alertname)
    .sort()
    .join(', ');
}
