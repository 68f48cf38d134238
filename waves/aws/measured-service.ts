import type { Machine, MigrationService, Replication, ServiceContext } from '../services/migration-service.js';

/** Also in `stacks/waves/function-environment.ts`, for the alarm. */
const namespace = 'aws2openstack/waves';

/**
 * The service, whose replication lag becomes a metric: a log line that CloudWatch reads, which needs no permission.
 * Source: Amazon CloudWatch User Guide, 'Embedded metric format specification'.
 */
export function measured(
  service: MigrationService,
  environment: string,
  // Lambda wraps what `console` writes into JSON of its own.
  write: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): MigrationService {
  // Of a class, whose methods are not its own properties.
  const copy = Object.create(service) as MigrationService;
  return Object.assign(copy, {
    replication: async (machine: Machine, context: ServiceContext): Promise<Replication> => {
      const answer = await service.replication(machine, context);
      const { lagSeconds } = answer;
      if (lagSeconds !== null) write(renderLag(lagSeconds, environment, machine.migrationId, context.now()));
      return answer;
    },
  });
}

function renderLag(lagSeconds: number, environment: string, migrationId: string, at: Date): string {
  return JSON.stringify({
    _aws: {
      Timestamp: at.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          // By environment alone: a machine is not a dimension.
          Dimensions: [['Environment']],
          Metrics: [{ Name: 'ReplicationLagSeconds', Unit: 'Seconds' }],
        },
      ],
    },
    Environment: environment,
    ReplicationLagSeconds: lagSeconds,
    migration_id: migrationId,
  });
}
