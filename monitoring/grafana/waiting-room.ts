import { dashboard } from './dashboard.ts';
import { graph } from './panels.ts';

const SALE = 'sale=~"$sale"';

export const waitingRoom = dashboard({
  uid: 'tidegate-waiting-room',
  title: 'waiting room',
  bySale: true,
  rows: [
    {
      title: 'The queue',
      panels: [
        graph({
          title: 'Waiting',
          about: 'Buyers who were not called yet.',
          unit: 'short',
          queries: [{ expr: `max by (sale) (tidegate_queue_length{${SALE}})`, legend: '{{sale}}' }],
        }),
        graph({
          title: 'Called up to',
          about: 'Everybody up to this position may come. Flat: held by stock or cap, or paused.',
          unit: 'short',
          queries: [{ expr: `tidegate:queue_now_serving:max{${SALE}}`, legend: '{{sale}}' }],
        }),
        graph({
          title: 'Calls a second',
          about: 'The rate of the gate and what it makes up for no-shows.',
          unit: 'ops',
          queries: [{ expr: `deriv(tidegate:queue_now_serving:max{${SALE}}[1m])`, legend: '{{sale}}' }],
        }),
        graph({
          title: 'Joins by outcome',
          about: 'rejoined: had their place already.',
          unit: 'reqps',
          stacked: true,
          queries: [{ expr: 'sum by (outcome) (rate(tidegate_queue_joins_total[1m]))', legend: '{{outcome}}' }],
        }),
        graph({
          title: 'Admissions by outcome',
          about: 'not_your_turn: comes too early; rate and cap make others wait.',
          unit: 'reqps',
          stacked: true,
          queries: [{ expr: `sum by (outcome) (rate(tidegate_admissions_total{${SALE}}[1m]))`, legend: '{{outcome}}' }],
        }),
        graph({
          title: 'Checks at the entrance',
          about: 'What the rules against bots said.',
          unit: 'reqps',
          stacked: true,
          queries: [{ expr: 'sum by (verdict) (rate(tidegate_entrance_checks_total[1m]))', legend: '{{verdict}}' }],
        }),
      ],
    },
    {
      title: 'What waiting costs',
      panels: [
        graph({
          title: 'Event streams',
          about: 'Open, by gateway. The cap is 20,000 each; beyond it buyers poll.',
          unit: 'short',
          queries: [{ expr: 'tidegate_event_streams', legend: '{{instance}}' }],
        }),
        graph({
          title: 'Status documents',
          about: 'Polls that reached a gateway: what the CDN did not answer.',
          unit: 'reqps',
          queries: [
            {
              expr: 'sum by (status) (tidegate:http_answers_by_route:rate1m{route="/api/v1/flash-sale/:sale_id/status"})',
              legend: '{{status}}',
            },
          ],
        }),
        graph({
          title: 'Units left',
          about: 'Once all are spoken for the gate is held.',
          unit: 'short',
          queries: [{ expr: `max by (sale, sku) (tidegate_stock_remaining{${SALE}})`, legend: '{{sku}}' }],
        }),
      ],
    },
  ],
});
