import type { AssessedTable, Trait } from '../assessments/index.js';
import type { Reader } from '../core/parameters/known-parameter.js';
import { avroTypeRefusal } from '../core/parameters/avro-schema.js';
import { readerOf } from '../core/parameters/reader-of.js';
import { parameterRefusals, parametersRead } from '../core/parameters/refusals.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import type { Remark } from './remark.js';
import { sparkStorage } from './spark-files.js';
import type { SparkCsv, SparkReader } from './spark-files.js';
import { csvProperties, extraProperties, regexProperties, storedRefusal, textFileProperties } from './text-formats.js';
import type { Properties } from './text-formats.js';

export interface StorageFormat {
  readonly format: TrinoFormat;
  readonly properties: Properties;
  readonly remarks: readonly Remark[];
  /** Only for CSV that Spark reads. */
  readonly spark?: SparkCsv;
}

/** Trino's names. Source: Trino 476 documentation, Hive connector, 'Requirements'. */
type TrinoFormat = 'PARQUET' | 'ORC' | 'AVRO' | 'CSV' | 'JSON' | 'OPENX_JSON' | 'TEXTFILE' | 'REGEX';

type HiveReader = Exclude<Reader, 'iceberg' | `spark-${string}`>;

const formatOfReader: Readonly<Record<HiveReader, TrinoFormat>> = {
  avro: 'AVRO',
  csv: 'CSV',
  json: 'JSON',
  'openx-json': 'OPENX_JSON',
  orc: 'ORC',
  parquet: 'PARQUET',
  regex: 'REGEX',
  text: 'TEXTFILE',
};

const unreadableSerDes: Partial<Record<Trait, string>> = {
  'ion-serde': 'Amazon Ion',
  'grok-serde': 'Grok patterns',
  'custom-serde': 'its own format',
};

/** The table properties that make Trino read the files as the source does, or why it cannot. */
export function storageFormatOf(source: AssessedTable): Result<StorageFormat, string> {
  const refusal = formatRefusal(source);
  if (refusal !== null) return fail(refusal);
  const reader = readerOf(source);
  if (reader === null || reader === 'iceberg') {
    return fail(`Trino has no reader for the SerDe '${source.serde?.library ?? ''}' (format ${source.format})`);
  }
  const parameters = parametersRead(source, reader);
  const unread = parameterRefusals(parameters, reader)[0] ?? storedRefusal(parameters, reader);
  if (unread !== null) return fail(unread);
  if (isOfSpark(reader)) return sparkStorage(source, reader);
  const format = formatOfReader[reader];
  const own = ownProperties(source, reader, parameters);
  if (!own.ok) return own;
  const extra = extraProperties(parameters, reader);
  return extra.ok ? ok({ format, properties: { ...own.value, ...extra.value }, remarks: [] }) : extra;
}

function isOfSpark(reader: Reader): reader is SparkReader {
  return reader.startsWith('spark-');
}

function ownProperties(
  source: AssessedTable,
  reader: HiveReader | 'iceberg',
  parameters: Readonly<Record<string, string>>,
): Result<Properties, string> {
  switch (reader) {
    case 'csv':
      return csvProperties(parameters);
    case 'text':
      return textFileProperties(parameters);
    case 'regex': {
      const nested = source.columns.find(({ type }) => /^\s*(array|map|struct)\b/i.test(type));
      if (nested === undefined) return regexProperties(parameters);
      return fail(`its column '${nested.name}' has the type ${nested.type}, which a RegexSerDe cannot read`);
    }
    case 'avro': {
      const refusal = avroTypeRefusal(source.columns);
      return refusal === null ? ok({}) : fail(refusal);
    }
    case 'iceberg':
    case 'json':
    case 'openx-json':
    case 'orc':
    case 'parquet':
      return ok({});
  }
}

function formatRefusal({ format, formatEvidence, traits, serde, notes }: AssessedTable): string | null {
  if (format === 'DELTA' || format === 'HUDI') {
    return `a Hive external table over a ${format === 'DELTA' ? 'Delta Lake' : 'Hudi'} table shows deleted and duplicate rows`;
  }
  if (format === 'UNKNOWN') return `its format was not recognised (${unknownReason(formatEvidence, notes)})`;
  const trait = traits.find((candidate) => unreadableSerDes[candidate] !== undefined);
  return trait === undefined
    ? null
    : `its SerDe ${serde?.library ?? ''} reads ${unreadableSerDes[trait] ?? ''}, which Trino does not read`;
}

/** The evidence of the assessment, with its reason if it has one. */
function unknownReason(evidence: string, notes: readonly string[]): string {
  const reason = notes.find((note) => !/^Manual review:|migration_readiness/.test(note));
  return reason === undefined ? evidence : `${evidence}: ${reason.replace(/\.$/, '')}`;
}
