import type { AssessedTable, Column } from '../assessments/index.js';
import { avroNamesRefusal, avroTypeRefusal } from '../core/parameters/avro-schema.js';
import { unescapeCharacter } from '../core/parameters/effective-parameters.js';
import type { Reader } from '../core/parameters/known-parameter.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import type { Remark } from './remark.js';
import { literal } from '../core/sql-text.js';
import type { StorageFormat } from './storage-format.js';
import { csvProperties, extraProperty } from './text-formats.js';

/** A reader of one of Spark’s data sources. */
export type SparkReader = Extract<Reader, `spark-${string}`>;

type Options = Readonly<Record<string, string>>;

/** How the text of Spark's CSV files becomes values. */
export interface SparkCsv {
  /** The text that stands for NULL. */
  readonly nullValue: string;
}

/** How Trino reads the files of one of Spark's data sources, or why it cannot. Source: Apache Spark 3.5, 'Data Sources'. */
export function sparkStorage(source: AssessedTable, reader: SparkReader): Result<StorageFormat, string> {
  const options = lowerCased(source.serde?.parameters ?? {});
  switch (reader) {
    case 'spark-csv':
      return formRefusal(source, options, nestedRefusal(source) ?? separatorRefusal(options)) ?? csv(options);
    case 'spark-json':
      return formRefusal(source, options, null) ?? json();
    case 'spark-text':
      return text(source);
    case 'spark-orc':
      return ok({ format: 'ORC', properties: {}, remarks: [orcByPosition] });
    case 'spark-avro':
      return avro(source);
    case 'spark-parquet':
      return ok({ format: 'PARQUET', properties: {}, remarks: [] });
  }
}

/** Spark's names of options fold case. */
function lowerCased(options: Options): Options {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name.toLowerCase(), value]));
}

function csv(options: Options): Result<StorageFormat, string> {
  const separator = options['sep'] ?? options['delimiter'] ?? ',';
  const [quote, escape] = [options['quote'] ?? '"', options['escape'] ?? '\\'];
  // Quotes are doubled then, which Trino reads with any escape character. Seen with Trino 476.
  const isDoubled = unescapeCharacter(escape) === unescapeCharacter(quote);
  if (!isDoubled && escape === '"') return fail("its option escape is '\"', which Trino takes for a backslash");
  const properties = csvProperties({
    separatorChar: separator,
    quoteChar: quote,
    escapeChar: isDoubled ? neverInText : escape,
    ...(options['header']?.trim().toLowerCase() === 'true' && { 'skip.header.line.count': '1' }),
  });
  if (!properties.ok) return properties;
  const nullValue = options['nullvalue'] ?? '';
  return ok({
    format: 'CSV',
    properties: properties.value,
    spark: { nullValue },
    remarks: [
      {
        text: `Spark reads a quoted ${nullValue === '' ? 'empty text' : `'${nullValue}'`} as text and an unquoted one as NULL; here both are NULL`,
        source: 'SerDe parameter nullValue',
        fix: 'Compare how many values of text columns are NULL.',
      },
      ...(isDoubled
        ? []
        : [
            {
              text: `Trino drops '${escape}' where it escapes nothing, such as in C:${escape}temp, and Spark keeps it`,
              source: 'SerDe parameter escape',
              fix: `Compare text columns that hold '${escape}'.`,
            },
          ]),
      blankLines,
    ],
  });
}

/** Character 1, where a character is needed that escapes nothing. */
const neverInText = '\u0001';

const blankLines: Remark = {
  text: 'Trino reads a blank line as a row of NULL, and Spark leaves it out',
  source: 'table parameter spark.sql.sources.provider',
  fix: 'Compare the number of rows.',
};

/** Spark makes a row of NULL from a line that is not JSON, as this option of the OpenX reader does. */
function json(): Result<StorageFormat, string> {
  const properties = { extra_properties: extraProperty({ 'ignore.malformed.json': 'true' }) };
  return ok({ format: 'OPENX_JSON', properties, remarks: [blankLines] });
}

/** One column, a row for each line whatever it holds. */
function text({ columns }: AssessedTable): Result<StorageFormat, string> {
  const [only, ...more] = columns;
  if (only?.type !== 'string' || more.length > 0)
    return fail('Spark reads text files as one column of text, but it has others');
  return ok({ format: 'REGEX', properties: { regex: literal('(?s)(.*)') }, remarks: [] });
}

function avro({ columns }: AssessedTable): Result<StorageFormat, string> {
  const refusal = avroNamesRefusal(columns) ?? avroTypeRefusal(columns);
  return refusal === null ? ok({ format: 'AVRO', properties: {}, remarks: [] }) : fail(refusal);
}

const orcByPosition: Remark = {
  text: 'Spark reads ORC by name, the target by position: rows differ where files have columns in another order',
  source: 'table parameter spark.sql.sources.provider',
  fix: 'Rewrite the files if columns were added or dropped other than at the end.',
};

const forms = ['dateformat', 'timestampformat', 'timestampntzformat', 'locale', 'timezone'];

/** Dates and timestamps that Spark writes in its own form. */
function formRefusal(source: AssessedTable, options: Options, other: string | null): Result<never, string> | null {
  if (other !== null) return fail(other);
  const option = forms.find((name) => options[name] !== undefined);
  const column = source.columns.find(({ type }) => /\b(date|timestamp)\b/i.test(type));
  if (option === undefined || column === undefined) return null;
  return fail(
    `its option ${option} gives dates and timestamps a form of its own, which Trino does not know, and column '${column.name}' has the type ${column.type}`,
  );
}

function nestedRefusal({ columns }: AssessedTable): string | null {
  const nested = columns.find(({ type }: Column) => /^\s*(array|map|struct|binary)\b/i.test(type));
  return nested === undefined
    ? null
    : `its column '${nested.name}' has the type ${nested.type}, which Spark's CSV cannot hold`;
}

/** Each may be switched off or longer in Spark. */
function separatorRefusal(options: Options): string | null {
  const empty = ['quote', 'escape'].find((name) => ['', '\0'].includes(unescapeCharacter(options[name] ?? '-')));
  return empty === undefined ? null : `its option ${empty} is switched off, which Trino's CSV cannot do`;
}
