import { partTexts as texts } from '../texts/part-texts.ts';
import { useToast } from './toasts.tsx';

interface CopyIdProps {
  readonly id: string;
  /** What it names, for the button's label. */
  readonly what: string;
}

/** A whole id, to read, to select and, where the browser lets pages do that, to copy by a click. */
export function CopyId({ id, what }: CopyIdProps) {
  const announce = useToast();
  const copy = async () => {
    await navigator.clipboard.writeText(id);
    announce({ title: texts.copied, detail: id });
  };
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <code className="min-w-0 font-mono text-[0.8125rem] break-all select-all">{id}</code>
      {'clipboard' in navigator && (
        <button
          type="button"
          onClick={copy}
          aria-label={texts.copy(what)}
          className="-my-3 grid size-11 shrink-0 place-items-center rounded-control text-muted hover:text-ink"
        >
          <svg aria-hidden="true" viewBox="0 0 24 24" className="size-4 fill-none stroke-current" strokeWidth="1.8">
            <rect x="8" y="8" width="12" height="12" rx="2.5" />
            <path d="M16 8V6.5A2.5 2.5 0 0 0 13.5 4h-7A2.5 2.5 0 0 0 4 6.5v7A2.5 2.5 0 0 0 6.5 16H8" />
          </svg>
        </button>
      )}
    </span>
  );
}

/** The end of an id: enough to tell one from the next. An order's begins with the time, which many have in common. */
export function shortId(id: string): string {
  return id.slice(-8);
}
