import { allowedOrders, Fenced } from '../../waves/machines/index.js';
import type {
  MachineChange,
  MachineEvent,
  MachineRecord,
  MachineStatus,
  MachineSummary,
  NewMachine,
  NewMachineEvent,
  Order,
  WaveStore,
} from '../../waves/machines/index.js';
import type { Executions, ExecutionStep, TakenExecution } from '../../waves/local/executions.js';
import type { Interpreter, Position } from '../../waves/local/interpreter.js';
import { Heap } from './heap.js';

interface Row {
  record: MachineRecord;
  fence: number;
  events: MachineEvent[];
  position: Position;
  dueAt: number | null;
  leaseUntil: number | null;
  /** When it can be taken next; an older entry of the heap has another time. */
  scheduledAt: number | null;
}

export interface MemoryWavesOptions {
  readonly interpreter: Interpreter;
  readonly now: () => Date;
  readonly leaseSeconds: number;
}

/** The store of waves and its executions in memory, with its own clock: what the real ones do, without I/O. */
export class MemoryWaves implements WaveStore, Executions {
  readonly rows = new Map<string, Row>();
  readonly #places = new Map<string, Set<string>>();
  readonly #byApp = new Map<string, Set<Row>>();
  readonly #due = new Heap<Row>();
  readonly #options: MemoryWavesOptions;

  constructor(options: MemoryWavesOptions) {
    this.#options = options;
  }

  create({ payload, correlationId, at }: NewMachine): Promise<'created' | 'exists'> {
    const { migrationId, appName, wave, targetVmName } = payload;
    if (this.rows.has(migrationId)) return Promise.resolve('exists');
    const { position } = this.#options.interpreter.start(at.getTime());
    const row: Row = {
      record: {
        migrationId,
        appName,
        wave,
        targetVmName,
        correlationId,
        payload,
        status: 'PENDING',
        statusSince: at,
        error: null,
        memory: {},
        outcomes: {},
        orders: [],
        createdAt: at,
        updatedAt: at,
        expiresAt: null,
      },
      fence: 0,
      events: [],
      position,
      dueAt: position.dueAt,
      leaseUntil: null,
      scheduledAt: null,
    };
    this.#schedule(row);
    this.rows.set(migrationId, row);
    const ofApp = this.#byApp.get(appName) ?? new Set();
    this.#byApp.set(appName, ofApp.add(row));
    append(row, at, [{ kind: 'created', state: '', message: 'The machine was submitted.' }]);
    return Promise.resolve('created');
  }

  read(migrationId: string): Promise<MachineRecord | undefined> {
    return Promise.resolve(this.rows.get(migrationId)?.record);
  }

  claim(migrationId: string): ReturnType<WaveStore['claim']> {
    const row = this.rows.get(migrationId);
    if (row === undefined) return Promise.resolve(undefined);
    row.fence += 1;
    return Promise.resolve({ fence: row.fence, record: row.record });
  }

  save(migrationId: string, fence: number, change: MachineChange): Promise<'saved' | 'fenced'> {
    const row = this.rows.get(migrationId);
    if (row?.fence !== fence) return Promise.resolve('fenced');
    const { record } = row;
    const { at, status, memory, outcomes, error, expiresAt, events } = change;
    row.record = {
      ...record,
      ...(status !== undefined && status !== record.status && { status, statusSince: at }),
      ...(memory && { memory: { ...record.memory, ...memory } }),
      ...(outcomes && { outcomes: changed(record.outcomes, outcomes) }),
      ...(error !== undefined && { error }),
      ...(expiresAt && { expiresAt }),
      updatedAt: at,
    };
    append(row, at, events ?? []);
    return Promise.resolve('saved');
  }

  async *events(migrationId: string): AsyncGenerator<MachineEvent> {
    await Promise.resolve();
    yield* this.rows.get(migrationId)?.events ?? [];
  }

  byWave(wave: string): AsyncIterable<MachineSummary> {
    return this.#sorted([...this.rows.values()].filter(({ record }) => record.wave === wave));
  }

  byStatus(status: MachineStatus): AsyncIterable<MachineSummary> {
    return this.#sorted([...this.rows.values()].filter(({ record }) => record.status === status));
  }

