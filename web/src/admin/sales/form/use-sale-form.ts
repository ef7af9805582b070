import { type FocusEvent, useMemo, useState } from 'react';
import { TidegateProblem } from '#sdk/client.ts';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import { checkSale, type FieldErrors, serverErrors } from './check-sale.ts';
import { draftOf, type SaleForm } from './sale-form-state.ts';
import { useAfterPress } from './use-after-press.ts';

const NONE: FieldErrors = new Map();

export interface SaleFormControl {
  readonly form: SaleForm;
  readonly draft: Partial<SaleDraft>;
  readonly change: (part: Partial<SaleForm>) => void;
  /** What to say below a field: nothing before it has been left, or sent. */
  readonly errorOf: (path: string) => string | null;
  /** How many fields are wrong that say so. */
  readonly wrong: number;
  readonly leave: (event: FocusEvent<HTMLFormElement>) => void;
  /** The whole draft; null while something is wrong, which is shown from now on. */
  readonly complete: () => SaleDraft | null;
  readonly refused: (error: unknown) => void;
}

/** The state of the form of a sale. */
export function useSaleForm(initial: () => SaleForm): SaleFormControl {
  const [form, setForm] = useState(initial);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [sent, setSent] = useState(false);
  const [fromServer, setFromServer] = useState(NONE);
  const afterPress = useAfterPress();
  const draft = useMemo(() => draftOf(form), [form]);
  const errors = useMemo(() => checkSale(draft), [draft]);
  const errorOf = (path: string) => {
    const own = sent || left.has(path) ? errors.get(path) : undefined;
    return own ?? fromServer.get(path) ?? null;
  };
  return {
    form,
    draft,
    errorOf,
    wrong: sent ? new Set([...errors.keys(), ...fromServer.keys()]).size : 0,
    change: (part) => {
      setForm((before) => ({ ...before, ...part }));
      setFromServer(NONE);
    },
    leave: ({ target }) => {
      const { name } = target as { readonly name?: string };
      if (name) afterPress(() => setLeft((before) => new Set([...before, name])));
    },
    complete: () => {
      setSent(true);
      return errors.size === 0 ? (draft as SaleDraft) : null;
    },
    refused: (error) => setFromServer(error instanceof TidegateProblem ? serverErrors(error.errors) : NONE),
  };
}
