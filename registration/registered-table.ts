import type { AssessedDatabase, AssessedTable } from '../assessments/index.js';

/** Where a mapping sends a table. */
export interface WantedTable {
  readonly source: AssessedTable;
  /** A catalog of the target. */
  readonly catalog: string;
  /** Lower case. */
  readonly schema: string;
  /** Lower case. */
  readonly table: string;
  /** Whether files may be rewritten as Iceberg where their catalog cannot hold them as they are. */
  readonly convert: boolean;
}

/** A table that the target can hold by itself; what a view reads must exist, too. Only `tableJudge` makes one. */
export interface AcceptedTable {
  readonly source: AssessedTable;
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  /** `s3://…` in the target's object store; `null` for views and aliases, which hold no data. */
  readonly location: string | null;
  readonly method: RegistrationMethod;
}

/**
 * - `external`: a Hive external table over the copied files.
 * - `register`: Iceberg `register_table` of the copied metadata.
 * - `register-rewritten`: the same after every path in the metadata was rewritten, because the bucket's name changes.
 * - `convert`: staged as a Hive external table, then rewritten as Iceberg.
 * - `view`: the source's view, its SQL carried over.
 * - `alias`: a view over the table that a resource link points to.
 */
export type RegistrationMethod = 'external' | 'register' | 'register-rewritten' | 'convert' | 'view' | 'alias';

/** The part of a mapped table that the manifest reads. */
export interface RegisteredTable extends AcceptedTable {
  /** The asset's key. */
  readonly key: string;
  readonly rule: EntryRule;
  /** For people. */
  readonly remarks: readonly string[];
}

/** The part of a mapped database that the manifest reads. */
export interface RegisteredDatabase {
  readonly key: string;
  readonly rule: EntryRule;
  readonly catalog: string;
  readonly schema: string;
  readonly source: Pick<AssessedDatabase, 'name' | 'locationUri'>;
}

/** The mapping's rule that decided, and the template that holds it. */
export interface EntryRule {
  readonly name: string;
  readonly template: string;
}
