import { dashboard } from './dashboard.ts';
import { graph } from './panels.ts';

export const pipeline = dashboard({
  uid: 'tidegate-pipeline',
  title: 'pipeline',
  rows: [
    {
      title: 'From the store to the ledger',
      panels: [
        graph({
          title: 'Dependencies',
          about: '1 is up, as most pessimistic process sees it.',
          unit: 'short',
          queries: [{ expr: 'min by (dependency) (tidegate_dependency_up)', legend: '{{dependency}}' }],
        }),
        graph({
          title: 'Events that wait',
          about: 'In the outbox, and as the processors see it.',
          unit: 'short',
          queries: [
            { expr: 'max(tidegate_outbox_events)', legend: 'outbox' },
            { expr: 'max(tidegate_order_log_lag_events)', legend: 'lag' },
          ],
        }),
        graph({
          title: 'How full the outbox is',
          about: 'At 1 nothing is sold.',
          unit: 'percentunit',
          queries: [{ expr: 'max(tidegate_outbox_fill_ratio)', legend: 'fullest' }],
        }),
        graph({
          title: 'Events applied',
          about: 'By processor. A sale is one processor’s at a time.',
          unit: 'ops',
          stacked: true,
          queries: [{ expr: 'sum by (instance) (rate(tidegate_orders_applied_total[1m]))', legend: '{{instance}}' }],
        }),
        graph({
          title: 'Time to apply a batch',
          about: 'Slow: PostgreSQL.',
          unit: 's',
          queries: [0.5, 0.99].map((quantile) => ({
            expr: `histogram_quantile(${quantile}, sum by (le) (rate(tidegate_order_processing_seconds_bucket[1m])))`,
            legend: `p${quantile * 100}`,
          })),
        }),
        graph({
          title: 'The store keeps what it says',
          about: 'durable must be 1; lost must stay 0; recoveries come with each restart of the store.',
          unit: 'short',
          queries: [
            { expr: 'min(tidegate_store_durable)', legend: 'durable' },
            { expr: 'sum(increase(tidegate_orders_lost_total[15m]))', legend: 'lost in 15 min' },
            {
              expr: 'sum by (outcome) (increase(tidegate_sales_recovered_total[15m]))',
              legend: '{{outcome}} in 15 min',
            },
          ],
        }),
      ],
    },
    {
      title: 'Payments and what others do',
      panels: [
        graph({
          title: 'Payments by outcome',
          about: 'voided and refunded: money that was let go.',
          unit: 'ops',
          stacked: true,
          queries: [{ expr: 'sum by (outcome) (rate(tidegate_payments_total[1m]))', legend: '{{outcome}}' }],
        }),
        graph({
          title: 'Circuit breakers',
          about: '0 closed, 1 open, 2 half-open.',
          unit: 'short',
          queries: [{ expr: 'max by (dependency) (tidegate_circuit_breaker_state)', legend: '{{dependency}}' }],
        }),
        graph({
          title: 'Calls repeated',
          about: 'By dependency.',
          unit: 'ops',
          queries: [{ expr: 'sum by (dependency) (rate(tidegate_retries_total[1m]))', legend: '{{dependency}}' }],
        }),
        graph({
          title: 'Dead letters',
          about: 'Open, by reason.',
          unit: 'short',
          stacked: true,
          queries: [{ expr: 'max by (reason) (tidegate_dead_letters)', legend: '{{reason}}' }],
        }),
        graph({
          title: 'Age of the oldest dead letter',
          about: 'Ten minutes: somebody is woken.',
          unit: 's',
          queries: [{ expr: 'max(tidegate_dead_letter_oldest_age_seconds)', legend: 'oldest' }],
        }),
        graph({
          title: 'Mails and webhooks',
          about: 'failed: given up.',
          unit: 'ops',
          queries: [
            {
              expr: 'sum by (channel, outcome) (rate(tidegate_notifications_total[1m]))',
              legend: '{{channel}} {{outcome}}',
            },
          ],
        }),
        graph({
          title: 'Background tasks that failed',
          about: 'They are repeated; the log says which.',
          unit: 'ops',
          queries: [
            { expr: 'sum by (instance) (rate(tidegate_background_failures_total[1m]))', legend: '{{instance}}' },
          ],
        }),
        graph({
          title: 'Error budget of thirty days',
          about: 'What is left. Needs thirty days of storage.',
          unit: 'percentunit',
          queries: [{ expr: '1 - tidegate:slo_burn_rate:30d', legend: '{{slo}}' }],
        }),
        graph({
          title: 'Facts for analytics',
          about: 'Only with Kafka.',
          unit: 'ops',
          queries: [{ expr: 'sum by (outcome) (rate(tidegate_analytics_facts_total[1m]))', legend: '{{outcome}}' }],
        }),
      ],
    },
  ],
});
