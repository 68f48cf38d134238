import { stringify } from 'yaml';
import { metricsUser } from '../../core/machine-users.js';

/** Addresses of metrics, as `address:port`, by their source. */
export interface ScrapeTargets {
  readonly coordinators: readonly string[];
  readonly workers: readonly string[];
  readonly gateways: readonly string[];
  readonly icebergCatalogs: readonly string[];
  /** Path of the catalog server's metrics. */
  readonly icebergCatalogPath: string;
  readonly machines: readonly string[];
}

/**
 * `prometheus.yml`. The password is read from a file that the operator fetches from Barbican; workers require a user name
 * without a password, and present Trino's internal certificates.
 * Source: Prometheus 2.42 documentation, 'Configuration'; Trino 476 documentation, 'OpenMetrics'.
 */
export function renderPrometheus(targets: ScrapeTargets): string {
  const job = (name: string, found: readonly string[], more: object = {}): object[] =>
    found.length === 0 ? [] : [{ job_name: name, ...more, static_configs: [{ targets: [...found] }] }];
  const config = {
    global: { scrape_interval: '30s', scrape_timeout: '20s' },
    scrape_configs: [
      ...job('trino', targets.coordinators, {
        scheme: 'https',
        basic_auth: { username: metricsUser, password_file: 'trino-metrics.password' },
        // The authority of the coordinator's certificate.
        tls_config: { ca_file: 'trino.pem', server_name: 'coordinator' },
      }),
      ...job('trino-workers', targets.workers, {
        scheme: 'https',
        basic_auth: { username: metricsUser },
        tls_config: { insecure_skip_verify: true },
      }),
      ...job('trino-gateway', targets.gateways),
      ...job('iceberg-catalog', targets.icebergCatalogs, { metrics_path: targets.icebergCatalogPath }),
      ...job('machines', targets.machines),
    ],
  };
  return stringify(config, { lineWidth: 0 });
}
