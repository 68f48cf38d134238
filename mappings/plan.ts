import type { AssessedDatabase } from '../assessments/index.js';
import type { AcceptedTable, TableEngine } from '../registration/index.js';
import type { LakehouseSize } from './size-lakehouse.js';
import type { AssetKind, Grant, RuleOrigin, Target, ValidationSettings } from './template.js';

/**
 * The contents of OpenStack to be. Plain data; only `resolve` makes one. Each assessed asset is in exactly one of
 * `mapped`, `skipped` and `blocked`, in the order buckets, databases, tables, each sorted by key.
 */
export interface Plan {
  readonly source: PlanSource;
  readonly target: Target;
  /** How large the lakehouse is, and why. */
  readonly size: LakehouseSize;
  /** Who may do what in the target; the first that matches decides. */
  readonly grants: readonly Grant[];
  readonly totals: PlanTotals;
  readonly buckets: readonly MappedBucket[];
  readonly databases: readonly MappedDatabase[];
  readonly tables: readonly MappedTable[];
  readonly skipped: readonly Unmapped[];
  readonly blocked: readonly Unmapped[];
}

export interface PlanSource {
  readonly region: string;
  readonly accountId: string | null;
  readonly assessedAt: string;
  readonly template: string;
  readonly templateSha256: string;
}

export type PlanTotals = Readonly<Record<AssetKind | 'partition', OutcomeCounts>>;

export interface OutcomeCounts {
  readonly assessed: number;
  readonly mapped: number;
  readonly skipped: number;
  readonly blocked: number;
}

/** `bucket:acme-raw`, `database:sales` or `table:sales.orders`: stable, and what construct ids are made from. */
export type AssetKey = `${AssetKind}:${string}`;

interface Item {
  readonly key: AssetKey;
  /** The rule that decided. */
  readonly rule: RuleReference;
}

export interface RuleReference extends RuleOrigin {
  readonly name: string;
}

/** One S3 bucket that holds an assessed location, and the container or bucket that replaces it. */
export interface MappedBucket extends Item {
  readonly kind: 'bucket';
  readonly sourceBucket: string;
  readonly targetBucket: string;
  readonly versioning: 'keep' | 'on' | 'off';
}

export interface MappedDatabase extends Item {
  readonly kind: 'database';
  readonly source: AssessedDatabase;
  readonly catalog: string;
  readonly schema: string;
}

export interface MappedTable extends Item, AcceptedTable {
  readonly kind: 'table';
  /** The engine that its rule names to copy its objects; nothing for a view. @default stream */
  readonly engine?: TableEngine;
  /** Its rule's settings for its validation; nothing for a view. */
  readonly validate?: ValidationSettings;
}

export interface Unmapped {
  readonly key: AssetKey;
  readonly kind: AssetKind;
  readonly reason: string;
  /** `null` when no rule matches. */
  readonly rule: RuleReference | null;
  /** Partitions with the same outcome; 0 for anything but a table. */
  readonly partitions: number;
}
