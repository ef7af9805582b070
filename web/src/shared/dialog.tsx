import { Dialog as Primitive } from 'radix-ui';
import { type ReactNode, useRef } from 'react';

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  /** What is at stake, in a sentence. */
  readonly description: string;
  readonly children?: ReactNode;
  /** The buttons, the safe one first. */
  readonly actions: ReactNode;
}

/**
 * A question that must be answered before anything else. Without Radix's own overlay: that adds a style element, which
 * the Content-Security-Policy does not let in. theme.css keeps the page behind from scrolling.
 */
export function Dialog({ open, onOpenChange, title, description, children, actions }: DialogProps) {
  const opener = useRef<Element | null>(null);
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <div data-scrim className="fixed inset-0 z-40 grid items-end bg-scrim sm:place-items-center sm:p-6">
          <Primitive.Content
            onOpenAutoFocus={() => {
              opener.current = document.activeElement;
            }}
            // Radix gives the focus back to its own triggers alone.
            onCloseAutoFocus={() => opener.current instanceof HTMLElement && opener.current.focus()}
            className="grid max-h-[85dvh] w-full animate-appear gap-4 overflow-y-auto rounded-t-card bg-surface p-6 shadow-floating sm:max-w-md sm:rounded-card"
          >
            <div className="grid gap-1.5">
              <Primitive.Title className="text-lg font-semibold">{title}</Primitive.Title>
              <Primitive.Description className="text-sm text-muted">{description}</Primitive.Description>
            </div>
            {children}
            <div className="flex flex-col-reverse gap-3 sm:flex-row sm:justify-end">{actions}</div>
          </Primitive.Content>
        </div>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
