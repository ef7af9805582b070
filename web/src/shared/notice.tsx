import type { ReactNode } from 'react';
import { TONE_CLASSES, type Tone } from './badge.tsx';
import { joinClasses } from './join-classes.ts';

interface NoticeProps {
  readonly tone?: Tone;
  readonly title?: string;
  readonly children?: ReactNode;
  /** Read out when it appears. */
  readonly live?: boolean;
}

/** A message that stays where it is, in the flow of the page. */
export function Notice({ tone = 'neutral', title, children, live = false }: NoticeProps) {
  return (
    <div
      role={live ? 'status' : undefined}
      className={joinClasses('rounded-control px-4 py-3 text-sm', TONE_CLASSES[tone])}
    >
      {title && <p className="font-semibold">{title}</p>}
      {children && <div className={joinClasses(tone !== 'neutral' && 'text-ink')}>{children}</div>}
    </div>
  );
}
