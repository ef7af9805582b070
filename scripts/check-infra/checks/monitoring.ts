import type { Check } from '../check.ts';
import { runProgram } from '../run-program.ts';
import { debianTool } from '../tool.ts';

const promtool = debianTool('promtool', 'prometheus');
const amtool = debianTool('amtool', 'prometheus-alertmanager');

const PROMETHEUS = 'monitoring/prometheus';
/** The one of the cluster names files that only a pod has. */
const CONFIGURATIONS = ['local', 'compose'].map((platform) => `${PROMETHEUS}/prometheus.${platform}.yaml`);

/** What Prometheus and Alertmanager would refuse at their start. What the rules do is the business of test/monitoring. */
export const monitoring: Check = {
  name: 'alerts and their routes',
  files: [`${PROMETHEUS}/rules/*.yaml`, ...CONFIGURATIONS, 'monitoring/alertmanager/*.yaml'],
  tools: [promtool, amtool],
  run: async ({ root, files, pathOf }) => {
    const rules = files.filter((file) => file.startsWith(`${PROMETHEUS}/rules/`));
    const routes = files.filter((file) => file.startsWith('monitoring/alertmanager/'));
    await runProgram(pathOf(promtool), ['check', 'rules', '--lint-fatal', ...rules], { cwd: root });
    await runProgram(pathOf(promtool), ['check', 'config', ...CONFIGURATIONS], { cwd: root });
    await runProgram(pathOf(amtool), ['check-config', ...routes], { cwd: root });
  },
  breakage: { file: `${PROMETHEUS}/rules/gateway.yaml`, replace: 'for: 1m', by: 'for: a minute' },
};
