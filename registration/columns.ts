import type { AssessedTable, Column } from '../assessments/index.js';
import { parseHiveType } from '../core/hive-type.js';
import type { HiveType } from '../core/hive-type.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { columnNameRefusals, isPartitionType, refusedInHive } from '../core/hive-limits.js';
import { trinoType } from './trino-type.js';

interface ColumnType {
  readonly type: HiveType;
  /** Trino type. */
  readonly trino: string;
}

export interface TypedColumn extends ColumnType {
  readonly name: string;
  readonly comment: string | undefined;
}

/** A table's columns as Trino declares them: data first, partition keys last. */
export interface TableColumns {
  /** Without the partition columns. */
  readonly data: readonly TypedColumn[];
  readonly partition: readonly TypedColumn[];
}

/** `isText`: whether the files hold text only, so that any type can be declared. Columns are built when they are needed. */
type ColumnsReader = (source: AssessedTable, isText: boolean) => Result<() => TableColumns, string>;

interface ReadType extends ColumnType {
  /** Why Hive tables cannot have it, as a predicate; `null` when they can. */
  readonly refusal: string | null;
}

/**
 * Reads columns, or says why a Hive table in Trino cannot have them. Caches types: the columns of a lake have few
 * different ones.
 */
export function columnsReader(): ColumnsReader {
  const known = new Map<string, Result<ReadType, string>>();
  const typeOf = (text: string): Result<ReadType, string> => {
    const hit = known.get(text);
    if (hit !== undefined) return hit;
    const type = readType(text);
    known.set(text, type);
    return type;
  };
  const typed = (columns: readonly Column[]): TypedColumn[] =>
    columns.flatMap(({ name, type: text, comment }) => {
      const read = typeOf(text);
      return read.ok ? [{ name, type: read.value.type, trino: read.value.trino, comment }] : [];
    });
  return (source, isText) => {
    const { columns, partitionKeys, serde } = source;
    const isBucketed = (serde?.numberOfBuckets ?? 0) > 0;
    const refusal =
      columnNameRefusals(columns, partitionKeys, isBucketed)[0] ??
      typeRefusal(columns, typeOf, isText) ??
      typeRefusal(partitionKeys, typeOf, false) ??
      keyRefusal(partitionKeys, typeOf);
    return refusal === null ? ok(() => ({ data: typed(columns), partition: typed(partitionKeys) })) : fail(refusal);
  };
}

function readType(text: string): Result<ReadType, string> {
  const parsed = parseHiveType(text);
  if (!parsed.ok) return parsed;
  const type = parsed.value;
  return ok({ type, trino: trinoType(type), refusal: refusedInHive(type) });
}

function typeRefusal(
  columns: readonly Column[],
  typeOf: (text: string) => Result<ReadType, string>,
  isText: boolean,
): string | null {
  for (const { name, type: text } of columns) {
    const type = typeOf(text);
    if (!type.ok) return `its column '${name}': ${type.error}`;
    if (!isText && type.value.refusal !== null) return `its column '${name}' ${type.value.refusal}`;
  }
  return null;
}

function keyRefusal(
  partitionKeys: readonly Column[],
  typeOf: (text: string) => Result<ReadType, string>,
): string | null {
  for (const { name, type: text } of partitionKeys) {
    const type = typeOf(text);
    if (type.ok && !isPartitionType(type.value.type)) {
      return `its partition key '${name}' has the type ${type.value.trino}, which a partition key cannot have`;
    }
  }
  return null;
}
