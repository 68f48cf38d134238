import type { WaveMachine } from '../../../state/repositories/wave-machines.js';
import { machineStatuses, replicationOf, waitsFor } from '../../../waves/machines/index.js';
import type { Memory } from '../../../waves/machines/index.js';
import type { Payload } from '../../../waves/payload/payload.js';
import { catalogText, nullable, number, object, oneOf, text, time, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';

export const machineStatus = oneOf(
  machineStatuses,
  'READY: waits for its cutover. CUT_OVER: runs at the target, and can be rolled back. ROLLED_BACK, REJECTED: runs at its source. ROLLBACK_FAILED, NEEDS_ATTENTION: somebody must look.',
);

export const machineId = text('The migrationId.', { minLength: 1, maxLength: 64 });

/** Properties of a machine. */
export const machineProperties = {
  migration_id: catalogText('Names the migration of this machine.'),
  application: catalogText('What it belongs to.'),
  wave: catalogText('What it belongs to.'),
  status: machineStatus,
  status_since: time('When it got that status.'),
  source: text('aws, azure, vmware or openstack.'),
  target: text('aws or openstack.'),
  source_vm_id: catalogText('As the source names it.'),
  target_vm_name: catalogText('Its name at the target.'),
  waits_for: nullable(catalogText('What a machine that is READY waits for.')),
  copied_bytes: nullable(whole('Null: the service does not know.')),
  total_bytes: nullable(whole('To copy. Null: the service does not know.')),
  lag_seconds: nullable(number('How far the copy is behind its source. Null: the service does not know.')),
  error: nullable(
    object({ name: text('Kind of the error.'), message: catalogText('Why the last step that failed did.') }),
  ),
  updated_at: time('When something was stored of it last.'),
};
export const machineSchema = object(machineProperties);

export function machineDocument(machine: WaveMachine): TypeOf<typeof machineSchema> {
  const { source, target, sourceVmId } = machine.payload as Payload;
  const memory = machine.memory as Memory;
  const { copiedBytes, totalBytes, lagSeconds } = replicationOf(memory);
  return {
    migration_id: machine.migration_id,
    application: machine.app_name,
    wave: machine.wave,
    status: machine.status,
    status_since: machine.status_since.toISOString(),
    source,
    target,
    source_vm_id: sourceVmId,
    target_vm_name: machine.target_vm_name,
    waits_for: machine.status === 'READY' ? waitsFor(memory) : null,
    copied_bytes: copiedBytes,
    total_bytes: totalBytes,
    lag_seconds: lagSeconds,
    error: machine.error === null ? null : { name: machine.error.name, message: machine.error.message },
    updated_at: machine.updated_at.toISOString(),
  };
}
