import type { AssessedTable, Column } from '../assessments/index.js';
import { parseHiveType } from '../core/hive-type.js';
import type { HiveType } from '../core/hive-type.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
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

type ColumnsReader = (source: AssessedTable) => Result<TableColumns, string>;

/** Reads columns, or says why the target cannot have them. Remembers types: a lake's columns have few different ones. */
export function columnsReader(): ColumnsReader {
  const known = new Map<string, Result<ColumnType, string>>();
  const typeOf = (text: string): Result<ColumnType, string> => {
    const hit = known.get(text);
    if (hit !== undefined) return hit;
    const parsed = parseHiveType(text);
    const type = parsed.ok ? ok({ type: parsed.value, trino: trinoType(parsed.value) }) : parsed;
    known.set(text, type);
    return type;
  };
  const typed = (columns: readonly Column[]): Result<readonly TypedColumn[], string> => {
    const result: TypedColumn[] = [];
    for (const { name, type: text, comment } of columns) {
      const type = typeOf(text);
      if (!type.ok) return fail(`its column '${name}': ${type.error}`);
      result.push({ name, type: type.value.type, trino: type.value.trino, comment });
    }
    return ok(result);
  };
  return ({ columns, partitionKeys }) => {
    if (columns.length === 0) return fail('the catalog names no columns');
    const names = new Set([...columns, ...partitionKeys].map(({ name }) => name.toLowerCase()));
    if (names.has('')) return fail('one of its columns has no name');
    if (names.size < columns.length + partitionKeys.length) {
      return fail('two of its columns have the same name once case is ignored');
    }
    const data = typed(columns);
    if (!data.ok) return data;
    const partition = typed(partitionKeys);
    return partition.ok ? ok({ data: data.value, partition: partition.value }) : partition;
  };
}
