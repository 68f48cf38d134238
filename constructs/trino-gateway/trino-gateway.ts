import { Construct } from 'constructs';
import { requireValid } from '../common/rules.js';
import type { Rule } from '../common/rules.js';
import { configFolder, containerService } from '../service/index.js';
import type { Service } from '../service/index.js';
import { trinoPort } from '../trino/index.js';
import { renderHaproxy } from './render-haproxy.js';
import type { Coordinators } from './render-haproxy.js';

/** One entry point to two Trino clusters. It forwards connections without terminating TLS, so it sees no password. */
export interface TrinoGatewayProps extends Coordinators {
  readonly image: string;
}

/** Where the fault-tolerant cluster is reached; the interactive one is at Trino's own port. */
export const batchPort = 8444;

const gatewayRules: readonly Rule<TrinoGatewayProps>[] = [
  {
    code: 'gateway-coordinators',
    holds: ({ interactive, batch }) => interactive !== batch,
    message: ({ interactive }) => `Both clusters of the gateway have the coordinator ${interactive}; they must differ.`,
    fix: 'Set `interactive` and `batch` to different coordinators.',
  },
];

export class TrinoGateway extends Construct {
  readonly service: Service;

  constructor(scope: Construct, id: string, props: TrinoGatewayProps) {
    super(scope, id);
    requireValid(this, gatewayRules, props);
    this.service = containerService({
      name: 'trino-gateway',
      description: 'HAProxy, the door to both Trino clusters',
      image: props.image,
      files: { 'haproxy.cfg': renderHaproxy(props, { interactive: trinoPort, batch: batchPort }) },
      mounts: { [`${configFolder('trino-gateway')}/haproxy.cfg`]: '/usr/local/etc/haproxy/haproxy.cfg:ro' },
    });
  }
}
