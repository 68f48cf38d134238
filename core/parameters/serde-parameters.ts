import { blocked, carried, harmless, remark } from './known-parameter.js';
import type { KnownParameter, Reader } from './known-parameter.js';

const lines: readonly Reader[] = ['text', 'csv', 'regex', 'json', 'openx-json'];
const allText: readonly Reader[] = [...lines, 'spark-csv', 'spark-json', 'spark-text'];
const no = /^\s*(false|0|no)?\s*$/i;
const utf8 = /^\s*(utf-?8|us-ascii|ascii)?\s*$/i;
const utc = /^\s*(utc|gmt|z|etc\/utc)?\s*$/i;

/**
 * Parameters that determine how rows are read. Sources: Hive 3.1.3 and 4.0.1 (LazySerDeParameters, OpenCSVSerde,
 * JsonSerDe); Athena user guide, 'Choose a SerDe for your data'; Trino 476 (TextEncodingOptions, OpenXJsonOptions,
 * HiveTableProperties), each tried.
 */
export const serdeParameters: readonly KnownParameter[] = [
  // Lines.
  { name: 'skip.header.line.count', readers: ['text', 'csv'], fate: carried('skip_header_line_count') },
  { name: 'skip.header.line.count', readers: ['regex', 'json', 'openx-json'], fate: carried('extra_properties') },
  { name: 'skip.footer.line.count', readers: ['text', 'csv'], fate: carried('skip_footer_line_count') },
  { name: 'skip.footer.line.count', readers: ['regex', 'json', 'openx-json'], fate: carried('extra_properties') },
  {
    name: 'serialization.encoding',
    readers: allText,
    harmlessValues: utf8,
    fate: blocked('says how its text is encoded, and Trino reads UTF-8 only; rewrite the files in UTF-8'),
  },
  {
    name: 'textinputformat.record.delimiter',
    readers: allText,
    harmlessValues: /^(\\n|\n)?$/,
    fate: blocked('ends rows with another text than a line break, which Trino cannot do'),
  },
  {
    name: 'line.delim',
    readers: allText,
    harmlessValues: /^(\\n|\\r\\n|\\r|\n|\r\n|\r|10|\\012|\\u000[aA])?$/,
    fate: remark(
      'Trino ends rows at line breaks, as Hive and Athena do, whatever line.delim says',
      'Compare the number of rows.',
    ),
  },
  // LazySimpleSerDe.
  { name: 'field.delim', readers: ['text'], fate: carried('textfile_field_separator') },
  {
    name: 'serialization.format',
    readers: ['text'],
    fate: carried('textfile_field_separator, where field.delim is missing'),
  },
  { name: 'serialization.format', fate: harmless('only LazySimpleSerDe reads it') },
  { name: 'escape.delim', readers: ['text'], fate: carried('textfile_field_separator_escape') },
  { name: 'serialization.null.format', readers: ['text'], fate: carried('null_format') },
  { name: 'collection.delim', readers: ['text'], fate: carried('extra_properties') },
  { name: 'colelction.delim', readers: ['text'], fate: carried('extra_properties') },
  { name: 'mapkey.delim', readers: ['text'], fate: carried('extra_properties') },
  { name: 'serialization.last.column.takes.rest', readers: ['text'], fate: carried('extra_properties') },
  { name: 'hive.serialization.extend.nesting.levels', readers: ['text'], fate: carried('extra_properties') },
  { name: 'hive.serialization.extend.additional.nesting.levels', readers: ['text'], fate: carried('extra_properties') },
  {
    name: 'hive.lazysimple.extended_boolean_literal',
    readers: ['text'],
    harmlessValues: no,
    fate: blocked('reads t, f, 1 and 0 as booleans, which are NULL in Trino; make the column a string in Glue'),
  },
  {
    name: 'serialization.escape.crlf',
    readers: ['text'],
    harmlessValues: no,
    fate: blocked('says that line breaks inside values are escaped, which Trino does not undo'),
  },
  // OpenCSVSerde.
  { name: 'separatorChar', readers: ['csv'], fate: carried('csv_separator') },
  { name: 'quoteChar', readers: ['csv'], fate: carried('csv_quote') },
  { name: 'escapeChar', readers: ['csv'], fate: carried('csv_escape') },
  // RegexSerDe.
  { name: 'input.regex', readers: ['regex'], fate: carried('regex') },
  { name: 'input.regex.case.insensitive', readers: ['regex'], fate: carried('regex_case_insensitive') },
  { name: 'output.format.string', readers: ['regex'], fate: harmless('only used to write') },
  { name: 'input.format', readers: ['regex'], fate: harmless('only GrokSerDe reads it') },
  { name: 'input.grokCustomPatterns', readers: ['regex'], fate: harmless('only GrokSerDe reads it') },
  // JSON.
  { name: 'timestamp.formats', readers: ['text', 'json', 'openx-json'], fate: carried('extra_properties') },
  { name: 'ignore.malformed.json', readers: ['openx-json'], fate: carried('extra_properties') },
  {
    name: 'ignore.malformed.json',
    readers: ['json'],
    harmlessValues: no,
    fate: remark(
      'Trino fails at a line that is not JSON; only the OpenX SerDe skips it there',
      'Remove such lines, or change the SerDe in Glue to org.openx.data.jsonserde.JsonSerDe.',
    ),
  },
  { name: 'mapping.*', readers: ['openx-json'], fate: carried('extra_properties') },
  { name: 'case.insensitive', readers: ['openx-json'], fate: carried('extra_properties') },
  { name: 'dots.in.keys', readers: ['openx-json'], fate: carried('extra_properties') },
  { name: 'explicit.null', readers: ['openx-json'], fate: carried('extra_properties') },
  { name: 'mapping.*', fate: harmless('only the OpenX SerDe reads it') },
  { name: 'paths', fate: harmless('a crawler lists the keys that it found; no SerDe reads it') },
  // Avro.
  {
    name: 'avro.schema.literal',
    readers: ['avro'],
    fate: harmless(
      'Trino reads the files by the table’s columns; a schema with names in upper case, with aliases or with enum or fixed blocks the table',
    ),
  },
  {
    name: 'avro.schema.url',
    readers: ['avro'],
    harmlessValues: /^\s*(none)?\s*$/,
    fate: blocked(
      'keeps the Avro schema where it is not read, so names in upper case, which Trino reads as NULL, stay unseen; put the schema into avro.schema.literal in Glue',
    ),
  },
  // Columnar files: the target's catalogs read ORC by position and Parquet by name, as Athena does by default.
  {
    name: 'orc.column.index.access',
    readers: ['orc'],
    harmlessValues: /^\s*(true)?\s*$/i,
    fate: blocked(
      'reads columns by name, while the target’s catalog reads ORC by position; where all files have the table’s columns in its order, set it to TRUE in Glue',
    ),
  },
  {
    name: 'orc.force.positional.evolution',
    readers: ['orc'],
    harmlessValues: /^\s*(true)?\s*$/i,
    fate: remark(
      'the target’s catalog reads ORC by position',
      'Compare the rows of files with another order of columns.',
    ),
  },
  {
    name: 'parquet.column.index.access',
    readers: ['parquet'],
    harmlessValues: no,
    fate: blocked(
      'reads columns by position, while the target’s catalog reads Parquet by name; where the files’ names are the table’s, set it to FALSE in Glue',
    ),
  },
  {
    name: 'parquet.mr.int96.write.zone',
    readers: ['parquet'],
    harmlessValues: utc,
    fate: blocked('shifts timestamps by a time zone, while the target’s catalog reads them as UTC'),
  },
  {
    name: 'hive.orc.use-column-names',
    fate: harmless('a setting of Trino’s catalogs; neither Athena nor Hive reads it here'),
  },
  {
    name: 'hive.parquet.use-column-names',
    fate: harmless('a setting of Trino’s catalogs; neither Athena nor Hive reads it here'),
  },
  // Which files are rows at all.
  {
    name: 'transactional',
    harmlessValues: no,
    fate: blocked(
      'makes it a Hive ACID table: its folders base_… and delta_… hold deleted and superseded rows, too; compact it and copy its rows to a plain table',
    ),
  },
  { name: 'transactional_properties', fate: harmless('only matters to transactional tables, which are blocked') },
  {
    name: 'has_encrypted_data',
    harmlessValues: no,
    fate: remark(
      'client-side encrypted data stays encrypted',
      'Decrypt the data before it is read at the target; S3’s own encryption needs nothing.',
    ),
  },
  { name: 'recursive', fate: harmless('Athena reads folders below the location, and so does the target’s catalog') },
  // Buckets.
  { name: 'bucketing_version', fate: carried('bucketing_version') },
  {
    name: 'bucketing_format',
    fate: carried('bucketed_by, unless it is `spark`: then the table is registered without its buckets'),
  },
  // Projection.
  {
    name: 'projection.*',
    fate: carried(
      'partition_projection_* of the table and its partition columns; of the table’s parameters only, as in Athena',
    ),
  },
  {
    name: 'storage.location.template',
    fate: carried('partition_projection_location_template; of the table’s parameters only, as in Athena'),
  },
];
