import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type {
  MachineChange,
  MachineEvent,
  MachineRecord,
  MachineStatus,
  MachineSummary,
  Memory,
  NewMachine,
  NewMachineEvent,
  Order,
  StepError,
} from '../../machines/machine-record.js';
import type { Payload } from '../../payload/payload.js';
import type { Outcome } from '../../state-machine/state-machine.js';

export type Item = Record<string, AttributeValue>;

/** The data that no index needs: one JSON text, which may lie in S3. */
export interface Document {
  readonly payload: Payload;
  readonly correlationId: string;
  readonly memory: Memory;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

export function newDocument(payload: Payload, correlationId: string): Document {
  return { payload, correlationId, memory: {}, outcomes: {} };
}

export function changedDocument(document: Document, { memory, outcomes }: MachineChange): Document {
  const all = Object.entries({ ...document.outcomes, ...outcomes });
  return {
    ...document,
    memory: { ...document.memory, ...memory },
    outcomes: Object.fromEntries(all.filter((entry): entry is [string, Outcome] => entry[1] !== null)),
  };
}

const machine = { S: 'machine' };
const eventPrefix = 'event#';

export function machineKey(migrationId: string): Item {
  return { migrationId: { S: migrationId }, item: machine };
}

/** Of an event item, by the number of its first event. */
export function eventKey(migrationId: string, first: number): Item {
  return { migrationId: { S: migrationId }, item: { S: `${eventPrefix}${String(first).padStart(8, '0')}` } };
}

/** Asks for the event items of a machine, in their order. */
export function eventsOfMachine(migrationId: string): Omit<QueryCommandInput, 'TableName'> {
  return {
    ConsistentRead: true,
    KeyConditionExpression: 'migrationId = :id AND begins_with(#item, :prefix)',
    ExpressionAttributeNames: { '#item': 'item' },
    ExpressionAttributeValues: { ':id': { S: migrationId }, ':prefix': { S: eventPrefix } },
  };
}

/** The item of a machine that nobody has claimed, without its document. */
export function newItem({ payload, at }: NewMachine): Item {
  const { migrationId, wave, appName, targetVmName } = payload;
  return {
    ...machineKey(migrationId),
    wave: { S: wave },
    appName: { S: appName },
    status: { S: 'PENDING' },
    statusAndId: { S: statusAndId('PENDING', migrationId) },
    statusSince: { S: at.toISOString() },
    targetVmName: { S: targetVmName },
    orders: renderOrders([]),
    fence: { N: '0' },
    version: { N: '1' },
    // The first event is not stored apart: it is the item's own creation.
    eventCount: { N: '1' },
    createdAt: { S: at.toISOString() },
    updatedAt: { S: at.toISOString() },
  };
}

/** The sort key of the index by application. */
export function statusAndId(status: MachineStatus, migrationId: string): string {
  return `${status}#${migrationId}`;
}

export function summaryOf(item: Item): MachineSummary {
  const error = item['error']?.S;
  return {
    migrationId: textOf(item, 'migrationId'),
    appName: textOf(item, 'appName'),
    wave: textOf(item, 'wave'),
    status: textOf(item, 'status') as MachineStatus,
    statusSince: new Date(textOf(item, 'statusSince')),
    targetVmName: textOf(item, 'targetVmName'),
    error: error === undefined ? null : (JSON.parse(error) as StepError),
  };
}

export function recordOf(item: Item, { payload, correlationId, memory, outcomes }: Document): MachineRecord {
  const expiresAt = item['expiresAt']?.N;
  return {
    ...summaryOf(item),
    payload,
    correlationId,
    memory,
    outcomes,
    orders: ordersOf(item),
    createdAt: new Date(textOf(item, 'createdAt')),
    updatedAt: new Date(textOf(item, 'updatedAt')),
    expiresAt: expiresAt === undefined ? null : new Date(Number(expiresAt) * 1000),
  };
}

export function ordersOf(item: Item): readonly Order[] {
  const orders = JSON.parse(item['orders']?.S ?? '[]') as readonly (Omit<Order, 'at'> & { readonly at: string })[];
  return orders.map((order) => ({ ...order, at: new Date(order.at) }));
}

export function renderOrders(orders: readonly Order[]): AttributeValue {
  return { S: JSON.stringify(orders) };
}

/** The first event of a machine. */
export function creationOf(item: Item): MachineEvent {
  return {
    migrationId: textOf(item, 'migrationId'),
    number: 1,
    at: new Date(textOf(item, 'createdAt')),
    kind: 'created',
    state: '',
    message: `${textOf(item, 'targetVmName')} was submitted.`,
  };
}

/** Those of one write share an item. */
export function renderEvents(first: number, at: Date, events: readonly NewMachineEvent[]): Item {
  return { first: { N: String(first) }, at: { S: at.toISOString() }, events: { S: JSON.stringify(events) } };
}

export function eventsOf(item: Item): readonly MachineEvent[] {
  const events = JSON.parse(textOf(item, 'events')) as readonly NewMachineEvent[];
  const [first, at] = [Number(item['first']?.N), new Date(textOf(item, 'at'))];
  const migrationId = textOf(item, 'migrationId');
  return events.map((event, index) => ({ ...event, migrationId, number: first + index, at }));
}

function textOf(item: Item, name: string): string {
  return item[name]?.S ?? '';
}
