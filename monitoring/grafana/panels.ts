import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  LegendDisplayMode,
  LegendPlacement,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { type Panel, ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** Where Prometheus is, as provisioning/datasources names it. */
export const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' };

/** What is asked of Prometheus, and what each series that comes is called: `{{label}}` stands for its value. */
interface Query {
  readonly expr: string;
  readonly legend: string;
}

interface PanelPlan {
  readonly title: string;
  /** Why somebody looks at it, and what is usual. */
  readonly about: string;
  /** Of Grafana: `short`, `s`, `percentunit`, `reqps`, `bytes`, … */
  readonly unit: string;
  readonly queries: readonly Query[];
}

interface GraphPlan extends PanelPlan {
  /** Parts of a whole. */
  readonly stacked?: boolean;
  /** Columns of 24; a third of the width by default. */
  readonly span?: number;
}

interface NumberPlan extends PanelPlan {
  /** From where on it is worth a look, and from where on it is bad. Below the first it is green. */
  readonly limits?: { readonly warn: number; readonly bad: number };
  /** The smaller, the worse: then the limits are lower ones. */
  readonly lowIsBad?: boolean;
  /** Shows the name of the series instead of its value. */
  readonly asName?: boolean;
}

const GRAPH_HEIGHT = 8;
const NUMBER_HEIGHT = 4;
const NUMBER_SPAN = 3;

/** Lines over time. */
export function graph({ title, about, unit, queries, stacked = false, span = 8 }: GraphPlan): Builder<Panel> {
  const panel = new TimeseriesBuilder()
    .title(title)
    .description(about)
    .datasource(PROMETHEUS)
    .unit(unit)
    .min(0)
    .fillOpacity(stacked ? 40 : 8)
    .lineWidth(1)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .span(span)
    .height(GRAPH_HEIGHT)
    .targets(queries.map(targetOf));
  return stacked ? panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)) : panel;
}

/** One figure, to be read across a room. */
export function number({ title, about, unit, queries, limits, lowIsBad, asName }: NumberPlan): Builder<Panel> {
  return new StatBuilder()
    .title(title)
    .description(about)
    .datasource(PROMETHEUS)
    .unit(unit)
    .decimals(unit === 'short' ? 0 : 2)
    .graphMode(BigValueGraphMode.Area)
    .colorMode(limits ? BigValueColorMode.Background : BigValueColorMode.Value)
    .textMode(asName ? BigValueTextMode.Name : BigValueTextMode.Auto)
    .thresholds(thresholdsOf(limits, lowIsBad ?? false))
    .span(NUMBER_SPAN)
    .height(NUMBER_HEIGHT)
    .targets(queries.map(targetOf));
}

function targetOf({ expr, legend }: Query, index: number) {
  const refId = String.fromCharCode('A'.charCodeAt(0) + index);
  return new DataqueryBuilder().datasource(PROMETHEUS).refId(refId).expr(expr).legendFormat(legend).range();
}

function thresholdsOf(limits: NumberPlan['limits'], lowIsBad: boolean): ThresholdsConfigBuilder {
  const steps = lowIsBad
    ? [
        { value: null, color: 'red' },
        { value: limits?.bad ?? 0, color: 'orange' },
        { value: limits?.warn ?? 0, color: 'green' },
      ]
    : [
        { value: null, color: 'green' },
        { value: limits?.warn ?? 0, color: 'orange' },
        { value: limits?.bad ?? 0, color: 'red' },
      ];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(limits ? steps : steps.slice(0, 1));
}
