import type { Assumptions, Crowd } from './crowd.ts';
import type { Figures } from './figures.ts';
import type { Worksheet } from './worksheet.ts';

export interface LeadTime {
  /** From the first missing request to the first one that a new machine answers. */
  readonly autoscalingSeconds: number;
  /** Before the sale, at the latest, everything has to be asked for. */
  readonly preScaleSeconds: number;
  /** Attempts that come while autoscaling is under way. */
  readonly attemptsTooEarly: number;
}

/** Something is refused the first time: a quota, a machine that is not to be had. */
const SECOND_TRY = 2;

export function planLeadTime(
  sheet: Worksheet,
  machines: number,
  { crowd, figures, assumptions }: { crowd: Crowd; figures: Figures; assumptions: Assumptions },
): LeadTime {
  sheet.section('lead time');
  const ready = sheet.add(
    'machine_ready',
    's',
    {
      boot_seconds: assumptions.machineBootSeconds,
      image_pull_seconds: assumptions.imagePullSeconds,
      start_seconds: figures.gateway.start_seconds,
    },
    'boot_seconds + image_pull_seconds + start_seconds',
    (each) => each.boot_seconds + each.image_pull_seconds + each.start_seconds,
  );
  const autoscalingSeconds = sheet.add(
    'autoscaling',
    's',
    { scrape_seconds: assumptions.scrapeSeconds, autoscaler_seconds: assumptions.autoscalerSeconds, ready },
    'scrape_seconds + autoscaler_seconds + ready',
    (each) => each.scrape_seconds + each.autoscaler_seconds + each.ready,
  );
  const preScaleSeconds = sheet.add(
    'pre_scaling',
    's',
    {
      machines,
      machines_per_minute: assumptions.machinesPerMinute,
      ready,
      second_try: SECOND_TRY,
      rehearsal_seconds: assumptions.rehearsalSeconds,
    },
    '(ceil(machines / machines_per_minute) * 60 + ready) * second_try + rehearsal_seconds',
    (each) =>
      (Math.ceil(each.machines / each.machines_per_minute) * 60 + each.ready) * each.second_try +
      each.rehearsal_seconds,
  );
  const attemptsTooEarly = sheet.add(
    'attempts_before_autoscaling',
    'attempts',
    { attempts: crowd.attemptsPerSecond, autoscaling: autoscalingSeconds, sell_out_seconds: crowd.sellOutSeconds },
    'attempts * min(autoscaling, sell_out_seconds)',
    (each) => each.attempts * Math.min(each.autoscaling, each.sell_out_seconds),
  );
  return { autoscalingSeconds, preScaleSeconds, attemptsTooEarly };
}
