import type { ReactNode } from 'react';

/** One column on a phone, up to three beside each other. */
export function ProductGrid({ children }: { readonly children: ReactNode }) {
  return <div className="grid gap-4 sm:grid-cols-2 sm:gap-6 lg:grid-cols-3">{children}</div>;
}
