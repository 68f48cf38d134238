import { expect, test } from '@jest/globals';
import { measured } from '../../../waves/aws/measured-service.js';
import type {
  Machine,
  MigrationService,
  Replication,
  ServiceContext,
} from '../../../waves/services/migration-service.js';

const at = new Date('2026-12-01T10:00:00Z');
const machine = { migrationId: 'm-1' } as Machine;
const context = { now: () => at } as ServiceContext;

class Lagging {
  readonly name = 'lagging';
  constructor(private readonly lagSeconds: number | null) {}
  replication(): Promise<Replication> {
    return Promise.resolve({ is: 'waiting', lagSeconds: this.lagSeconds, copiedBytes: null, totalBytes: null });
  }
}

function measuring(lagSeconds: number | null): { readonly service: MigrationService; readonly lines: string[] } {
  const lines: string[] = [];
  const service = measured(new Lagging(lagSeconds) as unknown as MigrationService, 'dev', (line) => lines.push(line));
  return { service, lines };
}

test('the lag of each look is a metric in the format that CloudWatch reads from logs', async () => {
  const { service, lines } = measuring(65);
  expect(await service.replication(machine, context)).toMatchObject({ lagSeconds: 65 });
  expect(service.name).toBe('lagging');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      _aws: {
        Timestamp: at.getTime(),
        CloudWatchMetrics: [
          {
            Namespace: 'aws2openstack/waves',
            Dimensions: [['Environment']],
            Metrics: [{ Name: 'ReplicationLagSeconds', Unit: 'Seconds' }],
          },
        ],
      },
      Environment: 'dev',
      ReplicationLagSeconds: 65,
      migration_id: 'm-1',
    },
  ]);
});

test('a lag that the service does not know is no figure', async () => {
  const { service, lines } = measuring(null);
  await service.replication(machine, context);
  expect(lines).toEqual([]);
});
