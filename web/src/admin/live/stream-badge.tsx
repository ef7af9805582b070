import { Badge } from '../../shared/badge.tsx';
import { Spinner } from '../../shared/spinner.tsx';
import { useNow } from '../parts/use-now.ts';
import { liveTexts as texts } from '../texts/live-texts.ts';

/** The server says something every second. */
const STALLED_MS = 4_000;

/** Whether the numbers are those of this moment. Read out when that changes, and not with every second. */
export function StreamBadge({ heardAtMs }: { readonly heardAtMs: number }) {
  useNow(1_000);
  const silentMs = performance.now() - heardAtMs;
  return (
    <span role="status">
      {silentMs < STALLED_MS ? (
        <Badge tone="positive" dot>
          {texts.streaming}
        </Badge>
      ) : (
        <Badge tone="critical">
          <Spinner />
          <span className="sr-only">{texts.reconnecting}</span>
          <span aria-hidden="true">{texts.stalled(Math.floor(silentMs / 1000))}</span>
        </Badge>
      )}
    </span>
  );
}
