/** Fits a terminal of a hundred columns, and a page of documentation. */
const MAX_WIDTH = 100;
const GAP = '  ';

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly align?: 'right';
  /** May be cut where the table would become too wide. At most one column of a table. */
  readonly shrinks?: true;
}

/** Lines of text in columns, with a header; no longer than a hundred characters if one column may shrink. */
export function tableText<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => column.text(row)));
  const titles = columns.map(({ title }) => title);
  const widths = fittingWidths(columns, [titles, ...cells]);
  const line = (texts: readonly string[]) =>
    columns
      .map((column, index) => pad(texts[index] ?? '', widths[index] ?? 0, column.align))
      .join(GAP)
      .trimEnd();
  return [titles, ...cells].map(line).join('\n');
}

function fittingWidths<Row>(columns: readonly Column<Row>[], lines: readonly (readonly string[])[]): number[] {
  const widths = columns.map((_, index) => Math.max(...lines.map((texts) => texts[index]?.length ?? 0)));
  const excess = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - MAX_WIDTH;
  if (excess <= 0) return widths;
  return widths.map((width, index) => (columns[index]?.shrinks ? Math.max(width - excess, 1) : width));
}

function pad(text: string, width: number, align: 'right' | undefined): string {
  const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text;
  return align === 'right' ? cut.padStart(width) : cut.padEnd(width);
}
