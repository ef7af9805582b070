import type { ComponentProps } from 'react';
import { joinClasses } from './join-classes.ts';

/** A raised surface. Padding is the content's business. */
export function Card({ className, ...rest }: ComponentProps<'div'>) {
  return (
    <div className={joinClasses('rounded-card border border-line bg-surface shadow-raised', className)} {...rest} />
  );
}
