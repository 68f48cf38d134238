import { parseTrinoType } from '../../validation/values/trino-type.js';
import type { TrinoType } from '../../validation/values/trino-type.js';

/** Athena's name of a column's type, without its precision. Source: Amazon Athena API reference, 'ColumnInfo'. */
export function athenaType(trinoType: string): string {
  const type = typeOf(trinoType);
  if (type.kind === 'integer') return type.name;
  if (type.kind === 'real') return 'float';
  if (type.kind === 'time' || type.kind === 'timestamp') return `${type.kind}${type.isZoned ? ' with time zone' : ''}`;
  return type.kind === 'other' ? type.text : type.kind;
}

/** A value of Trino's JSON as Athena writes it; `undefined` for NULL. */
export function athenaText(value: unknown, trinoType: string): string | undefined {
  return value === null ? undefined : textOf(value, typeOf(trinoType));
}

function typeOf(text: string): TrinoType {
  const type = parseTrinoType(text);
  if (!type.ok) throw new Error(type.error);
  return type.value;
}

function textOf(value: unknown, type: TrinoType): string {
  if (value === null) return 'null';
  if ((type.kind === 'real' || type.kind === 'double') && typeof value === 'number') return javaDouble(value);
  if (type.kind === 'varbinary')
    return (
      Buffer.from(value as string, 'base64')
        .toString('hex')
        .match(/../g) ?? []
    ).join(' ');
  if (type.kind === 'array')
    return `[${(value as readonly unknown[]).map((each) => textOf(each, type.element)).join(', ')}]`;
  if (type.kind === 'map')
    return `{${Object.entries(value as Readonly<Record<string, unknown>>)
      .map(([key, each]) => `${textOf(key, type.key)}=${textOf(each, type.value)}`)
      .join(', ')}}`;
  if (type.kind === 'row') {
    const values = value as readonly unknown[];
    const fields = type.fields.map(
      ({ name, type: of }, index) => `${name ?? `field${index}`}=${textOf(values[index], of)}`,
    );
    return `{${fields.join(', ')}}`;
  }
  return typeof value === 'string' ? value : typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

/** As `Double.toString` of Java. */
function javaDouble(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}
