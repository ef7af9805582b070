import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { Button } from '../../shared/button.tsx';
import { Dialog } from '../../shared/dialog.tsx';
import { Field, TextField } from '../../shared/field.tsx';
import { Notice } from '../../shared/notice.tsx';
import { partTexts as texts } from '../texts/part-texts.ts';
import { problemText } from './problem-text.ts';

interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description: string;
  readonly confirm: string;
  readonly look?: 'primary' | 'critical';
  /** What has to be typed first, for what cannot be undone. */
  readonly word?: string;
  readonly note?: { readonly label: string; readonly hint: string };
  readonly busy: boolean;
  /** Why the last try failed; null: it did not. */
  readonly error: unknown;
  readonly onConfirm: (note: string | undefined) => void;
  readonly children?: ReactNode;
}

/** Asks before something is done that others notice. */
export function ConfirmDialog({ open, ...dialog }: ConfirmDialogProps) {
  return open ? <OpenDialog {...dialog} /> : null;
}

function OpenDialog(props: Omit<ConfirmDialogProps, 'open'>) {
  const {
    onClose,
    title,
    description,
    confirm,
    look = 'primary',
    word,
    note,
    busy,
    error,
    onConfirm,
    children,
  } = props;
  const formId = useId();
  const [typed, setTyped] = useState('');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('note') ?? '').trim();
    onConfirm(text === '' ? undefined : text);
  };
  const actions = (
    <>
      <Button look="secondary" onClick={onClose}>
        {texts.cancel}
      </Button>
      <Button
        type="submit"
        form={formId}
        look={look}
        busy={busy}
        disabled={word !== undefined && typed.trim() !== word}
      >
        {confirm}
      </Button>
    </>
  );
  return (
    <Dialog open onOpenChange={(open) => open || onClose()} title={title} description={description} actions={actions}>
      <form id={formId} onSubmit={submit} className="grid gap-4">
        {children}
        {note && <TextField name="note" label={note.label} hint={note.hint} maxLength={500} rows={2} />}
        {word !== undefined && (
          <Field
            label={texts.typeToConfirm(word)}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
          />
        )}
        {error !== null && error !== undefined && (
          <Notice tone="critical" live>
            {problemText(error)}
          </Notice>
        )}
      </form>
    </Dialog>
  );
}
