import type { ValidationType } from '../../state/index.js';
import type { TestQuery } from '../queries/test-query.js';
import type { TablePair, ValidationOptions } from '../table/table-pair.js';
import type { RuleSet } from '../values/value-rules.js';
import type { SideConnections } from './side-connections.js';

/** The parts of a table to compare, and how; by default all of it, strictly. */
export type TableSettings = Pick<
  ValidationOptions,
  'checks' | 'rules' | 'columns' | 'partitions' | 'sampleRows' | 'locate' | 'rowCountTolerance' | 'namesFiles'
>;

/** The payload of a validation's job: all that a worker needs to know. JSON. */
export interface ValidationOrder extends TableSettings {
  /** Of the run: decides which rows are sampled. */
  readonly runId: string;
  /** The job that moved the table, to which the results belong. */
  readonly migrationJobId: string;
  readonly sides: SideConnections;
  readonly pair: TablePair;
  readonly checks: readonly ValidationType[];
  readonly rules: RuleSet;
  readonly queries: readonly TestQuery[];
}

/** The queue of the jobs whose payload is a `ValidationOrder`. */
export const validationQueue = 'validate-table';
