import type { Assumptions } from './crowd.ts';
import type { Worksheet } from './worksheet.ts';

/** As many processes, each with a core, as do the work with one zone lost; equally many in each zone. */
export function processesFor(
  sheet: Worksheet,
  id: string,
  load: number,
  { utilisation, zones }: Pick<Assumptions, 'utilisation' | 'zones'>,
): number {
  return sheet.add(
    id,
    'processes',
    { load, utilisation, zones },
    'ceil(max(1, load / utilisation) / (zones - 1)) * zones',
    (each) => Math.ceil(Math.max(1, each.load / each.utilisation) / (each.zones - 1)) * each.zones,
  );
}
