import { dashboard } from './dashboard.ts';
import { graph } from './panels.ts';

const SECONDS = 'tidegate_http_request_duration_seconds';

export const gateway = dashboard({
  uid: 'tidegate-gateway',
  title: 'gateway',
  rows: [
    {
      title: 'Requests',
      panels: [
        graph({
          title: 'Answers by status',
          about: '4xx are mostly what a sale has to say: sold out, not your turn. 5xx are ours.',
          unit: 'reqps',
          stacked: true,
          queries: [{ expr: 'sum by (status) (tidegate:http_answers_by_route:rate1m)', legend: '{{status}}' }],
        }),
        graph({
          title: 'Requests by route',
          about: 'The ten busiest.',
          unit: 'reqps',
          queries: [{ expr: 'topk(10, sum by (route) (tidegate:http_answers_by_route:rate1m))', legend: '{{route}}' }],
        }),
        graph({
          title: 'Refusals by code',
          about: 'Problem documents. internal is a bug; overloaded and store_unavailable are trouble.',
          unit: 'reqps',
          stacked: true,
          queries: [{ expr: 'sum by (code) (rate(tidegate_problems_total[1m]))', legend: '{{code}}' }],
        }),
        graph({
          title: 'Time to answer',
          about: 'All routes.',
          unit: 's',
          queries: [0.5, 0.95, 0.99].map((quantile) => ({
            expr: `histogram_quantile(${quantile}, sum by (le) (rate(${SECONDS}_bucket[1m])))`,
            legend: `p${quantile * 100}`,
          })),
        }),
        graph({
          title: 'p99 by route',
          about: 'The five slowest.',
          unit: 's',
          queries: [
            {
              expr: `topk(5, histogram_quantile(0.99, sum by (le, route) (rate(${SECONDS}_bucket[1m]))))`,
              legend: '{{route}}',
            },
          ],
        }),
        graph({
          title: 'Requests by gateway',
          about: 'Even, if the balancer is.',
          unit: 'reqps',
          queries: [{ expr: `sum by (instance) (rate(${SECONDS}_count[1m]))`, legend: '{{instance}}' }],
        }),
      ],
    },
    {
      title: 'Purchases',
      panels: [
        graph({
          title: 'Purchases by outcome',
          about: 'failed: the store did not decide; the same key finds out.',
          unit: 'reqps',
          stacked: true,
          queries: [{ expr: 'sum by (outcome) (rate(tidegate_purchase_requests_total[1m]))', legend: '{{outcome}}' }],
        }),
        graph({
          title: 'Decision of the store',
          about: 'Until it is durable. Slow: its disk.',
          unit: 's',
          queries: [0.5, 0.99].map((quantile) => ({
            expr: `histogram_quantile(${quantile}, sum by (le) (rate(tidegate_store_decision_seconds_bucket[1m])))`,
            legend: `p${quantile * 100}`,
          })),
        }),
        graph({
          title: 'Size of a batch',
          about: 'What is written together; grows with the load, by itself.',
          unit: 'short',
          queries: [
            {
              expr: 'sum(rate(tidegate_store_batch_size_sum[1m])) / sum(rate(tidegate_store_batch_size_count[1m]))',
              legend: 'mean',
            },
          ],
        }),
        graph({
          title: 'Repeats',
          about: 'Purchases answered from an earlier effect under the same key.',
          unit: 'reqps',
          queries: [{ expr: 'sum(rate(tidegate_idempotent_replays_total[1m]))', legend: 'repeats' }],
        }),
        graph({
          title: 'Refused by a limit',
          about: 'ip, user and others.',
          unit: 'reqps',
          stacked: true,
          queries: [
            { expr: 'sum by (scope) (rate(tidegate_rate_limited_total[1m]))', legend: '{{scope}}' },
            { expr: 'sum(rate(tidegate_shared_limit_failures_total[1m]))', legend: 'not counted together' },
          ],
        }),
        graph({
          title: 'Event-loop delay',
          about: 'p99 of each process. From 0.1 s on it sheds lists and reports.',
          unit: 's',
          queries: [{ expr: 'tidegate_event_loop_delay_seconds', legend: '{{instance}}' }],
        }),
      ],
    },
  ],
});
