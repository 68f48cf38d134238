import type { Memory } from '../machines/machine-record.js';
import type { Payload } from '../payload/payload.js';

/**
 * Moves machines of some sources to some target. Every method can be called again after it was interrupted at any point,
 * and finds what an earlier attempt made by its tag or name `a2o_migration=<migrationId>`. Throws a `MigrationError`.
 */
export interface MigrationService {
  /** Such as `mgn`, `openstack` or `virt-v2v`. */
  readonly name: string;
  /** Whether this one does it. */
  serves(payload: Payload): boolean;
  /** Checks options, names and what must be there. Changes nothing. Throws a ValidationError or a PrerequisiteError. */
  validate(machine: Machine, context: ServiceContext): Promise<void>;
  /** Makes everything that must exist before data can be copied, such as a snapshot. */
  prepare(machine: Machine, context: ServiceContext): Promise<void>;
  /** Starts the copy, or goes on with it; returns soon. */
  replicate(machine: Machine, context: ServiceContext): Promise<void>;
  replication(machine: Machine, context: ServiceContext): Promise<Replication>;
  /** Launches a copy in an isolated network. The source runs on. */
  launchTest(machine: Machine, context: ServiceContext): Promise<void>;
  testLaunch(machine: Machine, context: ServiceContext): Promise<Launch>;
  /** Removes what the test launch made, where something is left. */
  endTest(machine: Machine, context: ServiceContext): Promise<void>;
  /** Stops the source, makes the last copy and launches the target; returns soon. */
  cutOver(machine: Machine, context: ServiceContext): Promise<void>;
  cutover(machine: Machine, context: ServiceContext): Promise<Launch>;
  /** The point of no return: removes what a rollback would need. */
  finalize(machine: Machine, context: ServiceContext): Promise<void>;
  /** From any point before `finalize`: the source runs as before, and nothing that this migration made is left. */
  rollBack(machine: Machine, context: ServiceContext): Promise<RolledBack>;
}

export interface Machine {
  readonly migrationId: string;
  readonly correlationId: string;
  readonly payload: Payload;
  /** With all that was remembered so far. */
  readonly memory: Memory;
}

export interface ServiceContext {
  /** Aborted when the worker has lost the machine, or the step's time is over. */
  readonly signal: AbortSignal;
  /**
   * Stores what must be known after a crash; await it before and after each effect. Throws Fenced when another worker has
   * the machine: then make no further effect. Later calls of `memory` have it, too.
   */
  remember(change: Memory): Promise<void>;
  /** With what `remember` has added during this call. */
  readonly memory: () => Memory;
  /** Structured; never a secret. */
  log(message: string, fields?: Memory): void;
  now(): Date;
}

export interface Replication {
  /** `ready`: a test or the cutover may begin. */
  readonly is: 'ready' | 'waiting';
  /** How far the copy is behind its source; null where the service does not know. */
  readonly lagSeconds: number | null;
  readonly copiedBytes: number | null;
  readonly totalBytes: number | null;
}

export interface Launch {
  /** `failed` is for good: the step fails, with `health` as the reason. */
  readonly is: 'ready' | 'waiting' | 'failed';
  /** One sentence for people, such as `ACTIVE, answers on port 22`. */
  readonly health: string;
  /** Of the launched machine, where it has one. */
  readonly address?: string;
  /** All of them, where there are several. @default the address */
  readonly addresses?: readonly string[];
}

export interface RolledBack {
  /** Such as `server web-1 runs at its source`. */
  readonly restored: readonly string[];
  readonly notRestored: readonly { readonly what: string; readonly why: string }[];
}
