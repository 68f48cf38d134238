import type {
  MachineChange,
  MachineEvent,
  MachineRecord,
  MachineStatus,
  MachineSummary,
  NewMachine,
  Order,
} from './machine-record.js';

export interface Claim {
  readonly fence: number;
  readonly record: MachineRecord;
}

/** Remembers every machine of every wave. The same contract test runs over each implementation. */
export interface WaveStore {
  /** By the payload's migrationId: a message that comes twice changes nothing. The first event is `created`. */
  create(machine: NewMachine): Promise<'created' | 'exists'>;

  read(migrationId: string): Promise<MachineRecord | undefined>;

  /** After it, every write of an earlier holder is `fenced`. `undefined` where there is no such machine. */
  claim(migrationId: string, state: string, holder: string): Promise<Claim | undefined>;

  /** Stores all of the change, or nothing where the fence is not that of the last claim. */
  save(migrationId: string, fence: number, change: MachineChange): Promise<'saved' | 'fenced'>;

  /** In the order in which they happened. */
  events(migrationId: string): AsyncIterable<MachineEvent>;

  /** Each sorted by migrationId. */
  byWave(wave: string): AsyncIterable<MachineSummary>;
  byStatus(status: MachineStatus): AsyncIterable<MachineSummary>;
  byApp(appName: string, status?: MachineStatus): AsyncIterable<MachineSummary>;

  /**
   * Stores what a person decided, unless the machine's status no longer allows it (`allowedOrders`). No fence: a worker
   * may be at work, and reads it at its next claim.
   */
  order(migrationId: string, order: Order): Promise<'taken' | 'refused' | 'unknown-machine'>;

  /**
   * One of `limit` places of a pool, such as `wave-3/cutovers`, for the holder of the last claim; again `taken` by a machine
   * that has it already. A place is kept until it is released.
   */
  takePlace(pool: string, migrationId: string, fence: number, limit: number): Promise<'taken' | 'full' | 'fenced'>;
  releasePlace(pool: string, migrationId: string): Promise<void>;
}
