import { MgnClient } from '@aws-sdk/client-mgn';
import { ec2Client } from '../../clients/ec2/index.js';
import { boundedBy } from '../../clients/s3/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { TargetCapacity } from '../../waves/plan/index.js';
import type { MigrationService } from '../../waves/services/migration-service.js';
import { MgnService } from '../../waves/services/mgn/index.js';
import { openStackWaves } from './openstack-services.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface WaveServices {
  readonly services: readonly MigrationService[];
  /** Asks the target what is free; null where none can be asked. */
  readonly capacity: TargetCapacity | null;
  /** Ends what is under way in this process; another worker goes on with it. */
  readonly close: () => Promise<void>;
}

/** The migration services that the environment has what they need for. Asks nobody yet. */
export function waveServices(env: Env): Result<WaveServices> {
  const openstack = openStackWaves(env);
  if (!openstack.ok) return openstack;
  const { services, capacity, close } = openstack.value ?? {
    services: [],
    capacity: null,
    close: () => Promise.resolve(),
  };
  return ok({ services: [...services, ...mgn(env)], capacity, close });
}

/** AWS Application Migration Service in A2O_WAVES_MGN_REGION; its credentials are those that the AWS SDK finds. */
function mgn(env: Env): readonly MigrationService[] {
  const region = env['A2O_WAVES_MGN_REGION'] ?? '';
  if (region === '') return [];
  const endpoint = env['AWS_ENDPOINT_URL'] ?? '';
  const client = new MgnClient({ region, ...(endpoint !== '' && { endpoint }) });
  client.middlewareStack.add(boundedBy(), { step: 'deserialize', priority: 'high' });
  const ec2 = ec2Client({
    region,
    credentials: client.config.credentials,
    ...(endpoint !== '' && { endpoint }),
  });
  return [new MgnService({ client, ec2 })];
}

export function noServices(): Diagnostic {
  return diagnostic({
    code: 'wave-no-service',
    message: 'No migration service is configured here, so no machine can be moved.',
    fix: 'Set OS_CLOUD or the OS_* variables, and the variables for the sources in docs/waves/sources.md; or, for machines that move to AWS, A2O_WAVES_MGN_REGION. Then start the worker again.',
  });
}
