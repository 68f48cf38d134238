import type { AssessedTable, Trait } from '../assessments/index.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import type { Remark } from './remark.js';
import { literal } from './sql.js';
import type { PropertyValue } from './sql.js';

export interface StorageFormat {
  readonly format: TrinoFormat;
  readonly properties: Readonly<Record<string, PropertyValue | undefined>>;
  readonly remarks: readonly Remark[];
}

type TrinoFormat = 'PARQUET' | 'ORC' | 'AVRO' | 'CSV' | 'JSON' | 'OPENX_JSON' | 'TEXTFILE' | 'REGEX';

/** Trino's names, by the last part of a SerDe's class. Source: Trino 476 documentation, Hive connector, 'Requirements'. */
const formatOfSerde: ReadonlyMap<string, TrinoFormat> = new Map([
  ['AvroSerDe', 'AVRO'],
  ['LazySimpleSerDe', 'TEXTFILE'],
  ['OpenCSVSerde', 'CSV'],
  ['OrcSerde', 'ORC'],
  ['ParquetHiveSerDe', 'PARQUET'],
  ['RegexSerDe', 'REGEX'],
]);

const unreadableSerDes: Partial<Record<Trait, string>> = {
  'ion-serde': 'Amazon Ion',
  'grok-serde': 'Grok patterns',
  'custom-serde': 'its own format',
};

/** The table properties that make Trino read the files as the source does, or why it cannot. */
export function storageFormatOf(source: AssessedTable): Result<StorageFormat, string> {
  const library = source.serde?.library ?? '';
  const refusal = formatRefusal(source);
  if (refusal !== null) return fail(refusal);
  const format = trinoFormatOf(library, source.format);
  if (format === undefined) return fail(`Trino has no reader for the SerDe '${library}' (format ${source.format})`);
  const serde = source.serde?.parameters ?? {};
  switch (format) {
    case 'CSV':
      return csv(source, serde);
    case 'TEXTFILE':
      return textFile(source, serde);
    case 'REGEX':
      return regex(serde);
    case 'OPENX_JSON':
      return ok({ format, properties: {}, remarks: openXRemarks(serde) });
    case 'AVRO':
      return ok({ format, properties: {}, remarks: avroRemarks({ ...serde, ...source.parameters }) });
    case 'JSON':
    case 'ORC':
    case 'PARQUET':
      return ok({ format, properties: {}, remarks: [] });
  }
}

function formatRefusal({ format, formatEvidence, traits, serde }: AssessedTable): string | null {
  if (format === 'DELTA' || format === 'HUDI') {
    return `a Hive external table over a ${format === 'DELTA' ? 'Delta Lake' : 'Hudi'} table shows deleted and duplicate rows`;
  }
  if (format === 'UNKNOWN') return `its format was not recognised (${formatEvidence})`;
  const trait = traits.find((candidate) => unreadableSerDes[candidate] !== undefined);
  return trait === undefined
    ? null
    : `its SerDe ${serde?.library ?? ''} reads ${unreadableSerDes[trait] ?? ''}, which Trino does not read`;
}

function trinoFormatOf(library: string, format: string): TrinoFormat | undefined {
  const name = library.split('.').at(-1) ?? '';
  if (name === 'JsonSerDe') return library.startsWith('org.openx.') ? 'OPENX_JSON' : 'JSON';
  const known = formatOfSerde.get(name);
  if (known !== undefined) return known;
  // Columnar files describe themselves, so a SerDe that wraps one does not matter.
  return format === 'PARQUET' || format === 'ORC' || format === 'AVRO' ? format : undefined;
}

function csv(source: AssessedTable, serde: Readonly<Record<string, string>>): Result<StorageFormat, string> {
  const longer = longerThanOne(serde, ['escapeChar', 'quoteChar', 'separatorChar']);
  if (longer !== null) return fail(longer);
  return ok({
    format: 'CSV',
    properties: {
      csv_escape: character(serde['escapeChar']),
      csv_quote: character(serde['quoteChar']),
      csv_separator: character(serde['separatorChar']),
      ...skippedLines(source),
    },
    remarks: [],
  });
}

