import type { Limits } from '../wave-file/wave-file.js';

/** The capacity of the target that the machines of a plan need. */
export interface CapacityQuestion {
  readonly subnetIds: readonly string[];
  readonly instanceTypes: readonly string[];
}

/** Asks the target what is free there. Changes nothing. Throws a MigrationError. */
export interface TargetCapacity {
  readonly name: string;
  /** Limits that it does not know are left out. */
  read(question: CapacityQuestion, signal: AbortSignal): Promise<Limits>;
}
