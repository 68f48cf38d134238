import { Construct } from 'constructs';
import { writeBesideTerraform } from '../common/index.js';
import { renderDashboard } from './render-dashboard.js';
import { renderPrometheus } from './render-prometheus.js';
import type { ScrapeTargets } from './render-prometheus.js';

export interface MetricsProps {
  /** Name of the lakehouse, for titles. */
  readonly name: string;
  readonly targets: ScrapeTargets;
}

/**
 * Configuration for an external Prometheus and Grafana to monitor the lakehouse, as files next to the Terraform:
 * `monitoring/prometheus.yml` and `monitoring/grafana-dashboard.json`.
 */
export class Metrics extends Construct {
  constructor(scope: Construct, id: string, { name, targets }: MetricsProps) {
    super(scope, id);
    writeBesideTerraform(this, {
      'monitoring/grafana-dashboard.json': renderDashboard(name),
      'monitoring/prometheus.yml': renderPrometheus(targets),
    });
  }
}
