import type { CollectedSpan } from './span-collector.ts';

/** Draws a trace as lines of text: when each span began behind the first one, how long it took, and where it ran. */
export function drawTree(spans: readonly CollectedSpan[]): string {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const children = Map.groupBy(inTime(spans), ({ parentSpanId }) => (ids.has(parentSpanId) ? parentSpanId : ''));
  const roots = children.get('') ?? [];
  const beginMs = roots[0]?.startMs ?? 0;
  const rows = roots.flatMap((root) => rowsOf(root, children, beginMs, '', ''));
  const width = Math.max(0, ...rows.map(({ tree }) => tree.length));
  const heading = `${'span'.padEnd(width)}  ${'begins'.padStart(10)}  ${'takes'.padStart(10)}  process`;
  return [heading, ...rows.map((row) => lineOf(row, width))].join('\n');
}

interface Row {
  readonly tree: string;
  readonly beginsMs: number;
  readonly takesMs: number;
  readonly service: string;
}

function rowsOf(
  span: CollectedSpan,
  children: ReadonlyMap<string, readonly CollectedSpan[]>,
  beginMs: number,
  branch: string,
  indent: string,
): Row[] {
  const { name, startMs, endMs, service } = span;
  const below = children.get(span.spanId) ?? [];
  const row = { tree: branch + name, beginsMs: startMs - beginMs, takesMs: endMs - startMs, service };
  return [
    row,
    ...below.flatMap((child, index) => {
      const isLast = index === below.length - 1;
      const [corner, space] = isLast ? ['└─ ', '   '] : ['├─ ', '│  '];
      return rowsOf(child, children, beginMs, indent + corner, indent + space);
    }),
  ];
}

function lineOf({ tree, beginsMs, takesMs, service }: Row, width: number): string {
  return `${tree.padEnd(width)}  ${millis(beginsMs)}  ${millis(takesMs)}  ${service}`;
}

function millis(ms: number): string {
  return `${ms.toFixed(1)} ms`.padStart(10);
}

function inTime(spans: readonly CollectedSpan[]): CollectedSpan[] {
  return spans.toSorted((a, b) => a.startMs - b.startMs || b.endMs - a.endMs);
}
