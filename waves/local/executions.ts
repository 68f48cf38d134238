import type { WaveStore } from '../machines/wave-store.js';
import type { Position } from './interpreter.js';

/** An execution that a worker has taken, until its lease ends. */
export interface TakenExecution {
  readonly migrationId: string;
  readonly correlationId: string;
  readonly fence: number;
  readonly position: Position;
  /** Milliseconds since 1970. Before that of the position where something was ordered since. */
  readonly dueAt: number;
  /** How many orders there were. */
  readonly ordersSeen: number;
}

export interface ExecutionStep {
  readonly position: Position;
  /** The task states among those that were entered. */
  readonly entered: readonly string[];
  /** Whether another worker may take it. */
  readonly release: boolean;
  readonly at: Date;
}

/** Where the executions of the local runner are stored. */
export interface Executions {
  /** Those that are to go on, each for a worker alone. */
  take(limit: number): Promise<readonly TakenExecution[]>;
  /** Prolongs the lease; false where it was lost. */
  keep(taken: TakenExecution): Promise<boolean>;
  move(taken: TakenExecution, step: ExecutionStep): Promise<'saved' | 'fenced'>;
  /** The store as this holder sees it: a step's claim has the fence of the taken execution, or throws Fenced. */
  storeOf(taken: TakenExecution): WaveStore;
  /** Executions that have not ended; with `waiting`, without those that wait for a person. */
  open(but?: 'waiting'): Promise<number>;
}
