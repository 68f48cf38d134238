import type { Estimate, TableFormat } from '../assessments/index.js';
import { canonicalJson, sha256 } from '../core/canonical-json.js';
import type { Remark } from './remark.js';
import type { EntryRule, RegistrationMethod, TableEngine } from './registered-table.js';

/**
 * The work order of everything after the Plan: what is registered, by catalog. Only `makeManifest` and `readManifest`
 * make one. Each entry is one line of its catalog's file and is self-contained: a job row that carries it needs neither
 * the mapping nor the assessment.
 */
export interface Manifest {
  /** Every catalog of the target, even without entries; sorted by name. */
  readonly catalogs: ReadonlyMap<string, readonly ManifestEntry[]>;
}

/**
 * How one schema, table or view is created at the target. Plain JSON that fits a jsonb column of a job row;
 * `parseEntry` reads it back. In `migration_progress`, `key` is the part, `phase` the phase,
 * `expected.bytes.value` and `expected.rows.value` are the totals, and the entry itself is the checkpoint.
 */
export interface ManifestEntry extends Registration {
  /** The asset's key; `schema:<catalog>.<schema>` for a schema that no source database is mapped to. */
  readonly key: string;
  /** See `idempotencyKeyOf`. */
  readonly idempotencyKey: string;
  /** All schemas come first, then all tables, then all views, over all catalogs. */
  readonly phase: 'schema' | 'table' | 'view';
  readonly method: RegistrationMethod | 'schema';
  /** `null` for a schema that no source database is mapped to. */
  readonly source: EntrySource | null;
  readonly target: EntryTarget;
  readonly expected: ExpectedFigures;
  /** For people; empty for a schema. */
  readonly remarks: readonly Remark[];
  /** The engine that copies its objects, if the rule names one. @default stream */
  readonly engine?: TableEngine;
  /** The mapping's rule that decided, without its file and line, which differ from machine to machine. */
  readonly rule: EntryRule;
}

export interface Registration {
  /** Trino SQL, to be run in this order. At least one. */
  readonly statements: readonly string[];
  /** Trino SQL that fills the created table; empty where the copied files are the table. */
  readonly load: readonly string[];
  /**
   * Trino SQL that drops the helper tables that only the load needs, to be run in this order after the load was validated.
   * Each statement can be repeated. Empty for what is not loaded.
   */
  readonly cleanup: readonly string[];
  /** `null` for what has no partitions. */
  readonly partitionsBy: PartitionSource | null;
  /** The partition columns; `null` without partitions. */
  readonly partitionedTable: PartitionedTable | null;
}

/** A Hive table: the target itself, the text behind its typed view, or what it is staged in. */
export interface PartitionedTable {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  /** Names of the partition keys, in lower case and in their order. */
  readonly keys: readonly string[];
}

/**
 * How a partitioned table gets its partitions:
 * - `projection`: by the projection in its properties.
 * - `folders`: by one of the statements, which finds folders named key=value: all of them, because Athena projects the
 *   partitions and does not look at those that Glue lists.
 * - `statement`: by the same statement; of the folders, those that the assessment's partition file lists.
 * - `partition-file`: from the assessment's partition file, line by line.
 */
export type PartitionSource = 'projection' | 'folders' | 'statement' | 'partition-file';

/** The source, as AWS names it. */
export interface EntrySource {
  readonly database: string;
  /** `null` for a database. */
  readonly table: string | null;
  /** `null` for a database. */
  readonly format: TableFormat | null;
  readonly location: string | null;
  /** Of Iceberg tables: the metadata file that was current when AWS was assessed. */
  readonly metadataLocation: string | null;
  /** Size of its files; `null` when unknown. */
  readonly bytes: number | null;
}

export interface EntryTarget {
  readonly catalog: string;
  readonly schema: string;
  /** `null` for a schema. */
  readonly table: string | null;
  /** `s3://…` in the target's object store; `null` where the catalog decides, and for what holds no data. */
  readonly location: string | null;
}

/** The content that the target must have, as far as the assessment knows. */
export interface ExpectedFigures {
  readonly rows: Estimate;
  /** Of the files at the target's location; unknown where they are rewritten. */
  readonly bytes: Estimate;
  /** Partitions that the source lists; `null` for what has none to list. */
  readonly partitions: number | null;
}

/**
 * SHA-256 of the source's identity, the target, the method, all SQL and where partitions come from: equal for equal work,
 * whatever else changes between attempts.
 */
export function idempotencyKeyOf({
  key,
  source,
  target,
  method,
  statements,
  load,
  cleanup,
  partitionsBy,
  partitionedTable,
}: Pick<ManifestEntry, 'key' | 'source' | 'target' | 'method' | keyof Registration>): string {
  const identity = source && [source.database, source.table, source.location, source.metadataLocation];
  return sha256(
    canonicalJson({ key, source: identity, target, method, statements, load, cleanup, partitionsBy, partitionedTable }),
  );
}
