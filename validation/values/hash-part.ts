import { literal } from '../../core/sql-text.js';
import type { Form, Side } from './form.js';

/** The value in place of NULL; the bitmap beside it tells the two apart. */
const filler = "X'0000000000000000'";
/** Trino's concat takes at most 127 arguments. */
const widestConcat = 100;
/** Bits of one bitmap, whose flags are added as integers. */
const flagsOfBitmap = 30;

/** An expression and what it is compared as. */
export interface Formed {
  readonly sql: string;
  readonly form: Form;
}

/** varbinary of 8 bytes a value, then a bitmap of NULLs, hashed to 8 bytes. Never NULL. */
export function hashOf(values: readonly Formed[], side: Side, depth = 0): string {
  const read = values.map(({ sql, form }) => ({ form, sql: readValue(sql, form) }));
  const parts = read.map(({ sql, form }) => `coalesce(${partOf(sql, form, side, depth)}, ${filler})`);
  return `xxhash64(${concat([...parts, ...bitmaps(read.map(({ sql }) => sql))])})`;
}

/** varbinary of any number of parts. */
export function concat(parts: readonly string[]): string {
  if (parts.length === 1) return parts[0] ?? filler;
  if (parts.length <= widestConcat) return `concat(${parts.join(', ')})`;
  return concat(chunks(parts, widestConcat).map(concat));
}

