import type { Notification, Notifier } from '../../steps/ports.js';
import type { EventBus } from '../event-bus.js';

/** Every notification is an event of the bus, which rules of the stack and of others may match. */
export function busNotifier(bus: EventBus): Notifier {
  return {
    name: 'event-bus',
    notify: async ({ type, ...detail }: Notification) => {
      await bus.announce(type, detail, new Date(detail.at));
    },
  };
}
