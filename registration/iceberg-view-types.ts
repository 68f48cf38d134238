import type { AssessedTable, Column } from '../assessments/index.js';
import { parseHiveType } from '../core/hive-type.js';
import type { HiveType } from '../core/hive-type.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { isConversion } from './registered-table.js';
import type { AcceptedTable } from './registered-table.js';
import { identifier } from '../core/sql-text.js';
import { typeBehindView } from './opencsv.js';
import { trinoType } from './trino-type.js';

export interface CastColumn {
  readonly name: string;
  /** Trino type; `null` where the column stays as it is. */
  readonly cast: string | null;
}

/**
 * The columns of a view in an Iceberg catalog, whose types are those of Iceberg: smaller integers become INTEGER, CHAR
 * becomes VARCHAR, times get microseconds, inside of arrays, maps and rows, too. `columns` have Trino's types. Source:
 * Trino 476, `TypeConverter`; tried in Trino 476 with its REST catalog.
 */
export function icebergCasts(columns: readonly Column[]): Result<readonly CastColumn[], string> {
  const casts: CastColumn[] = [];
  for (const { name, type } of columns) {
    const converted = icebergTypeOf(type);
    if (!converted.ok) {
      const what = `its column '${name}' has the type ${type.length <= 200 ? type : `${type.slice(0, 100)}…`}${converted.error}`;
      return fail(`${what}, which a view in an iceberg-rest catalog cannot have; map it to a hive-metastore catalog`);
    }
    const { text, isChanged } = converted.value;
    casts.push({ name, cast: isChanged ? text : null });
  }
  return ok(casts);
}

/** The columns of a view with Trino's types. Where its document has none, Glue's own say what Athena shows. */
export function viewColumns({ view, columns }: Pick<AssessedTable, 'view' | 'columns'>): readonly Column[] {
  return (
    view?.columns ??
    columns.map(({ name, type }) => {
      const parsed = parseHiveType(type);
      return { name, type: parsed.ok ? trinoType(parsed.value, 3) : type };
    })
  );
}

/** The casts of an alias in an Iceberg catalog, which shows every column of what it points to. */
export function icebergAliasCasts({ read, method, source }: AcceptedTable): Result<readonly CastColumn[], string> {
  if (read.kind === 'view' && read.casts === null) return icebergCasts(viewColumns(source));
  // What an Iceberg catalog holds has such types already.
  if (read.kind !== 'files' || isConversion(method)) return ok([]);
  const { files } = read;
  const { data, partition } = files.columns();
  const typeAtTarget = files.storage.format === 'CSV' ? typeBehindView : (type: HiveType): HiveType => type;
  return icebergCasts([
    ...data.map(({ name, type }) => ({ name: name.toLowerCase(), type: trinoType(typeAtTarget(type)) })),
    ...partition.map(({ name, trino }) => ({ name: name.toLowerCase(), type: trino })),
  ]);
}

interface ConvertedType {
  /** Trino SQL. */
  readonly text: string;
  /** Whether the view's column must be cast to it. */
  readonly isChanged: boolean;
}

/** Levels of a type. A statement with more of them could not be parsed. */
const deepest = 100;

const kept: ReadonlySet<string> = new Set([
  'boolean',
  'integer',
  'int',
  'bigint',
  'real',
  'double',
  'varchar',
  'varbinary',
  'date',
  'uuid',
]);

/** The error continues a sentence that ends with the type. */
function icebergTypeOf(given: string, depth = 0): Result<ConvertedType, string> {
  const type = given.trim();
  const [, base = '', inner] = /^(array|map|row)\s*\((.*)\)$/is.exec(type) ?? [];
  if (inner !== undefined) return depth > deepest ? fail('') : nestedType(base.toLowerCase(), inner, depth + 1);
  const simple = type.toLowerCase().replace(/\s+/g, ' ');
  if (simple === 'tinyint' || simple === 'smallint') return ok({ text: 'INTEGER', isChanged: true });
  if (/^char(\(\d+\))?$/.test(simple)) return ok({ text: 'VARCHAR', isChanged: true });
  if (kept.has(simple) || /^(varchar\(\d+\)|decimal(\(\d+(, ?\d+)?\))?)$/.test(simple)) {
    return ok({ text: simple.toUpperCase(), isChanged: false });
  }
  const [, time, precision, zone = ''] = /^(time|timestamp)(?:\((\d+)\))?( with time zone)?$/.exec(simple) ?? [];
  if (time === undefined || (time === 'time' && zone !== '')) return fail('');
  return ok({ text: `${time}(6)${zone}`.toUpperCase(), isChanged: precision !== '6' });
}

function nestedType(base: string, inner: string, depth: number): Result<ConvertedType, string> {
  const texts: string[] = [];
  let isChanged = false;
  for (const part of partsOf(inner)) {
    const [, name, type = part] = base === 'row' ? (fieldPattern.exec(part) ?? []) : [];
    if (base === 'row' && name === undefined) return fail(', whose fields have no names');
    const converted = icebergTypeOf(type, depth);
    if (!converted.ok) return converted;
    isChanged ||= converted.value.isChanged;
    texts.push(name === undefined ? converted.value.text : `${fieldName(name)} ${converted.value.text}`);
  }
  return ok({ text: `${base.toUpperCase()}(${texts.join(', ')})`, isChanged });
}

/** A field's name is followed by its type; `timestamp with time zone` is a type only. */
const fieldPattern = /^\s*("(?:[^"]|"")+"|[^\s"(]+)\s+(?!with\s+time\s+zone\s*$)(\S.*)$/is;

function fieldName(name: string): string {
  return name.startsWith('"') ? name : identifier(name);
}

/** Splits at commas outside of parentheses and quotes. */
function partsOf(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const token of text.match(/"(?:[^"]|"")*"|[^"]/g) ?? []) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (token === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += token;
  }
  return [...parts, part];
}
