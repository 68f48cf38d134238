import type { ColumnInfo, Datum } from '@aws-sdk/client-athena';

const integers = ['tinyint', 'smallint', 'integer', 'bigint'];
const floats = ['double', 'float', 'real'];

const hex = /^(?:[0-9a-f]{2}\s*)*$/i;

/**
 * A value of Athena's result as Trino's client gives it: integers as number, or as BigInt beyond 2^53; finite floats as
 * number; booleans; bytes, which Athena writes as hexadecimal numbers with blanks between them, in Base64; anything else as
 * text. A datum without a text is NULL; that of an empty text has one. Source: Amazon Athena API reference, 'Datum'; for
 * bytes PyAthena's `_to_binary`.
 */
export function readValue({ Type }: ColumnInfo, datum: Datum | undefined): unknown {
  const text = datum?.VarCharValue;
  if (text === undefined) return null;
  const type = Type?.toLowerCase() ?? '';
  if (integers.includes(type)) {
    const number = Number(text);
    return Number.isSafeInteger(number) ? number : BigInt(text);
  }
  if (floats.includes(type)) return Number.isFinite(Number(text)) ? Number(text) : text;
  if (type === 'varbinary' && hex.test(text)) return Buffer.from(text.replace(/\s/g, ''), 'hex').toString('base64');
  return type === 'boolean' ? text === 'true' : text;
}
