/** Where processes run, and so how Prometheus finds them. */
export type Platform = 'local' | 'compose' | 'kubernetes';

export interface PrometheusConfiguration {
  readonly global: object;
  readonly rule_files: readonly string[];
  readonly alerting: object;
  readonly scrape_configs: readonly ScrapeConfig[];
}

interface ScrapeConfig {
  readonly job_name: string;
  readonly relabel_configs?: readonly object[];
  readonly [setting: string]: unknown;
}

/** The base of every `runbook_url`: put the address there under which you keep these documents. */
const DOCS = 'https://shop.example/tidegate/docs';
/** A sale may be over in thirty seconds. */
const SALE_INTERVAL = '5s';

/** All that differs between the platforms. */
interface Discovery {
  readonly tidegate: Omit<ScrapeConfig, 'job_name'>;
  readonly alertmanager: object;
  readonly others: readonly ScrapeConfig[];
}

const DISCOVERIES: Readonly<Record<Platform, Discovery>> = {
  local: {
    // A file a role: a process that is added there is scraped at once.
    tidegate: { file_sd_configs: [{ files: ['targets/*.yaml'], refresh_interval: '5s' }] },
    alertmanager: { static_configs: [{ targets: ['127.0.0.1:9093'] }] },
    others: [{ job_name: 'node', static_configs: [{ targets: ['127.0.0.1:9100'] }] }],
  },
  compose: {
    // The name of a service is the addresses of all its containers.
    tidegate: {
      dns_sd_configs: [addresses('gateway', 8000), addresses('processor', 9090)],
      relabel_configs: [{ source_labels: ['__meta_dns_name'], target_label: 'role' }],
    },
    alertmanager: { dns_sd_configs: [addresses('alertmanager', 9093)] },
    others: [
      { job_name: 'node', dns_sd_configs: [addresses('node-exporter', 9100)] },
      { job_name: 'redis', dns_sd_configs: [addresses('redis-exporter', 9121)] },
      { job_name: 'postgres', dns_sd_configs: [addresses('postgres-exporter', 9187)] },
      { job_name: 'proxy', dns_sd_configs: [addresses('proxy', 8404)] },
    ],
  },
  kubernetes: {
    tidegate: {
      kubernetes_sd_configs: [{ role: 'pod' }],
      relabel_configs: [
        keep('__meta_kubernetes_pod_label_app_kubernetes_io_name', 'tidegate'),
        keep('__meta_kubernetes_pod_label_app_kubernetes_io_component', 'gateway|processor|all'),
        keep('__meta_kubernetes_pod_container_port_name', 'http'),
        // What has ended cannot answer, and is not down.
        {
          source_labels: ['__meta_kubernetes_pod_phase'],
          action: 'drop',
          regex: 'Succeeded|Failed',
        },
        { source_labels: ['__meta_kubernetes_pod_label_app_kubernetes_io_component'], target_label: 'role' },
        { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
        { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'instance' },
      ],
    },
    alertmanager: {
      kubernetes_sd_configs: [{ role: 'pod' }],
      relabel_configs: [
        keep('__meta_kubernetes_pod_label_app_kubernetes_io_name', 'alertmanager'),
        keep('__meta_kubernetes_pod_container_port_number', '9093'),
      ],
    },
    others: [
      podsNamed('node', 'node-exporter'),
      podsNamed('redis', 'redis'),
      podsNamed('postgres', 'postgres'),
      podsNamed('kube-state-metrics', 'kube-state-metrics', { honor_labels: true }),
      nodes('kubelet', '/metrics'),
      nodes('cadvisor', '/metrics/cadvisor'),
    ],
  },
};

export function prometheusConfiguration(platform: Platform): PrometheusConfiguration {
  const { tidegate, alertmanager, others } = DISCOVERIES[platform];
  return {
    global: { scrape_interval: '15s', evaluation_interval: SALE_INTERVAL, external_labels: { docs: DOCS } },
    rule_files: ['rules/*.yaml'],
    alerting: {
      // Alerts have used it by then.
      alert_relabel_configs: [{ action: 'labeldrop', regex: 'docs' }],
      alertmanagers: [alertmanager],
    },
    scrape_configs: [
      { job_name: 'tidegate', scrape_interval: SALE_INTERVAL, scrape_timeout: '4s', ...tidegate },
      { job_name: 'prometheus', static_configs: [{ targets: ['127.0.0.1:9090'] }] },
      ...others,
    ],
  };
}

function addresses(name: string, port: number) {
  return { names: [name], type: 'A', port, refresh_interval: '5s' };
}

function keep(label: string, regex: string) {
  return { source_labels: [label], action: 'keep', regex };
}

function podsNamed(job_name: string, name: string, more: object = {}): ScrapeConfig {
  return {
    job_name,
    ...more,
    kubernetes_sd_configs: [{ role: 'pod' }],
    relabel_configs: [
      keep('__meta_kubernetes_pod_label_app_kubernetes_io_name', name),
      keep('__meta_kubernetes_pod_container_port_name', 'metrics|http-metrics|http'),
      { source_labels: ['__meta_kubernetes_pod_node_name'], target_label: 'node' },
    ],
  };
}

/** Through the kubelet of each node, with the token of Prometheus' own service account. */
function nodes(job_name: string, path: string): ScrapeConfig {
  const account = '/var/run/secrets/kubernetes.io/serviceaccount';
  return {
    job_name,
    scheme: 'https',
    metrics_path: path,
    authorization: { credentials_file: `${account}/token` },
    tls_config: { ca_file: `${account}/ca.crt` },
    kubernetes_sd_configs: [{ role: 'node' }],
    relabel_configs: [{ source_labels: ['__meta_kubernetes_node_name'], target_label: 'node' }],
  };
}
