interface Panel {
  readonly title: string;
  readonly type: 'timeseries' | 'stat';
  /** Grafana's name of the unit. */
  readonly unit: string;
  /** PromQL by the legend of its lines. */
  readonly queries: Readonly<Record<string, string>>;
}

const service = (unit: string, state: string): string =>
  `sum by (instance) (node_systemd_unit_state{name=~"a2o-${unit}.service",state="${state}"})`;

/** Names of Trino's metrics are those of 476; a test queries a real Trino for each. */
const panels: readonly Panel[] = [
  {
    title: 'Queries',
    type: 'timeseries',
    unit: 'short',
    queries: {
      running: 'sum(trino_execution_name_QueryManager_RunningQueries{job="trino"})',
      queued: 'sum(trino_execution_name_QueryManager_QueuedQueries{job="trino"})',
    },
  },
  {
    title: 'Queries that failed, a minute',
    type: 'timeseries',
    unit: 'short',
    queries: {
      'Trino or a connector': 'sum(rate(trino_execution_name_QueryManager_InternalFailures{job="trino"}[5m])) * 60',
      'too little memory or time':
        'sum(rate(trino_execution_name_QueryManager_InsufficientResourcesFailures{job="trino"}[5m])) * 60',
      'people’s own': 'sum(rate(trino_execution_name_QueryManager_UserErrorFailures{job="trino"}[5m])) * 60',
    },
  },
  {
    title: 'Memory of queries',
    type: 'timeseries',
    unit: 'bytes',
    queries: {
      reserved: 'sum(trino_memory_type_ClusterMemoryPool_name_general_ReservedDistributedBytes{job="trino"})',
      'of all': 'sum(trino_memory_type_ClusterMemoryPool_name_general_TotalDistributedBytes{job="trino"})',
    },
  },
  {
    title: 'Nodes of Trino',
    type: 'stat',
    unit: 'short',
    queries: { answering: 'sum(up{job=~"trino|trino-workers"})', all: 'count(up{job=~"trino|trino-workers"})' },
  },
  {
    title: 'Catalog: requests a second',
    type: 'timeseries',
    unit: 'reqps',
    queries: {
      Lakekeeper: 'sum by (status) (rate(axum_http_requests_total[5m]))',
      Polaris: 'sum by (status) (rate(http_server_requests_seconds_count[5m]))',
    },
  },
  {
    title: 'Services that do not run',
    type: 'timeseries',
    unit: 'short',
    queries: { failed: 'sum by (instance, name) (node_systemd_unit_state{name=~"a2o-.*",state="failed"}) > 0' },
  },
  {
    title: 'Hive Metastore, catalog and PostgreSQL are up',
    type: 'timeseries',
    unit: 'short',
    queries: {
      'Hive Metastore': service('hive-metastore', 'active'),
      catalog: service('iceberg-catalog', 'active'),
      PostgreSQL: service('postgresql', 'active'),
    },
  },
  {
    title: 'Migration workers are up',
    type: 'timeseries',
    unit: 'short',
    queries: {
      up: service('migration-runner', 'active'),
      failed: service('migration-runner', 'failed'),
    },
  },
  {
    title: 'Processors of machines',
    type: 'timeseries',
    unit: 'percentunit',
    queries: { busy: '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))' },
  },
  {
    title: 'Data volumes',
    type: 'timeseries',
    unit: 'percentunit',
    queries: {
      used: '1 - node_filesystem_avail_bytes{mountpoint="/var/lib/aws2openstack/data"} / node_filesystem_size_bytes{mountpoint="/var/lib/aws2openstack/data"}',
    },
  },
];

const columns = 2;
const size = { w: 24 / columns, h: 8 };

/** A Grafana dashboard; Grafana asks for the Prometheus at import. Source: Grafana 10, 'Dashboard JSON model'. */
export function renderDashboard(name: string): string {
  const datasource = { type: 'prometheus', uid: '${DS_PROMETHEUS}' };
  const dashboard = {
    __inputs: [{ name: 'DS_PROMETHEUS', label: 'Prometheus', type: 'datasource', pluginId: 'prometheus' }],
    title: `Lakehouse ${name}`,
    uid: `aws2openstack-${name}`.slice(0, 40),
    tags: ['aws2openstack'],
    schemaVersion: 38,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    panels: panels.map(({ title, type, unit, queries }, index) => ({
      id: index + 1,
      title,
      type,
      datasource,
      fieldConfig: { defaults: { unit }, overrides: [] },
      gridPos: { ...size, x: (index % columns) * size.w, y: Math.floor(index / columns) * size.h },
      targets: Object.entries(queries).map(([legend, expr], target) => ({
        refId: String.fromCharCode('A'.charCodeAt(0) + target),
        expr,
        // The labels that distinguish the lines of a query.
        legendFormat: expr.includes('by (') ? `${legend} {{instance}}{{status}}{{name}}` : legend,
        datasource,
      })),
    })),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}
