import { sql } from 'kysely';
import type { State } from '../state/index.js';

const machines = 10_000;
const waves = 100;

/** 10,000 machines in 100 waves, with 50 events each, and 100 messages that were refused. */
export async function storeWaves({ db }: Pick<State, 'db'>): Promise<void> {
  await sql`
    INSERT INTO wave_machines (migration_id, correlation_id, app_name, wave, target_vm_name, payload, status, status_since,
      memory, events, state, position, created_at, updated_at)
    SELECT 'machine-' || n, 'machine-' || n, 'app-' || n % 500, 'wave-' || n % ${waves}, 'vm-' || n,
      jsonb_build_object('source', 'vmware', 'target', 'openstack', 'sourceVmId', 'vm-' || n, 'environment', 'prod',
        'instanceType', 'm1.small'),
      (ARRAY['REPLICATING', 'READY', 'CUT_OVER', 'FINALIZED', 'ROLLED_BACK', 'NEEDS_ATTENTION'])[1 + n % 6],
      now() - n * interval '1 second', '{"step.replication": {"copiedBytes": 1, "totalBytes": 2, "lagSeconds": 3}}', 50,
      'ReplicationWait', '{}', now(), now()
    FROM generate_series(0, ${machines - 1}) AS n ON CONFLICT DO NOTHING`.execute(db);
  await sql`
    INSERT INTO wave_events (migration_id, number, at, kind, state, message)
    SELECT migration_id, number, now(), 'entered', 'CheckReplication', 'The execution came to CheckReplication.'
    FROM wave_machines CROSS JOIN generate_series(1, 50) AS number ON CONFLICT DO NOTHING`.execute(db);
  await sql`
    INSERT INTO wave_dead_letters (id, body, wave, problems, received_at)
    SELECT gen_random_uuid(), '{}', 'wave-' || n, '[]', now() FROM generate_series(1, 100) AS n`.execute(db);
  await sql`ANALYZE wave_machines, wave_events, wave_dead_letters`.execute(db);
}

export function machineId(n: number): string {
  return `machine-${n % machines}`;
}
