import type { Assumptions, Crowd } from './crowd.ts';
import type { Figures } from './figures.ts';
import { processesFor } from './processes.ts';
import type { Worksheet } from './worksheet.ts';

export interface PipelinePlan {
  readonly processors: number;
  /** Of their cores, in the worst second. */
  readonly load: number;
  readonly partitions: number;
  readonly brokers: number;
}

export interface LedgerPlan {
  readonly cores: number;
  readonly memoryGb: number;
  readonly connections: number;
  readonly storageGb: number;
}

const BROKERS = 3;
/** What a processor makes where there is no topic: src/order-log/kafka/kafka-topics.ts. */
const CREATED_PARTITIONS = 12;
/** A partition more than needed costs little; adding some later moves sales to other partitions. */
const SPARE_PARTITIONS = 2;
/** More than the mean, in the worst second. */
const PAYMENT_PEAK = 3;

export function planPipeline(sheet: Worksheet, crowd: Crowd, figures: Figures, assumptions: Assumptions): PipelinePlan {
  sheet.section('order log and processors');
  const { zones, orderLog } = assumptions;
  const applying = sheet.add(
    'applying',
    'cores',
    { units: crowd.units, drain_seconds: assumptions.drainSeconds, order_us: figures.processor.order_us[orderLog] },
    'units / drain_seconds * order_us / 1e6',
    (each) => ((each.units / each.drain_seconds) * each.order_us) / 1e6,
  );
  const paying = sheet.add(
    'paying',
    'processors',
    { payments: paymentRate(sheet, crowd, assumptions), payments_per_processor: figures.processor.payments_per_second },
    'payments / payments_per_processor',
    (each) => each.payments / each.payments_per_processor,
  );
  const load = sheet.add(
    'processor_load',
    'cores',
    { applying, paying, core_speed: assumptions.coreSpeed },
    '(applying + paying) / core_speed',
    (each) => (each.applying + each.paying) / each.core_speed,
  );
  const processors = processesFor(sheet, 'processors', load, assumptions);
  const partitions = sheet.add(
    'partitions',
    'partitions',
    { created: CREATED_PARTITIONS, sales: assumptions.sales, processors, spare: SPARE_PARTITIONS },
    'max(created, max(sales, processors) * spare)',
    (each) => Math.max(each.created, Math.max(each.sales, each.processors) * each.spare),
  );
  return { processors, load, partitions, brokers: orderLog === 'kafka' ? Math.max(BROKERS, zones) : 0 };
}

function paymentRate(sheet: Worksheet, { units }: Crowd, { paySeconds }: Assumptions): number {
  return sheet.add(
    'payments',
    '/s',
    { units, pay_seconds: paySeconds, peak: PAYMENT_PEAK },
    'units / pay_seconds * peak',
    (each) => (each.units / each.pay_seconds) * each.peak,
  );
}

/** PostgreSQL: what the payments and orders of the worst second ask of it, and the connections of every process. */
export function planLedger(
  sheet: Worksheet,
  processes: number,
  { crowd, figures, assumptions }: { crowd: Crowd; figures: Figures; assumptions: Assumptions },
): LedgerPlan {
  sheet.section('postgresql');
  const { utilisation, coreSpeed } = assumptions;
  const cores = sheet.add(
    'postgresql_cores',
    'cores',
    {
      payments: (crowd.units / assumptions.paySeconds) * PAYMENT_PEAK,
      payments_per_core: figures.processor.payments_per_second,
      utilisation,
      core_speed: coreSpeed,
    },
    'max(2, 2 * ceil(payments / payments_per_core / utilisation / core_speed / 2))',
    (each) =>
      Math.max(2, 2 * Math.ceil(each.payments / each.payments_per_core / each.utilisation / each.core_speed / 2)),
  );
  const connections = sheet.add(
    'postgresql_connections',
    'connections',
    { processes, connections_per_process: figures.ledger.connections_per_process, spare: 20 },
    'processes * connections_per_process + spare',
    (each) => each.processes * each.connections_per_process + each.spare,
  );
  const memoryGb = sheet.add(
    'postgresql_memory',
    'GB',
    { connections, mb_per_connection: 10, cores, gb_per_core: 2 },
    'ceil(connections * mb_per_connection / 1000 + cores * gb_per_core)',
    (each) => Math.ceil((each.connections * each.mb_per_connection) / 1000 + each.cores * each.gb_per_core),
  );
  const storageGb = sheet.add(
    'postgresql_storage',
    'GB a sale',
    { units: crowd.units, order_bytes: figures.ledger.order_bytes, with_wal: 2 },
    'units * order_bytes * with_wal / 1e9',
    (each) => (each.units * each.order_bytes * each.with_wal) / 1e9,
  );
  return { cores, connections, memoryGb, storageGb };
}
