import { fail, ok } from '../../../core/result.js';
import { findWaveMachine } from '../../../state/repositories/wave-machines.js';
import type { WaveEvent, WaveMachine } from '../../../state/repositories/wave-machines.js';
import { waveOrders } from '../../../state/repositories/wave-orders.js';
import type { WaveOrder } from '../../../state/repositories/wave-orders.js';
import { pageOfWaveEvents, rollbackEvents } from '../../../state/repositories/wave-reports.js';
import { allowedOrders, unknownMachine } from '../../../waves/machines/index.js';
import type { OrderKind } from '../../../waves/machines/index.js';
import type { Payload } from '../../../waves/payload/payload.js';
import { pageInput, pageOutput, readPageOf } from '../page.js';
import type { Question } from '../question.js';
import { catalogText, list, nullable, object, oneOf, text, time, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { machineDocument, machineId, machineProperties } from './machine-document.js';

const orderKinds = Object.keys(allowedOrders) as readonly OrderKind[];
const orderKind = oneOf(orderKinds, 'What a person decided.');

const order = object({
  order: orderKind,
  by: catalogText('Who answers for it.'),
  reason: nullable(catalogText('Why.')),
  gate: nullable(catalogText('Which approval.')),
  at: time('When it was given.'),
});
const event = object({
  number: whole('From 1, in the order in which they were stored.'),
  at: time('When it happened.'),
  kind: oneOf([
    'created',
    'entered',
    'ordered',
    'intended',
    'done',
    'failed',
    'status',
    'notified',
    'notification-failed',
    'restored',
    'not-restored',
  ]),
  state: text('State of the state machine; empty outside of its execution.'),
  message: catalogText('What happened.'),
});
const machineSchema = object({
  ...machineProperties,
  correlation_id: catalogText('In every log line, event and callback of it.'),
  environment: text('Such as prod.'),
  instance_type: catalogText('At the target.'),
  created_at: time('When it was taken in.'),
  state: text('Where its execution is.'),
  goes_on_at: nullable(time('When its execution goes on. Null: it has ended.')),
  worker: nullable(catalogText('Who works on it now.')),
  possible_orders: list(orderKind, 'What may be ordered now.'),
  open_gates: list(catalogText('Name of an approval.'), 'Approvals that its cutover still needs.'),
});

const input = object(
  { migration_id: machineId },
  { direction: oneOf(['asc', 'desc'], 'Of the events. Default: asc, the oldest first.'), ...pageInput },
);
const output = object({
  machine: machineSchema,
  orders: list(order, 'In the order in which they were given.'),
  restored: list(catalogText('What runs or is as before.'), 'What a rollback restored.'),
  left: list(catalogText('What, and why.'), 'What a rollback could not restore.'),
  ...pageOutput(event),
});

export const getWaveMachine: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'get_wave_machine',
  title: 'History of a machine',
  description:
    'A virtual machine of a wave: where its move is, what it waits for, why it failed, who ordered what, what a rollback left, and everything that happened to it, page by page.',
  input,
  output,
  ask: async (state, asked) => {
    const { migration_id: id, direction } = asked;
    const machine = await findWaveMachine(state, id);
    if (machine === undefined) return fail([unknownMachine(`machine ${id}`)]);
    const events = await readPageOf(asked, (page) => pageOfWaveEvents(state, id, { direction }, page), eventDocument);
    if (!events.ok) return events;
    const orders = await waveOrders(state, id);
    const ofRollback = await rollbackEvents(state, id);
    const told = (wanted: WaveEvent['kind']): readonly string[] =>
      ofRollback.filter(({ kind }) => kind === wanted).map(({ message }) => message);
    return ok({
      machine: wholeMachine(machine, orders),
      orders: orders.map(orderDocument),
      restored: told('restored'),
      left: told('not-restored'),
      ...events.value,
    });
  },
};

function wholeMachine(machine: WaveMachine, orders: readonly WaveOrder[]): TypeOf<typeof machineSchema> {
  const { environment, instanceType, rules } = machine.payload as Payload;
  const approved = new Set(orders.filter(({ kind }) => kind === 'approve').map(({ gate }) => gate));
  return {
    ...machineDocument(machine),
    correlation_id: machine.correlation_id,
    environment,
    instance_type: instanceType,
    created_at: machine.created_at.toISOString(),
    state: machine.state,
    goes_on_at: machine.due_at?.toISOString() ?? null,
    worker: machine.holder,
    possible_orders: orderKinds.filter((kind) => allowedOrders[kind].includes(machine.status)),
    open_gates: (rules?.gates ?? []).filter((gate) => !approved.has(gate)),
  };
}

function orderDocument({ kind, actor, reason, gate, at }: WaveOrder): TypeOf<typeof order> {
  return { order: kind, by: actor, reason, gate, at: at.toISOString() };
}

function eventDocument({ number, at, kind, state, message }: WaveEvent): TypeOf<typeof event> {
  return { number, at: at.toISOString(), kind, state, message };
}
