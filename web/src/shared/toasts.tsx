import { Toast as Primitive } from 'radix-ui';
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import type { Tone } from './badge.tsx';
import { joinClasses } from './join-classes.ts';
import { sharedTexts } from './texts.ts';

interface Toast {
  readonly title: string;
  readonly detail?: string;
  readonly tone?: Tone;
}

type Announce = (toast: Toast) => void;

const ToastContext = createContext<Announce>(() => {});

const EDGES: Readonly<Record<Tone, string>> = {
  neutral: 'border-l-line-strong',
  accent: 'border-l-accent',
  positive: 'border-l-positive',
  caution: 'border-l-caution',
  critical: 'border-l-critical',
};

/** Tells of something that has happened, for some seconds, and to screen readers. */
export function useToast(): Announce {
  return useContext(ToastContext);
}

export function Toasts({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<readonly (Toast & { readonly key: number })[]>([]);
  const announce = useCallback<Announce>((toast) => {
    setShown((before) => [...before, { ...toast, key: (before.at(-1)?.key ?? 0) + 1 }]);
  }, []);
  const drop = (key: number) => setShown((before) => before.filter((toast) => toast.key !== key));
  return (
    <ToastContext value={announce}>
      <Primitive.Provider label={sharedTexts.notifications} swipeDirection="right">
        {children}
        {shown.map(({ key, title, detail, tone = 'neutral' }) => (
          <Primitive.Root
            key={key}
            onOpenChange={(open) => open || drop(key)}
            className={joinClasses(
              'grid animate-appear grid-cols-[1fr_auto] gap-x-3 rounded-control border border-l-4 border-line bg-surface p-4 shadow-floating',
              EDGES[tone],
            )}
          >
            <Primitive.Title className="text-sm font-semibold">{title}</Primitive.Title>
            <Primitive.Close
              className="row-span-2 -m-2 size-11 text-muted hover:text-ink"
              aria-label={sharedTexts.close}
            >
              ×
            </Primitive.Close>
            {detail && <Primitive.Description className="text-sm text-muted">{detail}</Primitive.Description>}
          </Primitive.Root>
        ))}
        <Primitive.Viewport className="fixed inset-x-4 bottom-4 z-50 grid gap-3 sm:left-auto sm:w-96" />
      </Primitive.Provider>
    </ToastContext>
  );
}
