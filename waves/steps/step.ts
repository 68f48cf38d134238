import type { MachineChange, MachineRecord, MachineStatus } from '../machines/machine-record.js';
import type { MigrationService, Machine, ServiceContext } from '../services/migration-service.js';
import type { Outcome, StepInput } from '../state-machine/state-machine.js';
import type { StepPorts } from './ports.js';

/** The work of an action on one machine. */
export interface Step {
  /** In which statuses it may run. In others, the execution has gone on since, and this call is an old one. */
  readonly from: readonly MachineStatus[];
  run(call: StepCall): Promise<StepResult>;
  /** Whether it records its failures itself, because they are not the machine's. */
  readonly recordsFailures?: true;
}

/** One call, by the holder of the machine's claim. */
export interface StepCall {
  readonly input: StepInput;
  readonly ports: StepPorts;
  /** As it was at the claim. */
  readonly record: MachineRecord;
  readonly fence: number;
  readonly machine: Machine;
  readonly context: ServiceContext;
  /** Throws a PrerequisiteError where none serves the payload. */
  service(): MigrationService;
  /** Stores what must be known before the step ends. Throws Fenced. */
  save(change: Omit<MachineChange, 'at'>): Promise<void>;
}

/**
 * The answer, and what is stored with it. An answer other than `waiting` is stored, too, and given again when the step is
 * called again; with `repeatable`, the step is done again.
 */
export interface StepResult {
  readonly outcome: Outcome;
  readonly change?: Omit<MachineChange, 'at'>;
  readonly repeatable?: boolean;
}

/** One sentence for people about what this step did. */
export function happened(
  { input }: Pick<StepCall, 'input'>,
  kind: 'done' | 'status' | 'restored' | 'intended',
  message: string,
): NonNullable<MachineChange['events']>[number] {
  return { kind, state: input.state, message };
}