  byApp(appName: string, status?: MachineStatus): AsyncIterable<MachineSummary> {
    const rows = [...(this.#byApp.get(appName) ?? [])];
    return this.#sorted(status === undefined ? rows : rows.filter(({ record }) => record.status === status));
  }

  order(migrationId: string, order: Order): ReturnType<WaveStore['order']> {
    const row = this.rows.get(migrationId);
    if (row === undefined) return Promise.resolve('unknown-machine');
    const { record } = row;
    if (!allowedOrders[order.kind].includes(record.status)) return Promise.resolve('refused');
    row.record = { ...record, orders: [...record.orders, order], updatedAt: order.at };
    if (row.dueAt !== null) row.dueAt = Math.min(row.dueAt, order.at.getTime());
    this.#schedule(row);
    append(row, order.at, [{ kind: 'ordered', state: '', message: `${order.kind}, by ${order.by}` }]);
    return Promise.resolve('taken');
  }

  takePlace(pool: string, migrationId: string, fence: number, limit: number): ReturnType<WaveStore['takePlace']> {
    if (this.rows.get(migrationId)?.fence !== fence) return Promise.resolve('fenced');
    const holders = this.#places.get(pool) ?? new Set();
    this.#places.set(pool, holders);
    if (holders.has(migrationId)) return Promise.resolve('taken');
    if (holders.size >= limit) return Promise.resolve('full');
    holders.add(migrationId);
    return Promise.resolve('taken');
  }

  releasePlace(pool: string, migrationId: string): Promise<void> {
    this.#places.get(pool)?.delete(migrationId);
    return Promise.resolve();
  }

  /** Who has places, by pool. */
  get places(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#places;
  }

  take(limit: number): Promise<readonly TakenExecution[]> {
    const taken: TakenExecution[] = [];
    while (taken.length < limit) {
      const next = this.nextDue();
      if (next === undefined || next > this.#options.now().getTime()) break;
      const row = this.#due.pop()?.value;
      if (row !== undefined) row.scheduledAt = null;
      if (row !== undefined) taken.push(this.#taken(row));
    }
    return Promise.resolve(taken);
  }

  /** When the next execution can be taken; `undefined` when all have ended. */
  nextDue(): number | undefined {
    for (let first = this.#due.peek(); first !== undefined; first = this.#due.peek()) {
      if (first.key === first.value.scheduledAt) return first.key;
      this.#due.pop();
    }
    return undefined;
  }

  keep({ migrationId, fence }: TakenExecution): Promise<boolean> {
    const row = this.rows.get(migrationId);
    if (row?.fence !== fence) return Promise.resolve(false);
    row.leaseUntil = this.#leaseEnd();
    this.#schedule(row);
    return Promise.resolve(true);
  }

  move(taken: TakenExecution, { position, entered, release, at }: ExecutionStep): Promise<'saved' | 'fenced'> {
    const row = this.rows.get(taken.migrationId);
    if (row?.fence !== taken.fence) return Promise.resolve('fenced');
    row.position = position;
    const isOrdered = row.record.orders.length > taken.ordersSeen;
    row.dueAt = position.dueAt !== null && isOrdered ? Math.min(position.dueAt, at.getTime()) : position.dueAt;
    if (release) row.leaseUntil = null;
    this.#schedule(row);
    append(
      row,
      at,
      entered.map((state) => ({ kind: 'entered', state, message: `The execution came to ${state}.` })),
    );
    return Promise.resolve('saved');
  }

  storeOf({ migrationId, fence }: TakenExecution): WaveStore {
    const held: WaveStore['claim'] = () => {
      const row = this.rows.get(migrationId);
      return row?.fence === fence
        ? Promise.resolve({ fence, record: row.record })
        : Promise.reject(new Fenced(migrationId));
    };
    return new Proxy<WaveStore>(this, {
      get: (target, name) => {
        if (name === 'claim') return held;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  open(): Promise<number> {
    return Promise.resolve([...this.rows.values()].filter(({ dueAt }) => dueAt !== null).length);
  }

  #taken(row: Row): TakenExecution {
    row.fence += 1;
    row.leaseUntil = this.#leaseEnd();
    this.#schedule(row);
    const { record, fence, position, dueAt } = row;
    const { migrationId, correlationId, orders } = record;
    return { migrationId, correlationId, fence, position, dueAt: dueAt ?? 0, ordersSeen: orders.length };
  }

  #schedule(row: Row): void {
    const at = row.dueAt === null ? null : Math.max(row.dueAt, row.leaseUntil ?? row.dueAt);
    if (at === row.scheduledAt) return;
    row.scheduledAt = at;
    if (at !== null) this.#due.push(at, row);
  }

  #leaseEnd(): number {
    return this.#options.now().getTime() + this.#options.leaseSeconds * 1000;
  }

  async *#sorted(rows: readonly Row[]): AsyncGenerator<MachineSummary> {
    await Promise.resolve();
    const records = rows.map(({ record }) => record);
    yield* records.sort((a, b) => (a.migrationId < b.migrationId ? -1 : 1));
  }
}

function append(row: Row, at: Date, events: readonly NewMachineEvent[]): void {
  for (const event of events)
    row.events.push({ ...event, migrationId: row.record.migrationId, number: row.events.length + 1, at });
}

function changed(
  before: MachineRecord['outcomes'],
  change: NonNullable<MachineChange['outcomes']>,
): MachineRecord['outcomes'] {
  const all = { ...before, ...change };
  if (!Object.values(change).includes(null)) return all as MachineRecord['outcomes'];
  return Object.fromEntries(Object.entries(all).flatMap(([name, one]) => (one === null ? [] : [[name, one]])));
}
