import { keepWaveMachine, moveWaveMachine, openExecutions, takeDueMachines } from '../../state/index.js';
import type { State } from '../../state/index.js';
import type { WaveStore } from '../machines/wave-store.js';
import type { Executions, ExecutionStep, TakenExecution } from './executions.js';
import type { Position } from './interpreter.js';
import type { StateWaveStore } from './wave-store.js';

export interface StateExecutionsOptions {
  readonly state: Pick<State, 'db'>;
  readonly store: StateWaveStore;
  readonly holder: string;
  readonly leaseSeconds: number;
  /** For tests of leases. @default the database's clock */
  readonly now?: () => Date;
}

/** Executions in the state store; several processes share them. */
export class StateExecutions implements Executions {
  readonly #options: StateExecutionsOptions;

  constructor(options: StateExecutionsOptions) {
    this.#options = options;
  }

  async take(limit: number): Promise<readonly TakenExecution[]> {
    const { state, holder, leaseSeconds, now } = this.#options;
    const machines = await takeDueMachines(state, { holder, limit, leaseSeconds, now: now?.() });
    return machines.map(({ migration_id, correlation_id, fence, position, due_at, orders }) => ({
      migrationId: migration_id,
      correlationId: correlation_id,
      fence,
      position: position as Position,
      dueAt: due_at?.getTime() ?? 0,
      ordersSeen: orders,
    }));
  }

  async keep(taken: TakenExecution): Promise<boolean> {
    const { state, leaseSeconds, now } = this.#options;
    return await keepWaveMachine(state, taken, { leaseSeconds, now: now?.() });
  }

  async move(taken: TakenExecution, { position, entered, release, at }: ExecutionStep): Promise<'saved' | 'fenced'> {
    const { dueAt } = position;
    return await moveWaveMachine(this.#options.state, taken, {
      state: position.state,
      position,
      dueAt: dueAt === null ? null : new Date(dueAt),
      ordersSeen: taken.ordersSeen,
      release,
      at,
      events: entered.map((state) => ({ kind: 'entered', state, message: `The execution came to ${state}.` })),
    });
  }

  storeOf(taken: TakenExecution): WaveStore {
    return this.#options.store.heldBy(taken);
  }

  async open(but?: 'waiting'): Promise<number> {
    return await openExecutions(this.#options.state, but);
  }
}
