import { MgnClient } from '@aws-sdk/client-mgn';
import { route53, route53Target } from '../dns/route53.js';
import { MgnService } from '../services/mgn/mgn-service.js';
import type { FunctionEnvironment } from './environment.js';
import { measured } from './measured-service.js';
import type { Compose } from './step-handler.js';

/** Machines move to EC2. A function may run for 15 minutes, in which no disk reaches OpenStack: `waves worker` does that. */
export const withMgn: Compose = ({ environment, ec2Endpoint, replicatingServers, dnsZones }: FunctionEnvironment) => {
  const client = new MgnClient({});
  const mgn = new MgnService({ client, replicatingServers, ...(ec2Endpoint !== undefined && { ec2Endpoint }) });
  const dns = dnsZones && route53({ target: () => route53Target(client), zones: dnsZones });
  return { services: [measured(mgn, environment)], notifiers: [], dns };
};
