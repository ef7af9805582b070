import { type SaleDraft, saleDraft } from '#sdk/contract/admin-sale.ts';
import type { FieldProblem } from '#sdk/contract/problem.ts';
import { saleErrors } from '../../domain/sale.ts';
import { saleOfDraft } from '../../http/admin/sale-draft.ts';
import { compileValidator, fieldProblems } from '../../http/validation.ts';
import { UsageError } from '../failure.ts';

export interface UncheckedSale {
  readonly draft: object;
  /** The line of each item in its CSV file; null if the items come from elsewhere. */
  readonly lines: readonly number[] | null;
}

/** Checks a sale as the server does, with the same words. Throws `UsageError` that names each wrong place. */
export function checkSaleDraft({ draft, lines }: UncheckedSale): SaleDraft {
  const problems = problemsOf(draft);
  if (problems.length === 0) return draft as SaleDraft;
  const places = problems.map(({ field, message }) => `\n  ${placeOf(field, lines)} ${message}`);
  throw new UsageError(`This is not a valid sale:${places.join('')}`);
}

/** The rules between fields are looked at once each field is right. */
function problemsOf(draft: object): FieldProblem[] {
  const validate = compileValidator({ schema: saleDraft, method: 'POST', url: '/', httpPart: 'body' });
  if (validate(draft)) return saleErrors(saleOfDraft('', draft as SaleDraft));
  return fieldProblems(Object.assign(new Error('not a sale'), { validation: validate.errors ?? [] }));
}

/** `items.3.sku_id` of a CSV file is `line 5: sku_id`. */
function placeOf(field: string, lines: UncheckedSale['lines']): string {
  const [, index, name] = /^items\.(\d+)\.?(.*)$/.exec(field) ?? [];
  const line = lines?.[Number(index)];
  return line ? `line ${line}: ${name}` : field;
}
