import { joinClasses } from './join-classes.ts';
import { sharedTexts } from './texts.ts';

/** The place of something that is still to come. The class gives it its size. */
export function Skeleton({ className }: { readonly className?: string }) {
  return (
    <span aria-hidden="true" className={joinClasses('block animate-shimmer rounded-control bg-line', className)} />
  );
}

/** A page that is still to come, in its rough shape. */
export function PageSkeleton() {
  return (
    <div role="status" className="grid gap-4">
      <span className="sr-only">{sharedTexts.loading}</span>
      <Skeleton className="h-9 w-2/3 max-w-sm" />
      <Skeleton className="h-5 w-1/2 max-w-xs" />
      <Skeleton className="mt-4 h-64" />
    </div>
  );
}
