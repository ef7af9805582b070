import { dashboard } from './dashboard.ts';
import { graph, number } from './panels.ts';

const SALE = 'sale=~"$sale"';

/** The one to have on the wall. */
export const saleOverview = dashboard({
  uid: 'tidegate-sale',
  title: 'sale overview',
  bySale: true,
  rows: [
    {
      title: 'Now',
      panels: [
        number({
          title: 'Phase',
          about: 'What a visitor sees.',
          unit: 'short',
          asName: true,
          queries: [
            { expr: `count by (phase) (count by (sale, phase) (tidegate_sale_phase{${SALE}}))`, legend: '{{phase}}' },
          ],
        }),
        number({
          title: 'Units left',
          about: 'For sale now: neither reserved nor sold.',
          unit: 'short',
          queries: [{ expr: `sum(max by (sale, sku) (tidegate_stock_remaining{${SALE}}))`, legend: 'left' }],
        }),
        number({
          title: 'Waiting',
          about: 'Buyers who have a place and were not called.',
          unit: 'short',
          limits: { warn: 50_000, bad: 100_000 },
          queries: [{ expr: `sum(max by (sale) (tidegate_queue_length{${SALE}}))`, legend: 'waiting' }],
        }),
        number({
          title: 'Purchases a second',
          about: 'All attempts, whatever they were answered.',
          unit: 'reqps',
          queries: [{ expr: 'sum(rate(tidegate_purchase_requests_total[1m]))', legend: 'attempts' }],
        }),
        number({
          title: 'Purchase, p99',
          about: 'Objective: 100 ms.',
          unit: 's',
          limits: { warn: 0.075, bad: 0.1 },
          queries: [{ expr: 'tidegate:purchase_seconds:p99_1m', legend: 'p99' }],
        }),
        number({
          title: 'Faults',
          about: 'Share of answers that are 5xx for a reason of ours. Objective: 0.1 %.',
          unit: 'percentunit',
          limits: { warn: 0.001, bad: 0.05 },
          queries: [{ expr: 'tidegate:http_faults:rate1m / tidegate:http_answers:rate1m', legend: '5xx' }],
        }),
        number({
          title: 'Oversold',
          about: 'Must be 0.',
          unit: 'short',
          limits: { warn: 1, bad: 1 },
          queries: [{ expr: 'max(tidegate_oversold_units)', legend: 'units' }],
        }),
        number({
          title: 'Alerts',
          about: 'Firing now, the heartbeat aside.',
          unit: 'short',
          limits: { warn: 1, bad: 3 },
          queries: [
            {
              expr: 'count(ALERTS{alertstate="firing", severity=~"page|notify"}) or vector(0)',
              legend: 'alerts',
            },
          ],
        }),
      ],
    },
    {
      title: 'The sale',
      panels: [
        graph({
          title: 'Units left',
          about: 'By item.',
          unit: 'short',
          queries: [{ expr: `max by (sku) (tidegate_stock_remaining{${SALE}})`, legend: '{{sku}}' }],
        }),
        graph({
          title: 'Purchases by outcome',
          about: 'reserved is sold for now; sold_out and limit_exceeded are usual refusals.',
          unit: 'reqps',
          stacked: true,
          queries: [{ expr: 'sum by (outcome) (rate(tidegate_purchase_requests_total[1m]))', legend: '{{outcome}}' }],
        }),
        graph({
          title: 'Queue',
          about: 'Who waits, and up to which position buyers were called.',
          unit: 'short',
          queries: [
            { expr: `max by (sale) (tidegate_queue_length{${SALE}})`, legend: 'waiting' },
            { expr: `max by (sale) (tidegate_queue_now_serving{${SALE}})`, legend: 'called' },
          ],
        }),
        graph({
          title: 'Payments by outcome',
          about: 'confirmed is sold for good.',
          unit: 'ops',
          stacked: true,
          queries: [{ expr: 'sum by (outcome) (rate(tidegate_payments_total[1m]))', legend: '{{outcome}}' }],
        }),
        graph({
          title: 'Let in',
          about: 'Admissions by outcome.',
          unit: 'ops',
          stacked: true,
          queries: [{ expr: `sum by (outcome) (rate(tidegate_admissions_total{${SALE}}[1m]))`, legend: '{{outcome}}' }],
        }),
        graph({
          title: 'Time of a purchase',
          about: 'From request to answer.',
          unit: 's',
          queries: [
            { expr: 'tidegate:purchase_seconds:p50_1m', legend: 'p50' },
            { expr: 'tidegate:purchase_seconds:p99_1m', legend: 'p99' },
          ],
        }),
      ],
    },
    {
      title: 'Behind it',
      panels: [
        graph({
          title: 'Events that the ledger does not have yet',
          about: 'Grows in a rush and falls after it.',
          unit: 'short',
          queries: [{ expr: 'max(tidegate_order_log_lag_events)', legend: 'lag' }],
        }),
        graph({
          title: 'Dead letters',
          about: 'What could not be processed, and waits for a person.',
          unit: 'short',
          queries: [{ expr: 'max by (reason) (tidegate_dead_letters)', legend: '{{reason}}' }],
        }),
        graph({
          title: 'Error budgets',
          about: 'How many times too fast each burns, over an hour. 1 lasts for thirty days.',
          unit: 'short',
          queries: [{ expr: 'tidegate:slo_burn_rate:1h', legend: '{{slo}}' }],
        }),
      ],
    },
  ],
});
