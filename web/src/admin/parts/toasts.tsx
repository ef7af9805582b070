import { createContext, lazy, type ReactNode, Suspense, useCallback, useContext, useState } from 'react';
import type { Tone } from '../../shared/badge.tsx';

interface Toast {
  readonly title: string;
  readonly detail?: string;
  readonly tone?: Tone;
}

export interface ShownToast extends Toast {
  readonly key: number;
}

type Announce = (toast: Toast) => void;

/** Most visits see none: loaded with the first. */
const ToastList = lazy(async () => ({ default: (await import('./toast-list.tsx')).ToastList }));

const ToastContext = createContext<Announce>(() => {});

/** Tells of something that has happened, for some seconds, and to screen readers. */
export function useToast(): Announce {
  return useContext(ToastContext);
}

export function Toasts({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<readonly ShownToast[]>([]);
  const [used, setUsed] = useState(false);
  const announce = useCallback<Announce>((toast) => {
    setUsed(true);
    setShown((before) => [...before, { ...toast, key: (before.at(-1)?.key ?? 0) + 1 }]);
  }, []);
  const drop = useCallback((key: number) => setShown((before) => before.filter((toast) => toast.key !== key)), []);
  return (
    <ToastContext value={announce}>
      {children}
      {used && (
        <Suspense>
          <ToastList shown={shown} onDrop={drop} />
        </Suspense>
      )}
    </ToastContext>
  );
}
