import { Construct } from 'constructs';
import { writeBesideTerraform } from '../common/index.js';
import { renderDashboard } from './render-dashboard.js';
import { renderPrometheus } from './render-prometheus.js';
import type { ScrapeTargets } from './render-prometheus.js';

export interface MetricsProps {
  /** Of the lakehouse, for titles. */
  readonly name: string;
  readonly targets: ScrapeTargets;
}

/**
 * What a Prometheus and a Grafana that run elsewhere need to watch the lakehouse, as files beside the Terraform:
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
