import type { AssessedDatabase, AssessedTable } from '../assessments/index.js';
import type { HelperTable } from './helper-tables.js';
import type { TableFiles } from './hive-table.js';
import type { CastColumn } from './iceberg-view-types.js';
import type { Remark } from './remark.js';
import type { ViewText } from './views.js';

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
  /** Whether files that are converted stay where they are. @default false */
  readonly inPlace?: boolean;
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
  /** The table that its statements are made from. */
  readonly read: ReadTable;
  readonly remarks: readonly Remark[];
  /** Tables that the migration makes for it; their names are reserved. */
  readonly helpers: readonly HelperTable[];
}

/** The facts about a table that the registration needs from the catalog. */
export type ReadTable =
  | { readonly kind: 'files'; readonly files: TableFiles }
  /** Iceberg: the name of the metadata file. */
  | { readonly kind: 'metadata'; readonly file: string }
  /** `casts`: of the columns of a view in an Iceberg catalog; `null` in others. */
  | { readonly kind: 'view'; readonly text: ViewText; readonly casts: readonly CastColumn[] | null }
  /** `database.table` that a resource link points to, in lower case. */
  | { readonly kind: 'link'; readonly target: string; readonly isInIceberg: boolean };

/**
 * - `external`: a Hive external table over the copied files.
 * - `register`: Iceberg `register_table` of the copied metadata.
 * - `register-rewritten`: the same after every path in the metadata was rewritten, because the bucket's name changes.
 * - `convert`: staged as a Hive external table, then rewritten as Iceberg.
 * - `convert-in-place`: staged in the same way, then an Iceberg table over the same files.
 * - `view`: the source's view, its SQL carried over.
 * - `alias`: a view over the table that a resource link points to.
 */
export type RegistrationMethod =
  'external' | 'register' | 'register-rewritten' | 'convert' | 'convert-in-place' | 'view' | 'alias';

/** Whether files become an Iceberg table, staged as a Hive table meanwhile. */
export function isConversion(method: RegistrationMethod | 'schema'): boolean {
  return method === 'convert' || method === 'convert-in-place';
}

/** The engine that copies the objects of a table; `stream` is this program itself. */
export type TableEngine = 'stream' | 'rclone' | 'datasync';

/** The part of a mapped table that the manifest reads. */
export interface RegisteredTable extends AcceptedTable {
  /** @default stream */
  readonly engine?: TableEngine;
  /** The asset's key. */
  readonly key: string;
  readonly rule: EntryRule;
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
