import type { Outcome } from '../state-machine/state-machine.js';
import type { Payload } from '../payload/payload.js';

export const machineStatuses = [
  'PENDING',
  'VALIDATING',
  'PREPARING',
  'REPLICATING',
  'TESTING',
  // Awaits the cutover.
  'READY',
  'CUTTING_OVER',
  // Awaits being finalized.
  'CUT_OVER',
  // Past the point of no return.
  'FINALIZING',
  'FINALIZED',
  'ROLLING_BACK',
  'ROLLED_BACK',
  'ROLLBACK_FAILED',
  'REJECTED',
  'NEEDS_ATTENTION',
] as const;
export type MachineStatus = (typeof machineStatuses)[number];

/** Runs at the target. */
export const cutOverStatuses: readonly MachineStatus[] = ['CUT_OVER', 'FINALIZING', 'FINALIZED'];

/** Somebody must look at the machine. */
export const attentionStatuses: readonly MachineStatus[] = ['ROLLBACK_FAILED', 'NEEDS_ATTENTION'];

/** Ended, and runs at its source. */
export const notMovedStatuses: readonly MachineStatus[] = ['REJECTED', 'ROLLED_BACK'];

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** The memory of a migration service about a machine, such as ids of what it made. Never a secret. */
export type Memory = Readonly<Record<string, Json>>;

export type OrderKind = 'test' | 'approve' | 'cutover' | 'rollback' | 'finalize';

/** The decision of a person. */
export interface Order {
  readonly kind: OrderKind;
  /** Person who is responsible. */
  readonly by: string;
  readonly at: Date;
  readonly reason?: string;
  /** Which one is approved; of `approve`. */
  readonly gate?: string;
}

export interface NewMachine {
  /** As `readPayload` gave it. */
  readonly payload: Payload;
  readonly correlationId: string;
  readonly at: Date;
}

export interface MachineSummary {
  readonly migrationId: string;
  readonly appName: string;
  readonly wave: string;
  readonly status: MachineStatus;
  /** When it got that status. */
  readonly statusSince: Date;
  readonly targetVmName: string;
  /** Why the last step that failed did. */
  readonly error: StepError | null;
}

export interface MachineRecord extends MachineSummary {
  readonly correlationId: string;
  readonly payload: Payload;
  readonly memory: Memory;
  /** Of steps that are done, by state: a step that is called again answers the same. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
  readonly orders: readonly Order[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When the record may be deleted; set at its end. */
  readonly expiresAt: Date | null;
}

export interface StepError {
  readonly name: string;
  readonly message: string;
}

/** The change that a step stores, all of it or nothing. Anything left out stays. */
export interface MachineChange {
  readonly at: Date;
  readonly status?: MachineStatus;
  /** Added to the memory; a value of a name replaces the one before. */
  readonly memory?: Memory;
  /** Of states; null forgets one, so that its step can be done again. */
  readonly outcomes?: Readonly<Record<string, Outcome | null>>;
  readonly error?: StepError | null;
  readonly expiresAt?: Date;
  readonly events?: readonly NewMachineEvent[];
}

export type MachineEventKind =
  | 'created'
  // The execution came to this task.
  | 'entered'
  | 'ordered'
  // An effect on the outside is about to be made, and was made.
  | 'intended'
  | 'done'
  | 'failed'
  | 'status'
  | 'notified'
  | 'notification-failed'
  | 'restored'
  | 'not-restored';

export interface NewMachineEvent {
  readonly kind: MachineEventKind;
  /** Name of the state of the state machine; '' outside of its execution. */
  readonly state: string;
  /** One sentence for people. */
  readonly message: string;
  readonly details?: Memory;
}

export interface MachineEvent extends NewMachineEvent {
  readonly migrationId: string;
  /** From 1, in the order in which they were stored. */
  readonly number: number;
  readonly at: Date;
}
