import { formatTime } from '../../../shared/time.tsx';
import { saleFormTexts as texts } from '../../texts/sale-form-texts.ts';
import { zoneOf } from '../sale-window.tsx';

/** Which zone a time is typed in, and what it is in UTC, where the logs and the API have it. */
export function zoneHint(local: string): string {
  const at = new Date(local);
  if (Number.isNaN(at.getTime())) return texts.zoneAlone(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const iso = at.toISOString();
  return texts.zone(zoneOf(iso), formatTime(iso, 'moment', { timeZone: 'UTC' }));
}
