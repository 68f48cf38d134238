import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { NewMachineEvent } from '../../machines/machine-record.js';
import { eventKey, machineKey, renderEvents } from './items.js';
import type { Item } from './items.js';

export interface VersionedWrite {
  /** The machine's item as it was read. */
  readonly item: Item;
  /** Null removes an attribute. */
  readonly values: Readonly<Record<string, AttributeValue | null>>;
  readonly at: Date;
  /** Stored in the same transaction. */
  readonly events?: readonly NewMachineEvent[];
  /** Attributes that must still have these values, besides the version. */
  readonly condition?: Readonly<Record<string, AttributeValue>>;
}

/** Longer than an execution can take. */
const executionDays = 61;
const secondsADay = 86_400;

/**
 * The items of a transaction that changes a machine under the condition that nobody has written since it was read. Its
 * events expire `recordDays` after the longest execution.
 */
export function renderWrite(table: string, recordDays: number, write: VersionedWrite): readonly TransactWriteItem[] {
  const { item, at, events = [] } = write;
  const migrationId = item['migrationId']?.S ?? '';
  const first = numberIn(item, 'eventCount') + 1;
  const change: TransactWriteItem = {
    Update: { TableName: table, Key: machineKey(migrationId), ...renderChange(write, events.length) },
  };
  if (events.length === 0) return [change];
  const seconds = Math.ceil(at.getTime() / 1000) + (executionDays + recordDays) * secondsADay;
  const history: Item = {
    ...eventKey(migrationId, first),
    ...renderEvents(first, at, events),
    expiresAt: { N: String(seconds) },
  };
  return [change, { Put: { TableName: table, Item: history } }];
}

type Change = Pick<
  NonNullable<TransactWriteItem['Update']>,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
> & { readonly UpdateExpression: string };

function renderChange({ item, values, condition = {} }: VersionedWrite, eventCount: number): Change {
  const version = numberIn(item, 'version');
  const conditions = { version: { N: String(version) }, ...condition };
  const all: VersionedWrite['values'] = {
    ...values,
    version: { N: String(version + 1) },
    eventCount: { N: String(numberIn(item, 'eventCount') + eventCount) },
  };
  const set = Object.entries(all).filter((entry): entry is [string, AttributeValue] => entry[1] !== null);
  const removed = Object.keys(all).filter((name) => all[name] === null);
  const names = new Set([...Object.keys(all), ...Object.keys(conditions)]);
  return {
    UpdateExpression: [
      `SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`,
      ...(removed.length === 0 ? [] : [`REMOVE ${removed.map((name) => `#${name}`).join(', ')}`]),
    ].join(' '),
    ConditionExpression: Object.keys(conditions)
      .map((name) => `#${name} = :if_${name}`)
      .join(' AND '),
    ExpressionAttributeNames: Object.fromEntries([...names].map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...prefixed(':', set),
      ...prefixed(':if_', Object.entries(conditions)),
    },
  };
}

type Entry = readonly [name: string, value: AttributeValue];

function prefixed(prefix: string, entries: readonly Entry[]): Record<string, AttributeValue> {
  return Object.fromEntries(entries.map(([name, value]): Entry => [`${prefix}${name}`, value]));
}

function numberIn(item: Item, name: string): number {
  return Number(item[name]?.N);
}
