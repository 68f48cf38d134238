import { identifier } from '../core/sql-text.js';
import type { HivePrimitive, HiveType } from '../core/hive-type.js';

/**
 * Trino's name for each type without parameters. `json` is text that a reader parses; Hive tables cannot hold Trino's
 * JSON.
 */
const trinoPrimitives: Readonly<Record<HivePrimitive, string>> = {
  tinyint: 'TINYINT',
  byte: 'TINYINT',
  smallint: 'SMALLINT',
  short: 'SMALLINT',
  int: 'INTEGER',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  long: 'BIGINT',
  float: 'REAL',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  string: 'VARCHAR',
  json: 'VARCHAR',
  varchar: 'VARCHAR',
  binary: 'VARBINARY',
  date: 'DATE',
  timestamp: 'TIMESTAMP(6)',
  'timestamp with local time zone': 'TIMESTAMP(6) WITH TIME ZONE',
  'timestamp with time zone': 'TIMESTAMP(6) WITH TIME ZONE',
  uuid: 'UUID',
  time: 'TIME(6)',
};

/**
 * The Trino type that holds every value of a Hive type, such as `ROW("a" INTEGER, "b" ARRAY(VARCHAR))`. `precision` is that
 * of times: 3 in Athena.
 */
export function trinoType(type: HiveType, precision: 3 | 6 = 6): string {
  switch (type.kind) {
    case 'primitive':
      return trinoPrimitives[type.name].replace('(6)', `(${precision})`);
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'char':
    case 'varchar':
      return `${type.kind.toUpperCase()}(${type.length})`;
    case 'array':
      return `ARRAY(${trinoType(type.element, precision)})`;
    case 'map':
      return `MAP(${trinoType(type.key, precision)}, ${trinoType(type.value, precision)})`;
    case 'struct':
      return `ROW(${type.fields.map(({ name, type: inner }) => `${identifier(name)} ${trinoType(inner, precision)}`).join(', ')})`;
  }
}

/** The type that Iceberg tables in Trino have for it: Iceberg has no small integers and no fixed-length text. */
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