function bitmaps(values: readonly string[]): readonly string[] {
  return chunks(values, flagsOfBitmap).map((chunk) => {
    const flags = chunk.map((sql, index) => `IF(${sql} IS NULL, ${2 ** index}, 0)`);
    return `to_big_endian_64(${flags.join(' + ')})`;
  });
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/** The value itself, with what the rules make NULL. */
export function readValue(sql: string, form: Form): string {
  if (form.kind !== 'text') return sql;
  const text = `CAST(${sql} AS varchar)`;
  const trimmed = form.isTrimmed ? `trim(TRAILING ' ' FROM ${text})` : text;
  return form.emptyIsNull ? `nullif(${trimmed}, '')` : trimmed;
}

/** varbinary of 8 bytes; anything for NULL. `sql` is a `readValue`. */
function partOf(sql: string, form: Form, side: Side, depth: number): string {
  switch (form.kind) {
    case 'boolean':
      return `to_big_endian_64(IF(${sql}, 1, 0))`;
    case 'integer':
      return `to_big_endian_64(CAST(${sql} AS bigint))`;
    case 'date':
      return `to_big_endian_64(date_diff('day', DATE '1970-01-01', ${sql}))`;
    case 'float':
      return `to_ieee754_64(${floatOf(sql, form.hasOneZero)})`;
    case 'decimal':
      return form.precision <= 18 ? `to_big_endian_64(${unscaled(sql, form)})` : hashOfText(textOf(sql, form, side));
    case 'timestamp':
      return form.precision <= 3
        ? `to_big_endian_64(date_diff('millisecond', TIMESTAMP '1970-01-01 00:00:00.000', ${timestampOf(sql, form)}))`
        : hashOfText(textOf(sql, form, side));
    case 'binary':
      return `xxhash64(${sql})`;
    case 'array':
      return arrayPart(sql, form, side, depth);
    case 'map':
      return mapPart(sql, form, side, depth);
    case 'row':
      return hashOf(fieldsOf(sql, form, side), side, depth);
    case 'digits':
    case 'text':
    case 'time':
    case 'uuid':
    case 'json':
    case 'canonical-text':
    case 'not-compared':
      return hashOfText(textOf(sql, form, side));
  }
}

type ScalarForm = Exclude<Form, { readonly kind: 'array' | 'map' | 'row' }>;

/** The value as varchar, exactly and in one way only; NULL for NULL. */
export function textOf(sql: string, form: Form, side: Side): string {
  return form.kind === 'array' || form.kind === 'map' || form.kind === 'row'
    ? `IF(${sql} IS NULL, NULL, to_hex(${partOf(sql, form, side, 0)}))`
    : scalarText(sql, form);
}

function scalarText(sql: string, form: ScalarForm): string {
  switch (form.kind) {
    case 'boolean':
    case 'integer':
    case 'date':
    case 'uuid':
      return `CAST(${sql} AS varchar)`;
    case 'text':
      return sql;
    case 'float':
      // The shortest digits of a double differ between versions of Java.
      return `to_hex(to_ieee754_64(${floatOf(sql, form.hasOneZero)}))`;
    case 'decimal':
      return `CAST(CAST(${sql} AS decimal(${form.precision},${form.scale})) AS varchar)`;
    case 'digits':
      return `regexp_replace(CAST(${sql} AS varchar), '(\\.[0-9]*[1-9])0+$|\\.0*$', '$1')`;
    case 'timestamp':
      return `CAST(${timestampOf(sql, form)} AS varchar)`;
    case 'time':
      return `CAST(CAST(${sql} AS time(${form.precision})) AS varchar)`;
    case 'json':
      return `json_format(${sql})`;
    case 'binary':
      return `to_hex(${sql})`;
    case 'canonical-text':
      return form.as === 'json' ? `json_format(CAST(${sql} AS json))` : `CAST(${sql} AS varchar)`;
    case 'not-compared':
      return literal('');
  }
}

function hashOfText(text: string): string {
  return `xxhash64(to_utf8(${text}))`;
}

function floatOf(sql: string, hasOneZero: boolean): string {
  const double = `CAST(${sql} AS double)`;
  return `IF(is_nan(${double}), nan(), ${hasOneZero ? `${double} + DOUBLE '0'` : double})`;
}

function unscaled(sql: string, { precision, scale }: { readonly precision: number; readonly scale: number }): string {
  const value = `CAST(${sql} AS decimal(${precision},${scale}))`;
  return `CAST(${scale === 0 ? value : `${value} * DECIMAL '1${'0'.repeat(scale)}'`} AS bigint)`;
}

/** Without a zone: in UTC. Reduced digits are rounded, as Trino's and Athena's readers do. */
export function timestampOf(
  sql: string,
  { precision, isZoned }: { readonly precision: number; readonly isZoned: boolean },
): string {
  return `CAST(${isZoned ? `at_timezone(${sql}, 'UTC')` : sql} AS timestamp(${precision}))`;
}

function fieldsOf(sql: string, { fields }: Extract<Form, { readonly kind: 'row' }>, side: Side): readonly Formed[] {
  return fields.map(({ at, form }) => ({ sql: `${sql}[${at[side]}]`, form }));
}

/** A chain of hashes, so that it is linear in the array's length and knows the order. */
function arrayPart(sql: string, form: Extract<Form, { readonly kind: 'array' }>, side: Side, depth: number): string {
  const element = `e${depth}`;
  const hashes = `transform(${sql}, ${element} -> ${hashOf([{ sql: element, form: form.element }], side, depth + 1)})`;
  return chained(form.isOrdered ? hashes : `array_sort(${hashes})`, depth);
}

/** Entries are sorted by their hashes: keys of any type have those. */
function mapPart(sql: string, form: Extract<Form, { readonly kind: 'map' }>, side: Side, depth: number): string {
  const entry = `e${depth}`;
  const values = [
    { sql: `${entry}[1]`, form: form.key },
    { sql: `${entry}[2]`, form: form.value },
  ];
  return chained(`array_sort(transform(map_entries(${sql}), ${entry} -> ${hashOf(values, side, depth + 1)}))`, depth);
}

function chained(hashes: string, depth: number): string {
  const [state, next] = [`s${depth}`, `h${depth}`];
  return `reduce(${hashes}, ${filler}, (${state}, ${next}) -> xxhash64(concat(${state}, ${next})), ${state} -> ${state})`;
}
