import { hashOf } from '../values/hash-part.js';
import { agreeOnTexts } from '../values/form.js';
import type { Form } from '../values/form.js';
import { literal } from '../../core/sql-text.js';

/** Values of one type, and what their hashes must come to on every engine. */
export interface GoldenVector {
  readonly type: string;
  /** SQL of values that the type holds. */
  readonly values: readonly string[];
  /** Checksum of the hashes as hexadecimal text, as Trino 476 computed it. */
  readonly hash: string;
}

export const goldenVectors: readonly GoldenVector[] = [
  { type: 'bigint', values: ['0', '-1', '9223372036854775807'], hash: 'BADAD3645815D88B' },
  { type: 'tinyint', values: ['-128', '127', 'NULL'], hash: '47F9827E864F9046' },
  { type: 'boolean', values: ['true', 'false', 'NULL'], hash: 'D59C1CD2D9E8D24C' },
  { type: 'date', values: ["DATE '1969-12-31'", "DATE '2024-02-29'", "DATE '0001-01-01'"], hash: 'EA0CA91FEB1BB93F' },
  {
    type: 'double',
    values: ['nan()', 'infinity()', "DOUBLE '-0.0'", "DOUBLE '0.1'", "DOUBLE '4.9E-324'"],
    hash: '5920B4FD0F9A912D',
  },
  { type: 'real', values: ["REAL '0.1'", "REAL '-0.0'", "REAL '3.4028235E38'"], hash: '2B181FFF23E9CD19' },
  { type: 'decimal(10,2)', values: ["DECIMAL '12345678.90'", "DECIMAL '-0.01'"], hash: 'BF54040A8DAE6EDA' },
  {
    type: 'decimal(38,10)',
    values: ["DECIMAL '1234567890123456789012345678.0123456789'", "DECIMAL '-0.1'"],
    hash: 'A09E288C72BFB3F6',
  },
  { type: 'varchar', values: ["''", "'a '", "U&'e\\0301 \\00E9 \\+01F600'", 'NULL'], hash: '5C5808EE9A42E2C8' },
  { type: 'char(5)', values: ["'ab'", "'abcde'", "''"], hash: 'D4E298EF3F4E35D3' },
  { type: 'varbinary', values: ["X''", "X'00FF80'"], hash: 'E2C9C3292736A67D' },
  {
    type: 'timestamp(3)',
    values: ["TIMESTAMP '1969-12-31 23:59:59.999'", "TIMESTAMP '2024-10-27 02:30:00.001'"],
    hash: '7663242F590EDC26',
  },
  {
    type: 'timestamp(6)',
    values: ["TIMESTAMP '0001-01-01 00:00:00.000001'", "TIMESTAMP '9999-12-31 23:59:59.999999'"],
    hash: '134A509410D69260',
  },
  {
    type: 'timestamp(6) with time zone',
    values: ["TIMESTAMP '2024-06-01 12:00:00.000001 Europe/Berlin'"],
    hash: '270418348ED7471C',
  },
  { type: 'time(6)', values: ["TIME '23:59:59.999999'"], hash: '8AE7FA0B4193C69C' },
  { type: 'uuid', values: ["UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'"], hash: 'A5A52BE70C15D0C9' },
  {
    type: 'array(integer)',
    values: ['ARRAY[1, 2]', 'ARRAY[2, 1]', 'ARRAY[]', 'ARRAY[NULL]', 'NULL'],
    hash: 'EDB5906C8BAF11DE',
  },
  {
    type: 'map(varchar, integer)',
    values: ["MAP(ARRAY['a', 'b'], ARRAY[1, NULL])", 'MAP(ARRAY[], ARRAY[])'],
    hash: 'EC78268824967550',
  },
  { type: 'row(a integer, b varchar)', values: ["ROW(1, 'x')", 'ROW(NULL, NULL)', 'NULL'], hash: '5780875A327C1344' },
];

/** Two columns, in the order of the vectors: the type, and the checksum of its values' hashes. */
export function goldenQuery(vectors: readonly GoldenVector[]): string {
  return vectors
    .map(({ type, values }) => {
      const casts = values.map((value) => `(0, CAST(${value} AS ${type}))`).join(', ');
      const hash = hashOf([{ sql: 'v', form: formOf(type) }], 'source');
      return `SELECT ${literal(type)} AS type, to_hex(checksum(from_big_endian_64(${hash}))) AS hash FROM (VALUES ${casts}) AS t (n, v)`;
    })
    .join(' UNION ALL ');
}

function formOf(type: string): Form {
  const form = agreeOnTexts(type, type, () => ({}));
  if (!form.ok) throw new Error(form.error);
  return form.value;
}
