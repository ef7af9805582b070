import { Errors } from 'typebox/value';
import { type SaleDraft, saleDraft } from '#sdk/contract/admin-sale.ts';
import type { FieldProblem } from '#sdk/contract/problem.ts';
import { saleFormTexts as texts } from '../../texts/sale-form-texts.ts';
import { decimalsOf } from './sale-form-state.ts';

/** What is wrong, by the path of its field: `items.0.name`. */
export type FieldErrors = ReadonlyMap<string, string>;

/** By the contract, and by what the server would say of the fields together. */
export function checkSale(draft: Partial<SaleDraft>): FieldErrors {
  const found = new Map<string, string>();
  const note = (path: string, message: string) => found.has(path) || found.set(path, message);
  for (const { keyword, instancePath, params } of Errors(saleDraft, draft)) {
    const path = instancePath.slice(1).replaceAll('/', '.');
    const { requiredProperties = [], limit } = params as { requiredProperties?: string[]; limit?: number };
    if (keyword === 'required') for (const name of requiredProperties) note(joined(path, name), texts.errors.required);
    else if (isPrice(path) && keyword === 'type') note(path, notAPrice(draft.currency));
    else note(path, messageOf(keyword, limit));
  }
  for (const [path, message] of togetherWrong(draft)) note(path, message);
  return found;
}

/** What the server objects to, in its own words: it knows what else there is. */
export function serverErrors(errors: readonly FieldProblem[]): FieldErrors {
  return new Map(errors.map(({ field, message }) => [field, `${message.charAt(0).toUpperCase()}${message.slice(1)}.`]));
}

function isPrice(path: string): boolean {
  return path.endsWith('_price_minor');
}

function notAPrice(currency = ''): string {
  return texts.errors.price((1999.5).toFixed(decimalsOf(currency)));
}

function messageOf(keyword: string, limit: number | undefined): string {
  const { errors } = texts;
  switch (keyword) {
    case 'minLength':
      return errors.required;
    case 'minimum':
      return errors.atLeast(limit ?? 0);
    case 'maximum':
      return errors.atMost(limit ?? 0);
    case 'maxLength':
      return errors.tooLong;
    case 'type':
      return errors.wholeNumber;
    default:
      return errors.wrong;
  }
}

function togetherWrong({ starts_at: start, ends_at: end, items = [], waiting_room: room }: Partial<SaleDraft>) {
  const wrong: [string, string][] = [];
  if (start && end && end <= start) wrong.push(['ends_at', texts.errors.endBeforeStart]);
  if (start && room?.opens_at && room.opens_at > start) wrong.push(['waiting_room.opens_at', texts.errors.opensLate]);
  for (const [index, { sku_id, total_stock, safety_buffer = 0 }] of items.entries()) {
    if (sku_id && items.findIndex((item) => item.sku_id === sku_id) < index) {
      wrong.push([`items.${index}.sku_id`, texts.errors.skuTwice]);
    }
    if (safety_buffer > total_stock) wrong.push([`items.${index}.safety_buffer`, texts.errors.bufferTooLarge]);
  }
  return wrong;
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
