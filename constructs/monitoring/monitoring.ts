import { TerraformStack } from 'cdktf';
import { addCustomSynthesis } from 'cdktf/lib/synthesize/synthesizer.js';
import { Construct } from 'constructs';
import { dirname, join } from 'node:path';
import { writeFileAtomically } from '../../core/atomic-file.js';
import { renderDashboard } from './render-dashboard.js';
import { renderPrometheus } from './render-prometheus.js';
import type { ScrapeTargets } from './render-prometheus.js';

export interface MonitoringProps {
  /** Of the lakehouse, for titles. */
  readonly name: string;
  readonly targets: ScrapeTargets;
}

/**
 * What a Prometheus and a Grafana that run elsewhere need to watch the lakehouse, as files beside the Terraform:
 * `monitoring/prometheus.yml` and `monitoring/grafana-dashboard.json`.
 */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, { name, targets }: MonitoringProps) {
    super(scope, id);
    const files = {
      'grafana-dashboard.json': renderDashboard(name),
      'prometheus.yml': renderPrometheus(targets),
    };
    addCustomSynthesis(this, {
      onSynthesize: ({ manifest }) => {
        const { synthesizedStackPath } = manifest.forStack(TerraformStack.of(this));
        const folder = join(manifest.outdir, dirname(synthesizedStackPath), 'monitoring');
        for (const [file, text] of Object.entries(files)) writeFileAtomically(join(folder, file), text);
      },
    });
  }
}
