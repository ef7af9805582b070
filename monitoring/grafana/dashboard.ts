import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PROMETHEUS } from './panels.ts';

export interface DashboardPlan {
  /** Its address, and the name of its file. */
  readonly uid: string;
  readonly title: string;
  /** Asks which sale, or all. */
  readonly bySale?: boolean;
  readonly rows: readonly { readonly title: string; readonly panels: readonly Builder<Panel>[] }[];
}

/** A dashboard as Grafana reads it, of rows of panels, that leads to the others. */
export function dashboard({ uid, title, bySale = false, rows }: DashboardPlan): Dashboard {
  const built = new DashboardBuilder(`Tidegate: ${title}`)
    .uid(uid)
    .tags(['tidegate'])
    .readonly()
    .refresh('5s')
    .time({ from: 'now-15m', to: 'now' })
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder('Tidegate')
        .type(DashboardLinkType.Dashboards)
        .tags(['tidegate'])
        .includeVars(true)
        .keepTime(true),
    );
  if (bySale) built.withVariable(saleVariable());
  for (const row of rows) {
    built.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) built.withPanel(panel);
  }
  const { panels = [], ...rest } = built.build();
  // Grafana would number them itself, anew with each start.
  return { ...rest, panels: panels.map((panel, index) => ({ ...panel, id: index + 1 })) };
}

function saleVariable(): QueryVariableBuilder {
  return new QueryVariableBuilder('sale')
    .label('Sale')
    .datasource(PROMETHEUS)
    .query('label_values(tidegate_sale_phase, sale)')
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .includeAll(true)
    .allValue('.+');
}
