import { cutOverStatuses, notMovedStatuses } from '../machines/machine-record.js';
import type { MachineRecord, MachineStatus } from '../machines/machine-record.js';
import type { StepCall } from './step.js';

/** The source runs where its own people have put it. */
const ended: readonly MachineStatus[] = [...notMovedStatuses, 'ROLLBACK_FAILED'];
const cutOver: readonly MachineStatus[] = ['CUTTING_OVER', ...cutOverStatuses, 'ROLLING_BACK', 'NEEDS_ATTENTION'];

/**
 * Other migrations of the same machine, submitted under another migrationId, that a cutover must wait for: the source would
 * run at two targets. Of two that have not begun, the older one goes first. Looks among machines of the same application
 * and name.
 */
export async function migrationsOfSameSource({ record, ports }: StepCall): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { migrationId, targetVmName, status } of ports.store.byApp(record.appName)) {
    if (migrationId === record.migrationId || targetVmName !== record.targetVmName || ended.includes(status)) continue;
    const other = await ports.store.read(migrationId);
    if (other === undefined || ended.includes(other.status) || !isSameSource(other, record)) continue;
    if (cutOver.includes(other.status) || isOlder(other, record))
      found.push(`the end of ${migrationId}, which moves the same machine and is ${other.status}`);
  }
  return found;
}

function isSameSource({ payload: one }: MachineRecord, { payload: other }: MachineRecord): boolean {
  return one.source === other.source && one.sourceVmId === other.sourceVmId;
}

function isOlder(one: MachineRecord, other: MachineRecord): boolean {
  const difference = one.createdAt.getTime() - other.createdAt.getTime();
  return difference < 0 || (difference === 0 && one.migrationId < other.migrationId);
}
