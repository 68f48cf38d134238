import type { AttributeValue, DynamoDBClient, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { compareText } from '../../../core/canonical-json.js';
import { allowedOrders } from '../../machines/allowed-orders.js';
import type {
  MachineChange,
  MachineEvent,
  MachineRecord,
  MachineStatus,
  MachineSummary,
  NewMachine,
  Order,
} from '../../machines/machine-record.js';
import type { Claim, WaveStore } from '../../machines/wave-store.js';
import type { DetailStore } from './detail-store.js';
import { ItemTable } from './item-table.js';
import {
  changedDocument,
  creationOf,
  eventsOf,
  eventsOfMachine,
  machineKey,
  newDocument,
  newItem,
  ordersOf,
  recordOf,
  renderOrders,
  statusAndId,
  summaryOf,
} from './items.js';
import type { Item } from './items.js';
import { Places } from './places.js';
import { untilUnbeaten } from './until-unbeaten.js';
import { renderWrite } from './versioned-write.js';
import type { VersionedWrite } from './versioned-write.js';

export interface DynamoWaveStoreSettings {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly details: DetailStore;
  /** How long a record is kept after the machine's end. @default as each change says */
  readonly recordDays?: number;
  /** Between two attempts at a write that another writer was quicker at. @default 500 */
  readonly longestDelayMs?: number;
}

const defaultRecordDays = 90;
const msADay = 86_400_000;

/**
 * Machines in one DynamoDB table, whose keys and indexes `stacks/waves/record-table.ts` makes. Every write of a machine has
 * the condition that nobody has written since it was read.
 */
export class DynamoWaveStore implements WaveStore {
  private readonly table: ItemTable;
  private readonly places: Places;
  private readonly details: DetailStore;
  private readonly recordDays: number | undefined;
  private readonly longestDelayMs: number;

  constructor({ client, table, details, recordDays, longestDelayMs = 500 }: DynamoWaveStoreSettings) {
    this.table = new ItemTable(client, table);
    this.places = new Places(this.table, longestDelayMs);
    this.details = details;
    this.recordDays = recordDays;
    this.longestDelayMs = longestDelayMs;
  }

  async create(machine: NewMachine): Promise<'created' | 'exists'> {
    const { payload, correlationId } = machine;
    const details = await this.details.pack(payload.migrationId, newDocument(payload, correlationId));
    const isNew = await this.table.put({ ...newItem(machine), ...details }, 'attribute_not_exists(migrationId)');
    return isNew ? 'created' : 'exists';
  }

  async read(migrationId: string): Promise<MachineRecord | undefined> {
    const item = await this.table.read(machineKey(migrationId));
    return item && recordOf(item, await this.details.unpack(item));
  }

  async claim(migrationId: string, state: string, holder: string): Promise<Claim | undefined> {
    const item = await this.table.update('Claiming the machine', {
      Key: machineKey(migrationId),
      UpdateExpression: 'SET fence = fence + :one, claimedBy = :holder, claimedFor = :state',
      ConditionExpression: 'attribute_exists(migrationId)',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':holder': { S: holder }, ':state': { S: state } },
    });
    if (item === undefined) return undefined;
    return { fence: Number(item['fence']?.N), record: recordOf(item, await this.details.unpack(item)) };
  }

  async save(migrationId: string, fence: number, change: MachineChange): Promise<'saved' | 'fenced'> {
    const answer = await this.changing(migrationId, async (item) => {
      if (Number(item['fence']?.N) !== fence) return 'fenced';
      const { at, events = [] } = change;
      const values = await this.valuesOf(migrationId, item, change);
      return (await this.write({ item, values, at, events, condition: { fence: { N: String(fence) } } })) && 'saved';
    });
    return answer === 'unknown-machine' ? 'fenced' : answer;
  }

  async *events(migrationId: string): AsyncIterable<MachineEvent> {
    const created = await this.table.read(machineKey(migrationId));
    if (created !== undefined) yield creationOf(created);
    for await (const item of this.table.query(eventsOfMachine(migrationId))) yield* eventsOf(item);
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
    return await this.changing(migrationId, async (item) => {
      if (!allowedOrders[order.kind].includes(item['status']?.S as MachineStatus)) return 'refused';
      const { kind, by, at, reason } = order;
      const message = `${by} ordered: ${kind}${reason === undefined ? '' : ` (${reason})`}.`;
      const values = { updatedAt: { S: at.toISOString() }, orders: renderOrders([...ordersOf(item), order]) };
      return (await this.write({ item, values, at, events: [{ kind: 'ordered', state: '', message }] })) && 'taken';
    });
  }

  takePlace(pool: string, migrationId: string, fence: number, limit: number): Promise<'taken' | 'full' | 'fenced'> {
    return this.places.take(pool, migrationId, fence, limit);
  }

  releasePlace(pool: string, migrationId: string): Promise<void> {
    return this.places.release(pool, migrationId);
  }

  /** Reads and changes until nobody has written in between. */
  private changing<T extends string>(
    migrationId: string,
    change: (item: Item) => Promise<T | false>,
  ): Promise<T | 'unknown-machine'> {
    return untilUnbeaten<T | 'unknown-machine'>(migrationId, this.longestDelayMs, async () => {
      const item = await this.table.read(machineKey(migrationId));
      return item === undefined ? 'unknown-machine' : await change(item);
    });
  }

  private async valuesOf(migrationId: string, item: Item, change: MachineChange): Promise<VersionedWrite['values']> {
    const { status, memory, outcomes, error, expiresAt, at } = change;
    const needsDocument = memory !== undefined || outcomes !== undefined;
    return {
      updatedAt: { S: at.toISOString() },
      ...(needsDocument && {
        document: null,
        documentKey: null,
        ...(await this.details.pack(migrationId, changedDocument(await this.details.unpack(item), change))),
      }),
      ...(status !== undefined && {
        status: { S: status },
        statusAndId: { S: statusAndId(status, migrationId) },
        ...(item['status']?.S !== status && { statusSince: { S: at.toISOString() } }),
      }),
      ...(error !== undefined && { error: error === null ? null : { S: JSON.stringify(error) } }),
      ...(expiresAt !== undefined && { expiresAt: this.expiry(at, expiresAt) }),
    };
  }

  private expiry(at: Date, given: Date): AttributeValue {
    const ms = this.recordDays === undefined ? given.getTime() : at.getTime() + this.recordDays * msADay;
    return { N: String(Math.ceil(ms / 1000)) };
  }

  /** False where somebody has written since the item was read. */
  private async write(write: VersionedWrite): Promise<boolean> {
    const items = renderWrite(this.table.name, this.recordDays ?? defaultRecordDays, write);
    return (await this.table.transact(items)).every((code) => code === 'None');
  }

  private async *summaries(query: Omit<QueryCommandInput, 'TableName'>): AsyncIterable<MachineSummary> {
    for await (const item of this.table.query(query)) yield summaryOf(item);
  }
}
