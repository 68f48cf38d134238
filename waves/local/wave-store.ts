import {
  claimWaveMachine,
  createWaveMachine,
  findHeldWaveMachine,
  findWaveMachine,
  listWaveMachines,
  orderWaveMachine,
  releaseWavePlace,
  saveWaveMachine,
  takeWavePlace,
  waveEvents,
  waveOrders,
} from '../../state/index.js';
import type { State, WaveEvent, WaveMachine, WaveOrder } from '../../state/index.js';
import { allowedOrders } from '../machines/allowed-orders.js';
import { Fenced } from '../machines/errors.js';
import type { MachineEvent, MachineRecord, MachineSummary, Memory, Order } from '../machines/machine-record.js';
import type { WaveStore } from '../machines/wave-store.js';
import type { Payload } from '../payload/payload.js';
import type { Outcome } from '../state-machine/state-machine.js';
import type { Interpreter } from './interpreter.js';

const pageSize = 500;

/** The store of waves in the state store. A machine that is created waits for a local worker. */
export class StateWaveStore implements WaveStore {
  readonly #state: Pick<State, 'db'>;
  readonly #interpreter: Interpreter;

  constructor(state: Pick<State, 'db'>, interpreter: Interpreter) {
    this.#state = state;
    this.#interpreter = interpreter;
  }

  async create({ payload, correlationId, at }: Parameters<WaveStore['create']>[0]): ReturnType<WaveStore['create']> {
    const { position } = this.#interpreter.start(at.getTime());
    const { migrationId, appName, wave, targetVmName } = payload;
    return await createWaveMachine(this.#state, {
      migrationId,
      correlationId,
      appName,
      wave,
      targetVmName,
      payload,
      state: position.state,
      position,
      at,
    });
  }

  async read(migrationId: string): Promise<MachineRecord | undefined> {
    return await this.#withOrders(await findWaveMachine(this.#state, migrationId));
  }

  async claim(migrationId: string, _state: string, holder: string): ReturnType<WaveStore['claim']> {
    const machine = await claimWaveMachine(this.#state, migrationId, holder);
    const record = await this.#withOrders(machine);
    return machine === undefined || record === undefined ? undefined : { fence: machine.fence, record };
  }

  async save(
    migrationId: string,
    fence: number,
    change: Parameters<WaveStore['save']>[2],
  ): ReturnType<WaveStore['save']> {
    return await saveWaveMachine(this.#state, { migrationId, fence }, change);
  }

  async *events(migrationId: string): AsyncGenerator<MachineEvent> {
    for (let after = 0; ;) {
      const page = await waveEvents(this.#state, migrationId, after, pageSize);
      yield* page.map(eventOf);
      if (page.length < pageSize) return;
      after = page.at(-1)?.number ?? after;
    }
  }

  byWave(wave: string): AsyncIterable<MachineSummary> {
    return this.#list({ wave });
  }

  byStatus(status: MachineSummary['status']): AsyncIterable<MachineSummary> {
    return this.#list({ status });
  }

  byApp(appName: string, status?: MachineSummary['status']): AsyncIterable<MachineSummary> {
    return this.#list({ appName, ...(status && { status }) });
  }

  async order(migrationId: string, order: Order): ReturnType<WaveStore['order']> {
    return await orderWaveMachine(this.#state, migrationId, order, allowedOrders[order.kind]);
  }

  async takePlace(
    pool: string,
    migrationId: string,
    fence: number,
    limit: number,
  ): Promise<'taken' | 'full' | 'fenced'> {
    return await takeWavePlace(this.#state, pool, { migrationId, fence }, limit);
  }

  async releasePlace(pool: string, migrationId: string): Promise<void> {
    await releaseWavePlace(this.#state, pool, migrationId);
  }

  /** For a worker that has taken the machine: a claim keeps the worker's fence. */
  heldBy(held: { readonly migrationId: string; readonly fence: number }): WaveStore {
    return new HeldWaveStore(this.#state, this.#interpreter, held);
  }

  async *#list(filter: Parameters<typeof listWaveMachines>[1]): AsyncGenerator<MachineSummary> {
    for (let after = ''; ;) {
      const page = await listWaveMachines(this.#state, filter, after, pageSize);
      yield* page.map(summaryOf);
      if (page.length < pageSize) return;
      after = page.at(-1)?.migration_id ?? after;
    }
  }

  async #withOrders(machine: WaveMachine | undefined): Promise<MachineRecord | undefined> {
    if (machine === undefined) return undefined;
    return recordOf(machine, machine.orders === 0 ? [] : await waveOrders(this.#state, machine.migration_id));
  }
}

class HeldWaveStore extends StateWaveStore {
  readonly #state: Pick<State, 'db'>;
  readonly #held: { readonly migrationId: string; readonly fence: number };

  constructor(
    state: Pick<State, 'db'>,
    interpreter: Interpreter,
    held: { readonly migrationId: string; readonly fence: number },
  ) {
    super(state, interpreter);
    this.#state = state;
    this.#held = held;
  }

  override async claim(migrationId: string): ReturnType<WaveStore['claim']> {
    const machine = await findHeldWaveMachine(this.#state, this.#held);
    if (machine === undefined || migrationId !== this.#held.migrationId) throw new Fenced(migrationId);
    const orders = machine.orders === 0 ? [] : await waveOrders(this.#state, migrationId);
    return { fence: machine.fence, record: recordOf(machine, orders) };
  }
}

function summaryOf(machine: WaveMachine): MachineSummary {
  return {
    migrationId: machine.migration_id,
    appName: machine.app_name,
    wave: machine.wave,
    status: machine.status,
    statusSince: machine.status_since,
    targetVmName: machine.target_vm_name,
    error: machine.error,
  };
}

function recordOf(machine: WaveMachine, orders: readonly WaveOrder[]): MachineRecord {
  return {
    ...summaryOf(machine),
    correlationId: machine.correlation_id,
    // Checked when it was taken in.
    payload: machine.payload as Payload,
    memory: machine.memory as Memory,
    outcomes: machine.outcomes as Readonly<Record<string, Outcome>>,
    orders: orders.map(orderOf),
    createdAt: machine.created_at,
    updatedAt: machine.updated_at,
    expiresAt: machine.expires_at,
  };
}

function orderOf({ kind, actor, at, reason, gate }: WaveOrder): Order {
  return { kind, by: actor, at, ...(reason !== null && { reason }), ...(gate !== null && { gate }) };
}

function eventOf({ migration_id, number, at, kind, state, message, details }: WaveEvent): MachineEvent {
  return {
    migrationId: migration_id,
    number,
    at,
    kind,
    state,
    message,
    ...(details !== null && { details: details as Memory }),
  };
}
