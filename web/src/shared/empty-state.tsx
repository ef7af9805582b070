import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly title: string;
  /** It is all that the page has to say, and so its heading. */
  readonly isPage?: boolean;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** There is nothing here, and that is no fault: says why, and what can be done. */
export function EmptyState({ title, isPage = false, children, action }: EmptyStateProps) {
  const Title = isPage ? 'h1' : 'p';
  return (
    <div className="grid justify-items-center gap-3 rounded-card border border-dashed border-line px-6 py-14 text-center">
      <Title className="text-lg font-semibold">{title}</Title>
      {children && <div className="max-w-prose text-muted">{children}</div>}
      {action && <div className="pt-2">{action}</div>}
    </div>
  );
}
