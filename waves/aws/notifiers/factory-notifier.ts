import { tellMigrationFactory } from '../../services/mgn/migration-factory.js';
import type { MigrationFactory } from '../../services/mgn/migration-factory.js';
import type { Notification, NotificationType, Notifier } from '../../steps/ports.js';

const statuses: Readonly<Record<NotificationType, string>> = {
  'machine.rejected': 'Rejected',
  'machine.cut-over': 'Cutover',
  'machine.finalized': 'Finalized',
  'machine.rolled-back': 'Rolled back',
  'machine.rollback-failed': 'Rollback failed',
  'machine.needs-attention': 'Needs attention',
};

/** Cloud Migration Factory shows the status of its servers, which it knows by the name of the target machine. */
export function factoryNotifier(factory: MigrationFactory): Notifier {
  return {
    name: 'migration-factory',
    notify: async ({ targetVmName, type }: Notification, signal) => {
      await tellMigrationFactory(factory, targetVmName, statuses[type], signal);
    },
  };
}
