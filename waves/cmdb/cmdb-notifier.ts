import { dnsMemoryOf } from '../dns/dns-memory.js';
import { targetOf } from '../machines/step-memory.js';
import type { Memory } from '../machines/machine-record.js';
import type { Machine } from '../services/migration-service.js';
import type { Notification, NotificationType, Notifier } from '../steps/ports.js';
import type { Cmdb } from './cmdb.js';
import { renderFields } from './placeholders.js';
import type { PlaceholderValues } from './placeholders.js';

const changing: readonly NotificationType[] = ['machine.cut-over', 'machine.finalized', 'machine.rolled-back'];

/** Tells a CMDB where a machine runs, each time that this changes. A machine without `cmdb` has no record there. */
export function cmdbNotifier(cmdb: Cmdb): Notifier {
  return {
    name: 'cmdb',
    wants: ({ type }, { payload, memory }) =>
      payload.cmdb !== undefined &&
      changing.includes(type) &&
      // A machine that never ran at the target is where its record says.
      (type !== 'machine.rolled-back' || targetOf(memory) !== null),
    notify: async (notification, signal, machine) => {
      const { cmdb: record, targetVmName } = machine.payload;
      if (record === undefined) return;
      const { key = targetVmName, fields, fieldsAfterRollback = fields } = record;
      const isBack = notification.type === 'machine.rolled-back';
      const template = isBack ? fieldsAfterRollback : fields;
      await cmdb.update(
        { key, id: notification.id, fields: renderFields(template, valuesOf(notification, machine)) },
        signal,
      );
    },
  };
}

function valuesOf({ type, at, status }: Notification, { payload, correlationId, memory }: Machine): PlaceholderValues {
  const { appName, environment, instanceType, migrationId, source, sourceVmId, subnetId, target, targetVmName, wave } =
    payload;
  const address = type === 'machine.rolled-back' ? addressBefore(memory) : (targetOf(memory)?.address ?? null);
  return {
    address,
    appName,
    at,
    correlationId,
    environment,
    instanceType,
    migrationId,
    source,
    sourceVmId,
    status,
    subnetId,
    target,
    targetVmName,
    wave,
  };
}

/** That of the source machine, where its DNS record has told it. */
function addressBefore(memory: Memory): string | null {
  const move = dnsMemoryOf(memory)?.moves.find(({ type, before }) => type !== 'PTR' && before !== null);
  return move?.before?.values[0] ?? null;
}
