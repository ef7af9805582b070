import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { Value } from 'typebox/value';
import { type SaleDraft, saleDraft } from '#sdk/contract/admin-sale.ts';
import { antiBotView } from '../../http/admin/anti-bot-rules.ts';
import { riskReviewView } from '../../http/admin/risk-review-rules.ts';
import { saleOfDraft } from '../../http/admin/sale-draft.ts';
import { waitingRoomView } from '../../http/admin/waiting-room-rules.ts';
import { withClient } from '../connect.ts';
import { UsageError } from '../failure.ts';
import { moment, wholeNumber } from '../option-values.ts';
import { jsonText } from '../texts.ts';
import { checkSaleDraft, type UncheckedSale } from './check-sale-draft.ts';
import { parseItems } from './item-file.ts';
import { printSale } from './sale-show.ts';

const HELP = `
The JSON file holds the sale as the API takes it. The CSV file has a header line and one line per item:
  sku_id,name,flash_price_minor,original_price_minor,total_stock[,description,image_url,safety_buffer]

Examples:
  $ tidegate sale create --file sale.json --dry-run
  $ tidegate sale create --items items.csv --name "Black Friday" --currency EUR \\
      --starts-at 2030-11-29T09:00:00Z --ends-at +12h --waiting-room fifo --rate 50`;

interface CreateOptions {
  readonly file?: string;
  readonly items?: string;
  readonly name?: string;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly revealAt?: string;
  readonly currency?: string;
  readonly purchaseLimit?: number;
  readonly reservationSeconds?: number;
  readonly waitingRoom?: 'fifo' | 'draw';
  readonly opensAt?: string;
  readonly rate?: number;
  readonly cap?: number;
  readonly dryRun?: true;
  readonly json?: true;
}

export function addSaleCreateCommand(sale: Command): void {
  sale
    .command('create')
    .description('schedule a sale, from a JSON file or from a CSV file of its items')
    .option('--file <path>', 'JSON file with the whole sale; flags below override its fields')
    .option('--items <path>', 'CSV file with the items')
    .option('--name <name>', 'name of the sale')
    .option('--starts-at <time>', 'now, +30m, or a time with its zone; in the past: live at once', moment)
    .option('--ends-at <time>', 'as --starts-at', moment)
    .option('--reveal-at <time>', 'before this time buyers do not see the items', moment)
    .option('--currency <code>', 'ISO 4217, such as EUR')
    .option('--purchase-limit <units>', 'units per buyer and item (default: 2)', wholeNumber(1, 1000))
    .option('--reservation-seconds <n>', 'time to pay (default: 600)', wholeNumber(1, 86_400))
    .addOption(new Option('--waiting-room <order>', 'buyers queue, in this order').choices(['fifo', 'draw']))
    .option('--opens-at <time>', 'buyers queue from then on (default: five minutes before the start)', moment)
    .option('--rate <n>', 'buyers queue, and so many are let in a second (default: 100)', wholeNumber(1, 100_000))
    .option('--cap <n>', 'buyers queue, and so many are inside at a time (default: 10000)', wholeNumber(1, 1_000_000))
    .option('--dry-run', 'check and print the sale, and create nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(create);
}

async function create(options: CreateOptions): Promise<void> {
  const draft = checkSaleDraft(await readSale(options));
  if (options.dryRun) console.log(jsonText(withDefaults(draft)));
  else printSale(await createFrom(draft), options.json);
}

function withDefaults(draft: SaleDraft): unknown {
  const { waitingRoom, antiBot, riskReview } = saleOfDraft('', draft);
  const rules = {
    waiting_room: waitingRoomView(waitingRoom),
    anti_bot: antiBotView(antiBot),
    risk_review: riskReviewView(riskReview),
  };
  return Value.Default(saleDraft, { ...draft, ...rules });
}

function createFrom(draft: SaleDraft) {
  return withClient((client) => client.createSale(draft));
}

async function readSale(options: CreateOptions): Promise<UncheckedSale> {
  if (!options.file && !options.items) throw new UsageError('Give the sale by --file, or its items by --items.');
  const base = options.file ? await readJson(options.file) : {};
  const rows = options.items ? parseItems(await readText(options.items)) : null;
  return {
    draft: {
      ...base,
      ...fieldsOf(options),
      ...waitingRoomOf(base, options),
      ...(rows && { items: rows.map(({ item }) => item) }),
    },
    lines: rows?.map(({ line }) => line) ?? null,
  };
}

function fieldsOf(options: CreateOptions): Record<string, unknown> {
  const fields = {
    name: options.name,
    starts_at: options.startsAt,
    ends_at: options.endsAt,
    reveal_at: options.revealAt,
    currency: options.currency,
    purchase_limit: options.purchaseLimit,
    reservation_seconds: options.reservationSeconds,
  };
  return given(fields);
}

/** A flag of the waiting room makes one, or changes that of the file. */
function waitingRoomOf(base: object, options: CreateOptions): Record<string, unknown> {
  const fields = given({
    order: options.waitingRoom,
    opens_at: options.opensAt,
    rate_per_second: options.rate,
    max_active: options.cap,
  });
  if (Object.keys(fields).length === 0) return {};
  const before = 'waiting_room' in base && typeof base.waiting_room === 'object' ? base.waiting_room : {};
  return { waiting_room: { ...before, ...fields } };
}

function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

async function readJson(path: string): Promise<object> {
  const text = await readText(path);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (cause) {
    throw new UsageError(`${path} is not JSON: ${(cause as SyntaxError).message}`, { cause });
  }
  throw new UsageError(`${path} must hold one JSON object, the sale.`);
}

async function readText(path: string): Promise<string> {
  const bytes = await readBytes(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UsageError(`${path} is not text in UTF-8: save it as such.`, { cause });
  }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new UsageError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