function longerThanOne(serde: Readonly<Record<string, string>>, names: readonly string[]): string | null {
  for (const name of names) {
    const text = serde[name];
    if (text !== undefined && unescapeDelimiter(text).length !== 1) {
      return `its SerDe's ${name} is '${text}'; Trino allows one character`;
    }
  }
  return null;
}

function textFile(source: AssessedTable, serde: Readonly<Record<string, string>>): Result<StorageFormat, string> {
  const longer = longerThanOne(serde, [
    serde['field.delim'] === undefined ? 'serialization.format' : 'field.delim',
    'escape.delim',
  ]);
  if (longer !== null) return fail(longer);
  const others = ['colelction.delim', 'collection.delim', 'mapkey.delim', 'line.delim'].filter(
    (name) => serde[name] !== undefined && !(name === 'line.delim' && unescapeDelimiter(serde[name]) === '\n'),
  );
  return ok({
    format: 'TEXTFILE',
    properties: {
      textfile_field_separator: character(serde['field.delim'] ?? serde['serialization.format']),
      textfile_field_separator_escape: character(serde['escape.delim']),
      null_format:
        serde['serialization.null.format'] === undefined ? undefined : literal(serde['serialization.null.format']),
      ...skippedLines(source),
    },
    remarks: others.map((name) => ({
      text: `Trino has no table property for the SerDe's ${name}`,
      source: `SerDe parameter ${name}`,
      fix: 'Check nested columns.',
    })),
  });
}

function regex(serde: Readonly<Record<string, string>>): Result<StorageFormat, string> {
  const pattern = serde['input.regex'];
  if (pattern === undefined) return fail('its RegexSerDe has no input.regex');
  const ignoresCase = serde['input.regex.case.insensitive']?.toLowerCase() === 'true';
  return ok({
    format: 'REGEX',
    properties: { regex: literal(pattern), regex_case_insensitive: ignoresCase ? true : undefined },
    remarks: [],
  });
}

function openXRemarks(serde: Readonly<Record<string, string>>): Remark[] {
  return Object.keys(serde)
    .filter((name) => name !== 'serialization.format' && name !== 'paths')
    .sort()
    .map((name) => ({
      text: `the OpenX SerDe's option '${name}' has no Trino table property`,
      source: `SerDe parameter ${name}`,
      fix: 'Check what it changes.',
    }));
}

function avroRemarks(parameters: Readonly<Record<string, string>>): Remark[] {
  return ['avro.schema.url', 'avro.schema.literal']
    .filter((name) => parameters[name] !== undefined)
    .map((name) => ({
      text: `${name} is left out: Trino reads the files by the columns of the table`,
      source: `parameter ${name}`,
      fix: null,
    }));
}

function skippedLines({ parameters }: AssessedTable): StorageFormat['properties'] {
  return {
    skip_footer_line_count: positiveInteger(parameters['skip.footer.line.count']),
    skip_header_line_count: positiveInteger(parameters['skip.header.line.count']),
  };
}

function positiveInteger(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text.trim()) ? Number(text) : undefined;
}

function character(text: string | undefined): string | undefined {
  return text === undefined ? undefined : unicodeLiteral(unescapeDelimiter(text));
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['\\t', '\t'],
  ['\\n', '\n'],
  ['\\r', '\r'],
  ['\\\\', '\\'],
]);

/** Glue keeps `\t`, `\001` and a bare number such as `1` (character 1) as text. Source: Hive, LazySerDeParameters. */
function unescapeDelimiter(text: string): string {
  const octal = /^\\0?([0-3]?[0-7]{1,2})$/.exec(text)?.[1];
  if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
  const unicode = /^\\u([0-9a-fA-F]{4})$/.exec(text)?.[1];
  if (unicode !== undefined) return String.fromCharCode(parseInt(unicode, 16));
  if (/^\d{1,3}$/.test(text) && Number(text) < 128) return String.fromCharCode(Number(text));
  return simpleEscapes.get(text) ?? text;
}

/** A literal whose control characters can be read and printed: `U&'\0009'`. */
function unicodeLiteral(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  if (!/[\u0000-\u001f\u007f]/.test(text)) return literal(text);
  const escaped = Array.from(
    { length: text.length },
    (_, at) => `\\${text.charCodeAt(at).toString(16).padStart(4, '0')}`,
  );
  return `U&'${escaped.join('')}'`;
}
