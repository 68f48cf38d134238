import { typeText } from './trino-type.js';
import type { TrinoType } from './trino-type.js';

/**
 * The type that registration gives a column of this type at the target: in Hive the same; in Iceberg, which has neither
 * small integers nor limits of text, the type that holds it. Times have the precision of the reader or of the format,
 * which no data is lost by: `isSameType` ignores it.
 */
export function expectedType(type: TrinoType, target: 'hive' | 'iceberg'): TrinoType {
  if (target === 'hive') return type;
  if (type.kind === 'integer' && (type.name === 'tinyint' || type.name === 'smallint'))
    return { kind: 'integer', name: 'integer' };
  if (type.kind === 'varchar' || type.kind === 'char') return { kind: 'varchar', length: null };
  if (type.kind === 'array') return { kind: 'array', element: expectedType(type.element, target) };
  if (type.kind === 'map')
    return { kind: 'map', key: expectedType(type.key, target), value: expectedType(type.value, target) };
  if (type.kind === 'row')
    return { kind: 'row', fields: type.fields.map((field) => ({ ...field, type: expectedType(field.type, target) })) };
  return type;
}

/** Names of fields without case, in their order; times of any precision. */
export function isSameType(one: TrinoType, other: TrinoType): boolean {
  return typeText(withoutPrecision(one)) === typeText(withoutPrecision(other));
}

function withoutPrecision(type: TrinoType): TrinoType {
  if (type.kind === 'time' || type.kind === 'timestamp') return { ...type, precision: 0 };
  if (type.kind === 'array') return { kind: 'array', element: withoutPrecision(type.element) };
  if (type.kind === 'map') return { kind: 'map', key: withoutPrecision(type.key), value: withoutPrecision(type.value) };
  if (type.kind !== 'row') return type;
  return {
    kind: 'row',
    fields: type.fields.map((field) => ({ name: field.name?.toLowerCase(), type: withoutPrecision(field.type) })),
  };
}
