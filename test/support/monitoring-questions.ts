import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DASHBOARDS } from '../../monitoring/generated-files.ts';
import { readRules } from './prometheus-rules.ts';
import { namesIn } from './promql.ts';

/** Something that monitoring asks of Prometheus. */
export interface Question {
  /** The rule, or the dashboard and its panel. */
  readonly of: string;
  readonly expr: string;
  /** Labels that its legend shows. */
  readonly shown: readonly string[];
}

/** Of Kubernetes, exporters and the proxy, which do not run here: promtool answers them with given series. */
export function isOfOthers({ expr }: Question): boolean {
  return namesIn(expr).selectors.some(({ metric }) => /^(kube|container|redis|pg|haproxy)_/.test(metric));
}

/** Of all panels, for all sales. */
export function panelQuestions(): Question[] {
  return DASHBOARDS.flatMap(({ title = '', panels = [] }) =>
    panels.filter(isPanel).flatMap((panel) =>
      (panel.targets ?? []).map((target) => {
        const { expr = '', legendFormat = '' } = target as { expr?: string; legendFormat?: string };
        return {
          of: `${title}: ${panel.title}`,
          expr: expr.replaceAll('$sale', '.+'),
          shown: [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label),
        };
      }),
    ),
  );
}

export async function ruleQuestions(): Promise<Question[]> {
  return (await readRules()).map((rule) => ({
    of: 'alert' in rule ? rule.alert : rule.record,
    expr: rule.expr,
    shown: [],
  }));
}

function isPanel(panel: object): panel is Panel {
  return 'targets' in panel;
}
