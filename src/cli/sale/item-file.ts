import { CsvError, parse } from 'csv-parse/sync';
import { UsageError } from '../failure.ts';

/** An item of a CSV file, not yet validated, and the line it ends on. */
export interface ItemRow {
  readonly line: number;
  readonly item: Readonly<Record<string, unknown>>;
}

const TEXT_COLUMNS = ['sku_id', 'name', 'description', 'image_url'];
const NUMBER_COLUMNS = ['flash_price_minor', 'original_price_minor', 'total_stock', 'safety_buffer'];
const KNOWN_COLUMNS = [...TEXT_COLUMNS, ...NUMBER_COLUMNS];
const REQUIRED_COLUMNS = ['sku_id', 'name', 'flash_price_minor', 'original_price_minor', 'total_stock'];

interface Parsed {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

/** Reads the items of a sale from CSV with a header line. Empty cells count as not given. */
export function parseItems(csv: string): ItemRow[] {
  const rows = parseRows(csv);
  if (rows.length === 0) throw new UsageError('The file has no items: a header line and one line per item are needed.');
  return rows.map(({ record, info }) => ({ line: info.lines, item: itemOf(record) }));
}

function parseRows(csv: string): Parsed[] {
  try {
    return parse<Parsed>(csv, { columns: checkedColumns, info: true, bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    if (error instanceof CsvError) throw new UsageError(`The file cannot be read as CSV: ${error.message}.`);
    throw error;
  }
}

function checkedColumns(names: readonly string[]): string[] {
  const unknown = names.filter((name) => !KNOWN_COLUMNS.includes(name));
  const missing = REQUIRED_COLUMNS.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new UsageError(`line 1: unknown column ${unknown.join(', ')}. There are ${KNOWN_COLUMNS.join(', ')}.`);
  if (missing.length > 0) throw new UsageError(`line 1: the column ${missing.join(', ')} is missing.`);
  return [...names];
}

/** What looks like no number stays text, for the schema to refuse. */
function itemOf(record: Readonly<Record<string, string>>): Record<string, unknown> {
  const given = Object.entries(record).filter(([, text]) => text !== '');
  return Object.fromEntries(
    given.map(([name, text]) => [name, NUMBER_COLUMNS.includes(name) && /^-?\d+$/.test(text) ? Number(text) : text]),
  );
}
