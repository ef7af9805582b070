import type { SaleStatus } from '#sdk/contract/sale.ts';
import type { Tone } from '../../shared/badge.tsx';
import { Notice } from '../../shared/notice.tsx';
import { texts } from '../texts.ts';

interface Words {
  readonly tone: Tone;
  readonly title: string;
  readonly detail?: string;
}

/** What visitors must know when a sale does not simply go its way. */
export function SaleNotice({ status }: { readonly status: SaleStatus }) {
  const words = wordsFor(status);
  if (!words) return null;
  return (
    <Notice live tone={words.tone} title={words.title}>
      {words.detail}
    </Notice>
  );
}

function wordsFor({ phase, stock_may_return }: SaleStatus): Words | null {
  switch (phase) {
    case 'sold_out':
      return stock_may_return
        ? { tone: 'caution', title: texts.mayReturnTitle, detail: texts.mayReturnDetail }
        : { tone: 'neutral', title: texts.soldOutTitle, detail: texts.soldOutDetail };
    case 'paused':
      return { tone: 'caution', title: texts.pausedTitle, detail: texts.pausedDetail };
    case 'recovering':
      return { tone: 'caution', title: texts.recoveringTitle, detail: texts.recoveringDetail };
    case 'ended':
      return { tone: 'neutral', title: texts.endedTitle };
    case 'cancelled':
      return { tone: 'critical', title: texts.cancelledTitle, detail: texts.cancelledDetail };
    default:
      return null;
  }
}
