import { parseHiveType, trinoType } from '../../core/hive-type.js';
import type { HiveType } from '../../core/hive-type.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { SourceColumn, SourceTable } from './manifest-types.js';

export interface TypedColumn {
  readonly name: string;
  readonly type: HiveType;
  /** Trino type. */
  readonly trino: string;
  readonly comment: string | undefined;
}

export interface TableColumns {
  /** Without the partition columns. */
  readonly data: readonly TypedColumn[];
  readonly partition: readonly TypedColumn[];
  readonly remarks: readonly string[];
}

/** The columns as Trino declares them: data first, partition keys last. Fails with the first type that has no counterpart. */
export function columnsOf(source: SourceTable): Result<TableColumns, string> {
  const keys = new Set(source.partitionKeys.map(({ name }) => name.toLowerCase()));
  const doubled = source.columns.filter(({ name }) => keys.has(name.toLowerCase()));
  const data = typed(source.columns.filter((column) => !doubled.includes(column)));
  if (!data.ok) return data;
  if (data.value.length === 0) return fail('the catalog lists no columns for it');
  const partition = typed(source.partitionKeys);
  if (!partition.ok) return partition;
  const remarks = doubled.map(({ name }) => `the column '${name}' is a partition key too: the key is kept`);
  return ok({ data: data.value, partition: partition.value, remarks });
}

function typed(columns: readonly SourceColumn[]): Result<readonly TypedColumn[], string> {
  const result: TypedColumn[] = [];
  for (const { name, type, comment } of columns) {
    const parsed = parseHiveType(type);
    if (!parsed.ok) return fail(`the column '${name}' cannot be declared: ${parsed.error}`);
    result.push({ name, type: parsed.value, trino: trinoType(parsed.value), comment });
  }
  return ok(result);
}

/** The type that Iceberg tables in Trino have for it: Iceberg knows no small integers and no fixed-length text. */
export function icebergType(type: HiveType): HiveType {
  switch (type.kind) {
    case 'primitive':
      return ['tinyint', 'byte', 'smallint', 'short'].includes(type.name) ? { kind: 'primitive', name: 'int' } : type;
    case 'char':
    case 'varchar':
      return { kind: 'primitive', name: 'string' };
    case 'array':
      return { kind: 'array', element: icebergType(type.element) };
    case 'map':
      return { kind: 'map', key: icebergType(type.key), value: icebergType(type.value) };
    case 'struct':
      return { kind: 'struct', fields: type.fields.map((field) => ({ ...field, type: icebergType(field.type) })) };
    case 'decimal':
      return type;
  }
}
