import { parseHiveType } from '../hive-type.js';
import type { HiveType } from '../hive-type.js';

/**
 * Why files of this Avro schema cannot be read by a table's columns, whose names are in lower case; `null` when they can.
 * Trino 476 compares names of fields with case, so others are NULL; it ignores aliases, and fails at enum and fixed. Seen.
 */
export function avroSchemaRefusal(literal: string | undefined): string | null {
  if (!isAvroSchema(literal)) return null;
  let schema: unknown;
  try {
    schema = JSON.parse(literal);
  } catch {
    return 'its parameter avro.schema.literal is not a JSON document';
  }
  const problem = problemIn(schema, 0);
  return problem === null ? null : `its Avro schema ${problem}`;
}

/**
 * Whether avro.schema.literal holds a schema, so that avro.schema.url is not looked at. Source: Hive 3.1.3,
 * AvroSerdeUtils, SCHEMA_NONE.
 */
export function isAvroSchema(literal: string | undefined): literal is string {
  return literal !== undefined && !['', 'none'].includes(literal.trim());
}

/**
 * Names of fields that the schema gives a value to where a file lacks them; empty for a text that is not a schema.
 * Source: Apache Avro specification, 'Schema resolution'. Trino 476 reads them as NULL.
 */
export function avroDefaults(literal: string | undefined): readonly string[] {
  let schema: unknown;
  try {
    schema = JSON.parse(literal ?? 'null');
  } catch {
    return [];
  }
  return defaultsIn(schema, 0);
}

function defaultsIn(node: unknown, depth: number): readonly string[] {
  if (typeof node !== 'object' || node === null || depth > 100) return [];
  if (Array.isArray(node)) return node.flatMap((item) => defaultsIn(item, depth + 1));
  const { type, fields, items, values } = node as Readonly<Record<string, unknown>>;
  const own = (Array.isArray(fields) ? (fields as readonly unknown[]) : []).flatMap((field) => {
    const { name, default: value } = (field ?? {}) as Readonly<Record<string, unknown>>;
    return typeof name === 'string' && value !== undefined && value !== null ? [name] : [];
  });
  return [...own, ...[fields, type, items, values].flatMap((inner) => defaultsIn(inner, depth + 1))];
}

function problemIn(node: unknown, depth: number): string | null {
  if (depth > 100) return 'nests deeper than 100 levels';
  if (Array.isArray(node)) return firstOf(node, (item) => problemIn(item, depth + 1));
  if (typeof node !== 'object' || node === null) return null;
  const { type, fields, items, values } = node as Readonly<Record<string, unknown>>;
  if (type === 'enum' || type === 'fixed') {
    return `has the type ${type}, which Trino cannot read by the table's columns`;
  }
  const inFields = Array.isArray(fields) ? firstOf(fields as unknown[], (field) => problemInField(field, depth)) : null;
  return (
    inFields ??
    firstOf([type, items, values], (inner) => (typeof inner === 'object' ? problemIn(inner, depth + 1) : null))
  );
}

function problemInField(field: unknown, depth: number): string | null {
  const { name, type, aliases } = (field ?? {}) as Readonly<Record<'name' | 'type' | 'aliases', unknown>>;
  if (typeof name === 'string' && name !== name.toLowerCase()) {
    return `has the field '${name}'; Trino compares names with case, so the column would be NULL in every row`;
  }
  if (typeof name === 'string' && Array.isArray(aliases) && aliases.length > 0) {
    return `gives the field '${name}' the alias '${String(aliases[0])}'; Trino does not look for aliases, so the column would be NULL in files that have it`;
  }
  return problemIn(type, depth + 1);
}

function firstOf<T>(items: readonly T[], find: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}

/** The same for files whose fields are named as columns are, with their case; `null` when they can be read. */
export function avroNamesRefusal(columns: AvroColumns): string | null {
  const upper = columns.find(({ name, type }) => name !== name.toLowerCase() || /struct<.*[A-Z]/.test(type));
  return upper === undefined
    ? null
    : `its Avro field '${upper.name}' has upper case; Trino compares names with case, so it would be NULL in every row`;
}

function problemInType(type: HiveType): string | null {
  switch (type.kind) {
    case 'array':
      return problemInType(type.element);
    case 'struct':
      return firstOf(type.fields, (field) => problemInType(field.type));
    case 'map': {
      const { key } = type;
      const isText = key.kind === 'primitive' && ['string', 'varchar', 'json'].includes(key.name);
      return isText ? problemInType(type.value) : "has a map whose keys are not strings, as Avro's are";
    }
    case 'primitive':
      return ['tinyint', 'byte', 'smallint', 'short'].includes(type.name)
        ? `has the type ${type.name}, which Avro lacks; make it int in Glue`
        : null;
    case 'decimal':
    case 'char':
    case 'varchar':
      return null;
  }
}

type AvroColumns = readonly { readonly name: string; readonly type: string }[];

/** Why Trino has no Avro table with these columns; `null` when it has. Source: Trino 476, HiveStorageFormat. Seen. */
export function avroTypeRefusal(columns: AvroColumns): string | null {
  return firstOf(columns, ({ name, type }) => {
    const read = parseHiveType(type);
    const problem = read.ok ? problemInType(read.value) : null;
    return problem === null ? null : `its column '${name}' ${problem}`;
  });
}
