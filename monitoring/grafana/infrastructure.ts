import { dashboard } from './dashboard.ts';
import { graph } from './panels.ts';

const DISKS = 'fstype!~"tmpfs|overlay|ramfs|squashfs"';
const PODS = 'pod=~"tidegate.*", container!=""';
const SCALERS = 'horizontalpodautoscaler=~"tidegate.*"';

export const infrastructure = dashboard({
  uid: 'tidegate-infrastructure',
  title: 'infrastructure and autoscaling',
  rows: [
    {
      title: 'Processes',
      panels: [
        graph({
          title: 'Processes that answer',
          about: 'By role.',
          unit: 'short',
          queries: [{ expr: 'sum by (role) (up{job="tidegate"})', legend: '{{role}}' }],
        }),
        graph({
          title: 'Cores used',
          about: 'A process sells with one.',
          unit: 'short',
          queries: [{ expr: 'rate(tidegate_process_cpu_seconds_total[1m])', legend: '{{instance}}' }],
        }),
        graph({
          title: 'Memory',
          about: 'Resident.',
          unit: 'bytes',
          queries: [{ expr: 'tidegate_process_resident_memory_bytes', legend: '{{instance}}' }],
        }),
        graph({
          title: 'Heap',
          about: 'Near its limit collections take all the time.',
          unit: 'bytes',
          queries: [{ expr: 'tidegate_nodejs_heap_size_used_bytes', legend: '{{instance}}' }],
        }),
        graph({
          title: 'Garbage collection',
          about: 'Share of the time, by process.',
          unit: 'percentunit',
          queries: [
            { expr: 'sum by (instance) (rate(tidegate_nodejs_gc_duration_seconds_sum[1m]))', legend: '{{instance}}' },
          ],
        }),
        graph({
          title: 'What runs',
          about: 'Processes by version, colour and commit: a deployment as it goes.',
          unit: 'short',
          stacked: true,
          queries: [
            {
              expr: 'count by (version, color, commit) (tidegate_build_info)',
              legend: '{{version}} {{color}} {{commit}}',
            },
          ],
        }),
      ],
    },
    {
      title: 'Machines',
      panels: [
        graph({
          title: 'Cores busy',
          about: 'By machine.',
          unit: 'percentunit',
          queries: [
            {
              expr: '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[1m]))',
              legend: '{{instance}}',
            },
          ],
        }),
        graph({
          title: 'Memory available',
          about: 'By machine.',
          unit: 'percentunit',
          queries: [{ expr: 'node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes', legend: '{{instance}}' }],
        }),
        graph({
          title: 'Disk free',
          about: 'By machine and mount point.',
          unit: 'percentunit',
          queries: [
            {
              expr: `node_filesystem_avail_bytes{${DISKS}} / node_filesystem_size_bytes`,
              legend: '{{instance}} {{mountpoint}}',
            },
            {
              expr: 'tidegate_data_dir_free_bytes / tidegate_data_dir_size_bytes',
              legend: '{{instance}} data directory',
            },
          ],
        }),
        graph({
          title: 'Network',
          about: 'Received and sent.',
          unit: 'Bps',
          queries: [
            {
              expr: 'sum by (instance) (rate(node_network_receive_bytes_total{device!="lo"}[1m]))',
              legend: '{{instance}} in',
            },
            {
              expr: 'sum by (instance) (rate(node_network_transmit_bytes_total{device!="lo"}[1m]))',
              legend: '{{instance}} out',
            },
          ],
        }),
      ],
    },
    {
      title: 'Redis, PostgreSQL and the proxy',
      panels: [
        graph({
          title: 'Memory of Redis',
          about: 'Nothing is evicted: when it is full, nothing is sold.',
          unit: 'bytes',
          queries: [{ expr: 'redis_memory_used_bytes', legend: '{{instance}}' }],
        }),
        graph({
          title: 'Commands of Redis',
          about: 'A purchase is a script, and a script is many.',
          unit: 'ops',
          queries: [{ expr: 'rate(redis_commands_processed_total[1m])', legend: '{{instance}}' }],
        }),
        graph({
          title: 'Connections to PostgreSQL',
          about: 'And how many there may be.',
          unit: 'short',
          queries: [
            { expr: 'sum by (instance) (pg_stat_database_numbackends)', legend: '{{instance}}' },
            { expr: 'max by (instance) (pg_settings_max_connections)', legend: '{{instance}} at most' },
          ],
        }),
        graph({
          title: 'Transactions of PostgreSQL',
          about: 'Committed and rolled back.',
          unit: 'ops',
          queries: [
            { expr: 'sum by (instance) (rate(pg_stat_database_xact_commit[1m]))', legend: '{{instance}}' },
            {
              expr: 'sum by (instance) (rate(pg_stat_database_xact_rollback[1m]))',
              legend: '{{instance}} rolled back',
            },
          ],
        }),
        graph({
          title: 'Answers of the proxy',
          about: 'With HAProxy: also those that it gave itself, because no gateway did.',
          unit: 'reqps',
          queries: [
            {
              expr: 'sum by (code) (rate(haproxy_frontend_http_responses_total{proxy="buyers"}[1m]))',
              legend: '{{code}}',
            },
          ],
        }),
      ],
    },
    {
      title: 'Cluster',
      panels: [
        graph({
          title: 'Replicas',
          about: 'What the autoscalers have, want, and may have at most.',
          unit: 'short',
          queries: [
            {
              expr: `kube_horizontalpodautoscaler_status_current_replicas{${SCALERS}}`,
              legend: '{{horizontalpodautoscaler}}',
            },
            {
              expr: `kube_horizontalpodautoscaler_status_desired_replicas{${SCALERS}}`,
              legend: '{{horizontalpodautoscaler}} wanted',
            },
            {
              expr: `kube_horizontalpodautoscaler_spec_max_replicas{${SCALERS}}`,
              legend: '{{horizontalpodautoscaler}} at most',
            },
          ],
        }),
        graph({
          title: 'Pods available',
          about: 'Share of those that a deployment should have.',
          unit: 'percentunit',
          queries: [
            {
              expr: 'kube_deployment_status_replicas_available{deployment=~"tidegate.*"} / kube_deployment_spec_replicas',
              legend: '{{deployment}}',
            },
          ],
        }),
        graph({
          title: 'Restarts',
          about: 'Of containers, within 15 minutes.',
          unit: 'short',
          queries: [
            {
              expr: 'increase(kube_pod_container_status_restarts_total{container="tidegate"}[15m])',
              legend: '{{pod}}',
            },
          ],
        }),
        graph({
          title: 'Cores of a pod',
          about: 'Used, as cAdvisor counts them.',
          unit: 'short',
          queries: [{ expr: `sum by (pod) (rate(container_cpu_usage_seconds_total{${PODS}}[2m]))`, legend: '{{pod}}' }],
        }),
        graph({
          title: 'Memory of a pod',
          about: 'Share of its limit.',
          unit: 'percentunit',
          queries: [
            {
              expr: `sum by (pod) (container_memory_working_set_bytes{${PODS}}) / sum by (pod) (kube_pod_container_resource_limits{resource="memory", container="tidegate"})`,
              legend: '{{pod}}',
            },
          ],
        }),
        graph({
          title: 'Throttled',
          about: 'Share of the periods in which a container ran into its limit of cores.',
          unit: 'percentunit',
          queries: [
            {
              expr: `sum by (pod) (rate(container_cpu_cfs_throttled_periods_total{${PODS}}[2m])) / sum by (pod) (rate(container_cpu_cfs_periods_total{${PODS}}[2m]))`,
              legend: '{{pod}}',
            },
          ],
        }),
      ],
    },
  ],
});
