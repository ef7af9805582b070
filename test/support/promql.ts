import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** A metric that an expression names, with the labels that it goes by. */
interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** What an expression needs to be there. */
export interface PromqlNames {
  readonly selectors: readonly Selector[];
  /** Labels by which series are grouped or matched, each of one of the metrics at least. */
  readonly groupings: readonly string[];
}

/** Throws when it is no PromQL. */
export function namesIn(expr: string): PromqlNames {
  const nodes = nodesOf(expr);
  const textOf = ({ from, to }: SyntaxNode) => expr.slice(from, to);
  const selectors = nodes.filter(({ name }) => name === 'VectorSelector').map((node) => selectorOf(node, textOf));
  const groupings = nodes
    .filter(({ name, parent }) => name === 'LabelName' && parent?.name === 'GroupingLabels')
    .map(textOf);
  return { selectors, groupings: [...new Set(groupings)] };
}

/** The same question over windows that are so many times shorter. */
export function withShorterWindows(expr: string, factor: number): string {
  const windows = nodesOf(expr).filter(({ name }) => name === 'NumberDurationLiteralInDurationContext');
  return windows
    .toReversed()
    .reduce((text, { from, to }) => text.slice(0, from) + shorter(text.slice(from, to), factor) + text.slice(to), expr);
}

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration as Prometheus writes it: at least a second of the one that is given. */
export function shorter(duration: string, factor: number): string {
  const [, count = '', unit = ''] = /^(\d+)(ms|s|m|h|d)$/.exec(duration) ?? [];
  const ms = (Number(count) * (MS[unit] ?? Number.NaN)) / factor;
  return `${Math.max(1_000, Math.round(ms))}ms`;
}

function selectorOf(node: SyntaxNode, textOf: (node: SyntaxNode) => string): Selector {
  const metric = node.getChild('Identifier');
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  const labels = matchers.flatMap((matcher) => matcher.getChildren('LabelName')).map(textOf);
  return { metric: metric ? textOf(metric) : '', labels };
}

function nodesOf(expr: string): SyntaxNode[] {
  const nodes: SyntaxNode[] = [];
  parser.parse(expr).iterate({
    enter: ({ node, type }) => {
      if (type.isError) throw new SyntaxError(`no PromQL at ${node.from}: ${expr}`);
      nodes.push(node);
    },
  });
  return nodes;
}
