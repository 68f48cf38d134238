import { MgnClient } from '@aws-sdk/client-mgn';
import { MgnService } from '../services/mgn/mgn-service.js';
import type { FunctionEnvironment } from './environment.js';
import { measured } from './measured-service.js';
import type { Compose } from './step-handler.js';

/** Machines move to EC2. A function may run for 15 minutes, in which no disk reaches OpenStack: `waves worker` does that. */
export const withMgn: Compose = ({ environment, ec2Endpoint, replicatingServers }: FunctionEnvironment) => {
  const client = new MgnClient({});
  const mgn = new MgnService({ client, replicatingServers, ...(ec2Endpoint !== undefined && { ec2Endpoint }) });
  return { services: [measured(mgn, environment)], notifiers: [] };
};
