import { blocked, carried, harmless, remark } from './known-parameter.js';
import type { KnownParameter, Reader } from './known-parameter.js';

const csv: readonly Reader[] = ['spark-csv'];
const text: readonly Reader[] = ['spark-csv', 'spark-json', 'spark-text'];
const typed: readonly Reader[] = ['spark-csv', 'spark-json'];
const all: readonly Reader[] = ['spark-csv', 'spark-json', 'spark-text', 'spark-parquet', 'spark-orc', 'spark-avro'];
const no = /^\s*(false)?\s*$/i;
const utf8 = /^\s*(utf-?8|us-ascii|ascii)?\s*$/i;

/**
 * Options of Spark's data sources, which Spark keeps among the SerDe's parameters. Names fold case, as in Spark.
 * Source: Apache Spark 3.5 documentation, 'Data Sources': CSV, JSON, Text, Parquet, ORC, Avro files, and generic options.
 */
export const sparkOptions: readonly KnownParameter[] = [
  { name: 'path', readers: all, fate: carried('external_location') },
  // CSV.
  { name: 'header', readers: csv, fate: carried('skip_header_line_count = 1 where it is true') },
  { name: 'sep', readers: csv, fate: carried('csv_separator') },
  { name: 'delimiter', readers: csv, fate: carried('csv_separator, where sep is missing') },
  { name: 'quote', readers: csv, fate: carried('csv_quote') },
  {
    name: 'escape',
    readers: csv,
    fate: carried('csv_escape, or character 1 where it is the quote, which is doubled then'),
  },
  { name: 'nullValue', readers: csv, fate: carried('the view over the text, where it becomes NULL') },
  {
    name: 'emptyValue',
    readers: csv,
    harmlessValues: /^(""|'')?$/,
    fate: blocked('has a text stand for the empty text, which Trino cannot do'),
  },
  {
    name: 'multiLine',
    readers: typed,
    harmlessValues: no,
    fate: blocked('lets a row span lines; Trino ends rows at line breaks'),
  },
  {
    name: 'wholeFile',
    readers: typed,
    harmlessValues: no,
    fate: blocked('lets a row span lines; Trino ends rows at line breaks'),
  },
  { name: 'wholetext', readers: ['spark-text'], harmlessValues: no, fate: blocked('makes one row of each file') },
  {
    name: 'encoding',
    readers: text,
    harmlessValues: utf8,
    fate: blocked('says how its text is encoded, and Trino reads UTF-8 only; rewrite the files in UTF-8'),
  },
  {
    name: 'charset',
    readers: text,
    harmlessValues: utf8,
    fate: blocked('says how its text is encoded, and Trino reads UTF-8 only; rewrite the files in UTF-8'),
  },
  {
    name: 'lineSep',
    readers: text,
    harmlessValues: /^(\n|\r\n|\\n|\\r\\n)?$/,
    fate: blocked('ends rows with another text than a line break, which Trino cannot do'),
  },
  {
    name: 'comment',
    readers: csv,
    harmlessValues: /^$/,
    fate: blocked('leaves out lines that begin with this character, which Trino reads as rows'),
  },
  {
    name: 'mode',
    readers: typed,
    harmlessValues: /^\s*(permissive|failfast)?\s*$/i,
    fate: blocked('decides which malformed rows count; Trino reads them all, as PERMISSIVE does'),
  },
  {
    name: 'columnNameOfCorruptRecord',
    readers: typed,
    fate: remark('Trino keeps no malformed rows in a column', 'Expect NULL in that column, if the table has it.'),
  },
  ...['ignoreLeadingWhiteSpace', 'ignoreTrailingWhiteSpace'].map((name): KnownParameter => ({
    name,
    readers: csv,
    harmlessValues: no,
    fate: blocked('strips blanks around values, which Trino keeps'),
  })),
  ...['nanValue', 'positiveInf', 'negativeInf'].map((name): KnownParameter => ({
    name,
    readers: csv,
    harmlessValues: /^(nan|-?inf|-?infinity)$/i,
    fate: blocked('has a text of its own for a number, which is NULL in Trino'),
  })),
  {
    name: 'charToEscapeQuoteEscaping',
    readers: csv,
    harmlessValues: /^(\\|\\\\|)?$/,
    fate: blocked('escapes the escape character, which Trino cannot do'),
  },
  {
    name: 'unescapedQuoteHandling',
    readers: csv,
    fate: remark('Trino reads stray quotes in its own way', 'Compare such rows.'),
  },
  // Types of text.
  ...['dateFormat', 'timestampFormat', 'timestampNTZFormat', 'locale', 'timeZone'].map((name): KnownParameter => ({
    name,
    readers: typed,
    fate: remark(
      'dates and timestamps have a form of their own; the table is blocked where a column has such a type',
      'Compare columns whose text is cast later.',
    ),
  })),
  // JSON.
  {
    name: 'allowNumericLeadingZeros',
    readers: ['spark-json'],
    harmlessValues: no,
    fate: blocked('reads 010 as ten, which is eight in Trino'),
  },
  ...[
    'allowComments',
    'allowUnquotedFieldNames',
    'allowSingleQuotes',
    'allowBackslashEscapingAnyCharacter',
    'allowNonNumericNumbers',
    'allowUnquotedControlChars',
  ].map((name): KnownParameter => ({
    name,
    readers: ['spark-json'],
    fate: harmless('Trino’s OpenX reader is lenient in the same way'),
  })),
  // Avro.
  ...['avroSchema', 'avroSchemaUrl'].map((name): KnownParameter => ({
    name,
    readers: ['spark-avro'],
    fate: blocked('gives the files another schema than the table’s, which Trino reads them by'),
  })),
  {
    name: 'ignoreExtension',
    readers: ['spark-avro'],
    harmlessValues: /^\s*(true)?\s*$/i,
    fate: blocked('leaves out files without the extension .avro, which Trino reads'),
  },
  // Parquet.
  ...['datetimeRebaseMode', 'int96RebaseMode'].map((name): KnownParameter => ({
    name,
    readers: ['spark-parquet', 'spark-avro'],
    harmlessValues: /^\s*corrected\s*$/i,
    fate: remark(
      'Spark shifts dates and timestamps before 15 October 1582 between two calendars; Trino does not',
      'Compare such old values.',
    ),
  })),
  // Which files.
  ...['pathGlobFilter', 'modifiedBefore', 'modifiedAfter'].map((name): KnownParameter => ({
    name,
    readers: all,
    harmlessValues: /^\s*\*?\s*$/,
    fate: blocked('leaves out files of the folder, which Trino reads'),
  })),
  {
    name: 'recursiveFileLookup',
    readers: all,
    harmlessValues: no,
    fate: remark(
      'folders below the location are read, and key=value in their names is not a partition',
      'Nothing: the target’s catalog does the same for a table without partitions.',
    ),
  },
  // Spark decides on these before it makes the table, or when it writes.
  ...[
    'inferSchema',
    'samplingRatio',
    'prefersDate',
    'prefersDecimal',
    'primitivesAsString',
    'dropFieldIfAllNull',
    'mergeSchema',
    'enforceSchema',
    'enableDateTimeParsingFallback',
    'maxColumns',
    'maxCharsPerColumn',
    'quoteAll',
    'escapeQuotes',
    'compression',
    'codec',
    'ignoreNullFields',
    'recordName',
    'recordNamespace',
    'preferDate',
    'serialization.format',
    'orc.compress',
    'parquet.compress',
    'parquet.compression',
  ].map((name): KnownParameter => ({ name, readers: all, fate: harmless('only used to infer or to write') })),
  {
    name: 'header',
    readers: ['spark-json', 'spark-text', 'spark-parquet', 'spark-orc', 'spark-avro'],
    fate: harmless('only the CSV source reads it'),
  },
];
