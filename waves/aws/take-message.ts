import { formatDiagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { ValidationError } from '../machines/errors.js';
import type { Memory } from '../machines/machine-record.js';
import type { WaveStore } from '../machines/wave-store.js';
import { ingest } from '../steps/index.js';
import type { EventBus } from './event-bus.js';
import { readMessage } from './read-message.js';
import type { OrderMessage } from './read-message.js';

export interface MessagePorts {
  readonly store: WaveStore;
  readonly bus: EventBus;
  readonly now: () => Date;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, fields: Memory) => void;
}

/**
 * Stores a machine and announces it, or stores an order. A message that comes again changes nothing. Throws a
 * ValidationError for a message that can never be taken, which ends in the dead-letter queue.
 */
export async function takeMessage(body: string, ports: MessagePorts): Promise<void> {
  const message = readMessage(body);
  if (!message.ok) throw refused(message.error);
  await (message.value.is === 'request' ? takeRequest(message.value.value, ports) : takeOrder(message.value, ports));
}

async function takeRequest(value: unknown, { store, bus, now, log }: MessagePorts): Promise<void> {
  const taken = await ingest(value, { store, now });
  if (!taken.ok) throw refused(taken.error);
  const { is, migrationId, correlationId } = taken.value;
  log('info', is === 'created' ? 'A machine was submitted.' : 'The machine was submitted before.', {
    migration_id: migrationId,
    correlation_id: correlationId,
  });
  // Where this function ended before it announced the machine, nothing has begun.
  if (is === 'created' || (await store.read(migrationId))?.status === 'PENDING')
    await bus.announce('machine.requested', { migrationId, correlationId }, now());
}

function refused(problems: readonly Diagnostic[]): ValidationError {
  return new ValidationError(problems.map(formatDiagnostic).join('\n'));
}

async function takeOrder(
  { order: { migrationId, ...order } }: OrderMessage,
  { store, now, log }: MessagePorts,
): Promise<void> {
  const answer = await store.order(migrationId, { ...order, at: now() });
  const fields = { migration_id: migrationId, kind: order.kind, by: order.by, answer };
  if (answer === 'taken') {
    log('info', 'An order was stored.', fields);
    return;
  }
  log('warn', 'An order was refused.', fields);
  throw new ValidationError(
    answer === 'refused'
      ? `${migrationId} is in a status that takes no order '${order.kind}'.`
      : `There is no machine ${migrationId}: submit it first.`,
  );
}
