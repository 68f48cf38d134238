import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { Column } from '../assessment.js';

type Parameters = Readonly<Record<string, string>>;

/** Spark's notes in a table's parameters about a data source table. */
export interface SparkTable {
  readonly columns: readonly Column[];
  readonly partitionKeys: readonly Column[];
  readonly bucketColumns: readonly string[];
  readonly numberOfBuckets: number;
}

/**
 * Reads columns, partition keys and buckets; fails with a sentence that says what is missing. Types are written as Glue
 * writes them. Source: Apache Spark, HiveExternalCatalog; DataType.json.
 */
export function readSparkTable(parameters: Parameters): Result<SparkTable, string> {
  const text = schemaText(parameters);
  if (!text.ok) return text;
  let columns: readonly Column[];
  try {
    columns = fieldsOf(JSON.parse(text.value));
  } catch {
    return fail('The parameter spark.sql.sources.schema does not hold a schema that Spark writes.');
  }
  const keys = namesOf(parameters, 'numPartCols', 'partCol');
  const missing = keys.find((key) => !columns.some(({ name }) => name === key));
  if (missing !== undefined) return fail(`The partition key ${missing} is not in spark.sql.sources.schema.`);
  const bucketColumns = namesOf(parameters, 'numBucketCols', 'bucketCol');
  return ok({
    columns: columns.filter(({ name }) => !keys.includes(name)),
    partitionKeys: keys.flatMap((key) => columns.filter(({ name }) => name === key)),
    bucketColumns,
    numberOfBuckets: bucketColumns.length === 0 ? 0 : count(parameters['spark.sql.sources.schema.numBuckets']),
  });
}

/** Long schemas are cut into parts. */
function schemaText(parameters: Parameters): Result<string, string> {
  const whole = parameters['spark.sql.sources.schema'];
  if (whole !== undefined) return ok(whole);
  const number = parameters['spark.sql.sources.schema.numParts'];
  if (number === undefined) return fail('The parameter spark.sql.sources.schema, which holds its columns, is missing.');
  const parts = Array.from({ length: count(number) }, (_, index) => `spark.sql.sources.schema.part.${index}`);
  const missing = parts.find((part) => parameters[part] === undefined);
  if (missing !== undefined) return fail(`The parameter ${missing}, which holds columns of it, is missing.`);
  return ok(parts.map((part) => parameters[part] ?? '').join(''));
}

function namesOf(parameters: Parameters, counter: string, prefix: string): readonly string[] {
  const length = count(parameters[`spark.sql.sources.schema.${counter}`]);
  return Array.from({ length }, (_, index) => parameters[`spark.sql.sources.schema.${prefix}.${index}`] ?? '');
}

/** At most what a catalog's entry can hold. */
function count(text: string | undefined): number {
  const number = /^\d{1,5}$/.test(text ?? '') ? Number(text) : 0;
  return Math.min(number, 10_000);
}

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

function fieldsOf(schema: unknown): readonly Column[] {
  const { fields } = schema as { readonly fields: readonly Field[] };
  return fields.map(({ name, type, metadata = {} }) => {
    const comment = metadata['comment'];
    // Spark keeps char(n) and varchar(n) as text, and the real type beside it.
    const declared = metadata['__CHAR_VARCHAR_TYPE_STRING'];
    return {
      name,
      type: typeof declared === 'string' ? declared : typeText(type),
      ...(typeof comment === 'string' && comment !== '' && { comment }),
    };
  });
}

const glueNames: ReadonlyMap<string, string> = new Map([
  ['byte', 'tinyint'],
  ['short', 'smallint'],
  ['integer', 'int'],
  ['long', 'bigint'],
  ['timestamp_ntz', 'timestamp'],
  ['timestamp_ltz', 'timestamp'],
]);

/** A type that Glue does not have keeps Spark's name, for which the table is blocked. */
function typeText(type: unknown): string {
  if (typeof type === 'string') return glueNames.get(type) ?? type;
  const node = type as Readonly<Record<string, unknown>>;
  switch (node['type']) {
    case 'array':
      return `array<${typeText(node['elementType'])}>`;
    case 'map':
      return `map<${typeText(node['keyType'])},${typeText(node['valueType'])}>`;
    case 'struct': {
      const fields = fieldsOf(node).map(({ name, type: inner }) => `${fieldName(name)}:${inner}`);
      return `struct<${fields.join(',')}>`;
    }
    case 'udt':
      return typeText(node['sqlType']);
    default:
      throw new Error('not a type of Spark');
  }
}

function fieldName(name: string): string {
  return /^[A-Za-z0-9_]+$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}
