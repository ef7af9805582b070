import { Toast as Primitive } from 'radix-ui';
import type { Tone } from '../../shared/badge.tsx';
import { joinClasses } from '../../shared/join-classes.ts';
import { sharedTexts } from '../../shared/texts.ts';
import { partTexts } from '../texts/part-texts.ts';
import type { ShownToast } from './toasts.tsx';

const EDGES: Readonly<Record<Tone, string>> = {
  neutral: 'border-l-line-strong',
  accent: 'border-l-accent',
  positive: 'border-l-positive',
  caution: 'border-l-caution',
  critical: 'border-l-critical',
};

interface ToastListProps {
  readonly shown: readonly ShownToast[];
  readonly onDrop: (key: number) => void;
}

/** What is told at this moment, the newest last. */
export function ToastList({ shown, onDrop }: ToastListProps) {
  return (
    <Primitive.Provider label={partTexts.notifications} swipeDirection="right">
      {shown.map((toast) => (
        <ToastCard key={toast.key} toast={toast} onDrop={onDrop} />
      ))}
      <Primitive.Viewport className="fixed inset-x-4 bottom-4 z-50 grid gap-3 sm:left-auto sm:w-96" />
    </Primitive.Provider>
  );
}

function ToastCard({ toast, onDrop }: { readonly toast: ShownToast; readonly onDrop: ToastListProps['onDrop'] }) {
  const { key, title, detail, tone = 'neutral' } = toast;
  return (
    <Primitive.Root
      onOpenChange={(open) => open || onDrop(key)}
      className={joinClasses(
        'grid animate-appear grid-cols-[1fr_auto] gap-x-3 rounded-control border border-l-4 border-line bg-surface p-4 shadow-floating',
        EDGES[tone],
      )}
    >
      <Primitive.Title className="text-sm font-semibold">{title}</Primitive.Title>
      <Primitive.Close className="row-span-2 -m-2 size-11 text-muted hover:text-ink" aria-label={sharedTexts.close}>
        ×
      </Primitive.Close>
      {detail && <Primitive.Description className="text-sm text-muted">{detail}</Primitive.Description>}
    </Primitive.Root>
  );
}
