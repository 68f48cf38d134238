import {
  ConditionalCheckFailedException,
  GetItemCommand,
  paginateQuery,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClient, QueryCommandInput, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { compareText } from '../../../core/canonical-json.js';
import { allowedOrders } from '../../machines/allowed-orders.js';
import { TransientError } from '../../machines/errors.js';
import type {
  MachineChange,
  MachineEvent,
  MachineRecord,
  MachineStatus,
  MachineSummary,
  NewMachine,
  NewMachineEvent,
  Order,
} from '../../machines/machine-record.js';
import type { Claim, WaveStore } from '../../machines/wave-store.js';
import { sent } from '../sent.js';
import type { DetailStore } from './detail-store.js';
import {
  changedDocument,
  creationOf,
  eventsOf,
  newDocument,
  ordersOf,
  recordOf,
  renderEvents,
  renderOrders,
  statusAndId,
  summaryOf,
} from './items.js';
import type { Document, Item } from './items.js';

export interface DynamoWaveStoreSettings {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly details: DetailStore;
  /** How long a record is kept after the machine's end. @default as each change says */
  readonly recordDays?: number;
}

const defaultRecordDays = 90;
/** Longer than an execution can take. */
const executionDays = 61;
const secondsADay = 86_400;
/** Attempts at a write that others were quicker at. */
const maxAttempts = 20;
const longestDelayMs = 500;
const machine = { S: 'machine' };
const conditionFailed = 'ConditionalCheckFailed';
/** Of a transaction that was cancelled by what others wrote. */
const expectedCodes: readonly string[] = ['None', conditionFailed, 'TransactionConflict'];

/**
 * Machines in one DynamoDB table, whose keys and indexes `stacks/waves/record-table.ts` makes. Every write of a machine has
 * the condition that nobody has written since it was read. Source: Amazon DynamoDB Developer Guide, 'Condition expressions'.
 */
export class DynamoWaveStore implements WaveStore {
  constructor(private readonly settings: DynamoWaveStoreSettings) {}

  async create({ payload, correlationId, at }: NewMachine): Promise<'created' | 'exists'> {
    const { migrationId, wave, appName, targetVmName } = payload;
    const document = newDocument(payload, correlationId);
    const item: Item = {
      migrationId: { S: migrationId },
      item: machine,
      wave: { S: wave },
      appName: { S: appName },
      status: { S: 'PENDING' },
      statusAndId: { S: statusAndId('PENDING', migrationId) },
      statusSince: { S: at.toISOString() },
      targetVmName: { S: targetVmName },
      orders: { S: '[]' },
      fence: { N: '0' },
      version: { N: '1' },
      // The first one is not stored apart: it is the item's own creation.
      eventCount: { N: '1' },
      createdAt: { S: at.toISOString() },
      updatedAt: { S: at.toISOString() },
      ...(await this.settings.details.pack(migrationId, document)),
    };
    try {
      const command = new PutItemCommand({
        TableName: this.settings.table,
        Item: item,
        ConditionExpression: 'attribute_not_exists(migrationId)',
      });
      await sent('Writing the machine', this.settings.client.send(command));
      return 'created';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'exists';
      throw error;
    }
  }

  async read(migrationId: string): Promise<MachineRecord | undefined> {
    const item = await this.get(migrationId);
    return item && recordOf(item, await this.settings.details.unpack(item));
  }

  async claim(migrationId: string, state: string, holder: string): Promise<Claim | undefined> {
    try {
      const { Attributes = {} } = await sent(
        'Claiming the machine',
        this.settings.client.send(
          new UpdateItemCommand({
            TableName: this.settings.table,
            Key: keyOf(migrationId),
            UpdateExpression: 'SET fence = fence + :one, claimedBy = :holder, claimedFor = :state',
            ConditionExpression: 'attribute_exists(migrationId)',
            ExpressionAttributeValues: { ':one': { N: '1' }, ':holder': { S: holder }, ':state': { S: state } },
            ReturnValues: 'ALL_NEW',
          }),
        ),
      );
      const record = recordOf(Attributes, await this.settings.details.unpack(Attributes));
      return { fence: Number(Attributes['fence']?.N), record };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  async save(migrationId: string, fence: number, change: MachineChange): Promise<'saved' | 'fenced'> {
    return await this.changing(migrationId, async (item) => {
      if (Number(item['fence']?.N) !== fence) return 'fenced';
      const { status, memory, outcomes, error, expiresAt, at, events = [] } = change;
      const needsDocument = memory !== undefined || outcomes !== undefined;
      const document: Document | undefined = needsDocument
        ? changedDocument(await this.settings.details.unpack(item), change)
        : undefined;
      const values: Record<string, AttributeValue | null> = {
        updatedAt: { S: at.toISOString() },
        ...(document && { document: null, documentKey: null }),
        ...(document && (await this.settings.details.pack(migrationId, document))),
        ...(status !== undefined && {
          status: { S: status },
          statusAndId: { S: statusAndId(status, migrationId) },
          ...(item['status']?.S !== status && { statusSince: { S: at.toISOString() } }),
        }),
        ...(error !== undefined && { error: error === null ? null : { S: JSON.stringify(error) } }),
        ...(expiresAt !== undefined && { expiresAt: this.expiry(at, expiresAt) }),
      };
      return (await this.update(item, values, at, events, { fence: { N: String(fence) } })) && 'saved';
    });
  }

  async *events(migrationId: string): AsyncIterable<MachineEvent> {
    const created = await this.get(migrationId);
    if (created !== undefined) yield creationOf(created);
    const query = {
      TableName: this.settings.table,
      ConsistentRead: true,
      KeyConditionExpression: 'migrationId = :id AND begins_with(#item, :prefix)',
      ExpressionAttributeNames: { '#item': 'item' },
      ExpressionAttributeValues: { ':id': { S: migrationId }, ':prefix': { S: 'event#' } },
    };
    for await (const item of this.query(query)) yield* eventsOf(item);
  }

  byWave(wave: string): AsyncIterable<MachineSummary> {
    return this.summaries({
      IndexName: 'by-wave',
      KeyConditionExpression: 'wave = :wave',
      ExpressionAttributeValues: { ':wave': { S: wave } },
    });
  }

  byStatus(status: MachineStatus): AsyncIterable<MachineSummary> {
    return this.summaries({
      IndexName: 'by-status',
      KeyConditionExpression: '#status = :status',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': { S: status } },
    });
  }

  async *byApp(appName: string, status?: MachineStatus): AsyncIterable<MachineSummary> {
    const ofApp = { ':app': { S: appName } };
    const found = this.summaries({
      IndexName: 'by-app',
      ...(status === undefined
        ? { KeyConditionExpression: 'appName = :app', ExpressionAttributeValues: ofApp }
        : {
            KeyConditionExpression: 'appName = :app AND begins_with(statusAndId, :status)',
            ExpressionAttributeValues: { ...ofApp, ':status': { S: statusAndId(status, '') } },
          }),
    });
    // The index is sorted by status first.
    const all: MachineSummary[] = [];
    for await (const summary of found) all.push(summary);
    yield* all.sort((a, b) => compareText(a.migrationId, b.migrationId));
  }

  async order(migrationId: string, order: Order): Promise<'taken' | 'refused' | 'unknown-machine'> {
    const answer = await this.changing(migrationId, async (item) => {
      if (!allowedOrders[order.kind].includes(item['status']?.S as MachineStatus)) return 'refused';
      const { kind, by, at, reason } = order;
      const message = `${by} ordered: ${kind}${reason === undefined ? '' : ` (${reason})`}.`;
      const values = { updatedAt: { S: at.toISOString() }, orders: renderOrders([...ordersOf(item), order]) };
      return (await this.update(item, values, at, [{ kind: 'ordered', state: '', message }])) && 'taken';
    });
    return answer === 'fenced' ? 'unknown-machine' : answer;
  }

  async takePlace(
    pool: string,
    migrationId: string,
    fence: number,
    limit: number,
  ): Promise<'taken' | 'full' | 'fenced'> {
    const { table: TableName } = this.settings;
    const check = {
      ConditionCheck: {
        TableName,
        Key: keyOf(migrationId),
        ConditionExpression: 'fence = :fence',
        ExpressionAttributeValues: { ':fence': { N: String(fence) } },
      },
    };
    const take = {
      Update: {
        TableName,
        Key: placesOf(pool),
        UpdateExpression: 'ADD holders :holders',
        ConditionExpression: 'attribute_not_exists(holders) OR size(holders) < :limit OR contains(holders, :holder)',
        ExpressionAttributeValues: {
          ':holders': { SS: [migrationId] },
          ':holder': { S: migrationId },
          ':limit': { N: String(limit) },
        },
      },
    };
    return await this.until(migrationId, async () => {
      const [machineCode, poolCode] = await this.write([check, take]);
      if (machineCode === conditionFailed) return 'fenced';
      if (poolCode === conditionFailed) return 'full';
      return machineCode === 'None' && poolCode === 'None' && 'taken';
    });
  }

  async releasePlace(pool: string, migrationId: string): Promise<void> {
    await sent(
      'Releasing a place',
      this.settings.client.send(
        new UpdateItemCommand({
          TableName: this.settings.table,
          Key: placesOf(pool),
          UpdateExpression: 'DELETE holders :holders',
          ExpressionAttributeValues: { ':holders': { SS: [migrationId] } },
        }),
      ),
    );
  }

  private expiry(at: Date, given: Date): AttributeValue {
    const { recordDays } = this.settings;
    const seconds = recordDays === undefined ? given.getTime() / 1000 : at.getTime() / 1000 + recordDays * secondsADay;
    return { N: String(Math.ceil(seconds)) };
  }

  private async get(migrationId: string): Promise<Item | undefined> {
    const { Item } = await sent(
      'Reading the machine',
      this.settings.client.send(
        new GetItemCommand({ TableName: this.settings.table, Key: keyOf(migrationId), ConsistentRead: true }),
      ),
    );
    return Item;
  }

  /** Reads and changes until nobody has written in between; an unknown machine is `fenced`. */
  private async changing<T extends string>(
    migrationId: string,
    change: (item: Item) => Promise<T | false>,
  ): Promise<T | 'fenced'> {
    return await this.until<T | 'fenced'>(migrationId, async () => {
      const item = await this.get(migrationId);
      return item === undefined ? 'fenced' : await change(item);
    });
  }

  /** Tries until the attempt was not beaten by another writer. */
  private async until<T extends string>(migrationId: string, attempt: () => Promise<T | false>): Promise<T> {
    for (let number = 1; number <= maxAttempts; number += 1) {
      const answer = await attempt();
      if (answer !== false) return answer;
      await delay(Math.random() * longestDelayMs * Math.min(1, number / 10));
    }
    throw new TransientError(`${migrationId} is being written by too many others at the same time.`);
  }

  /** False where somebody has written since the item was read. Null removes an attribute. */
  private async update(
    item: Item,
    values: Readonly<Record<string, AttributeValue | null>>,
    at: Date,
    events: readonly NewMachineEvent[],
    condition: Readonly<Record<string, AttributeValue>> = {},
  ): Promise<boolean> {
    const migrationId = item['migrationId']?.S ?? '';
    const [version, eventCount] = [Number(item['version']?.N), Number(item['eventCount']?.N)];
    const set: Readonly<Record<string, AttributeValue | null>> = {
      ...values,
      version: { N: String(version + 1) },
      eventCount: { N: String(eventCount + events.length) },
    };
    const names = Object.keys(set);
    const isRemoved = (name: string): boolean => set[name] === null;
    const conditions = { version: { N: String(version) }, ...condition };
    const part = (verb: string, list: readonly string[]): string =>
      list.length === 0 ? '' : `${verb} ${list.join(', ')} `;
    const update: TransactWriteItem = {
      Update: {
        TableName: this.settings.table,
        Key: keyOf(migrationId),
        UpdateExpression:
          part(
            'SET',
            names.filter((name) => !isRemoved(name)).map((name) => `#${name} = :${name}`),
          ) +
          part(
            'REMOVE',
            names.filter(isRemoved).map((name) => `#${name}`),
          ),
        ConditionExpression: Object.keys(conditions)
          .map((name) => `#${name} = :if_${name}`)
          .join(' AND '),
        ExpressionAttributeNames: Object.fromEntries(
          [...new Set([...names, ...Object.keys(conditions)])].map((name) => [`#${name}`, name]),
        ),
        ExpressionAttributeValues: Object.fromEntries([
          ...Object.entries(set)
            .filter(([, value]) => value !== null)
            .map(([name, value]) => [`:${name}`, value]),
          ...Object.entries(conditions).map(([name, value]) => [`:if_${name}`, value]),
        ]) as Record<string, AttributeValue>,
      },
    };
    const codes = await this.write(
      events.length === 0 ? [update] : [update, this.putEvents(migrationId, eventCount + 1, at, events)],
    );
    return codes.every((code) => code === 'None');
  }

  private putEvents(
    migrationId: string,
    first: number,
    at: Date,
    events: readonly NewMachineEvent[],
  ): TransactWriteItem {
    const days = executionDays + (this.settings.recordDays ?? defaultRecordDays);
    return {
      Put: {
        TableName: this.settings.table,
        Item: {
          migrationId: { S: migrationId },
          item: { S: `event#${String(first).padStart(8, '0')}` },
          ...renderEvents(first, at, events),
          expiresAt: { N: String(Math.ceil(at.getTime() / 1000) + days * secondsADay) },
        },
      },
    };
  }

  /** By item: why it was not written. Nothing was, where a code is not `None`. */
  private async write(items: readonly TransactWriteItem[]): Promise<readonly string[]> {
    try {
      await sent(
        'Writing the machine',
        this.settings.client.send(new TransactWriteItemsCommand({ TransactItems: [...items] })),
      );
      return items.map(() => 'None');
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map(({ Code = 'None' }) => Code);
      if (codes.length === 0 || !codes.every((code) => expectedCodes.includes(code))) throw error;
      return codes;
    }
  }

  private async *summaries(query: Omit<QueryCommandInput, 'TableName'>): AsyncIterable<MachineSummary> {
    for await (const item of this.query({ ...query, TableName: this.settings.table })) yield summaryOf(item);
  }

  private async *query(query: QueryCommandInput): AsyncIterable<Item> {
    const pages = paginateQuery({ client: this.settings.client }, query)[Symbol.asyncIterator]();
    for (;;) {
      const page = await sent('Querying machines', pages.next());
      if (page.done === true) return;
      yield* page.value.Items ?? [];
    }
  }
}

function keyOf(migrationId: string): Item {
  return { migrationId: { S: migrationId }, item: machine };
}

/** No migrationId has a `#`. */
function placesOf(pool: string): Item {
  return { migrationId: { S: `pool#${pool}` }, item: { S: 'places' } };
}
