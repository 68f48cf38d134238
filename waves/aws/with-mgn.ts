import { MgnClient } from '@aws-sdk/client-mgn';
import { ec2Client } from '../../clients/ec2/index.js';
import { route53, route53Target } from '../dns/route53.js';
import { MgnService } from '../services/mgn/mgn-service.js';
import type { FunctionEnvironment } from './environment.js';
import { measured } from './measured-service.js';
import type { Compose } from './step-handler.js';

/** As the SDK's clients; the state machine repeats the step after them. */
const retries = { attempts: 3, firstDelayMs: 100, longestDelayMs: 2_000 };

/** Machines move to EC2. A function may run for 15 minutes, in which no disk reaches OpenStack: `waves worker` does that. */
export const withMgn: Compose = ({ environment, ec2Endpoint, replicatingServers, dnsZones }: FunctionEnvironment) => {
  const client = new MgnClient({});
  const { region, credentials } = client.config;
  const ec2 = ec2Client({ region, credentials, endpoint: ec2Endpoint }, retries);
  const mgn = new MgnService({ client, ec2, replicatingServers });
  const dns = dnsZones && route53({ target: () => route53Target(client), zones: dnsZones });
  return { services: [measured(mgn, environment)], notifiers: [], dns };
};
