import type { Reader } from './known-parameter.js';

/** The parts of a table that decide who reads its files. */
export interface ReadTraits {
  /** A format of an assessment, such as `PARQUET`. */
  readonly format: string;
  readonly serde: { readonly library: string | null } | null;
  readonly traits: readonly string[];
}

const byLibrary: ReadonlyMap<string, Reader> = new Map([
  ['AvroSerDe', 'avro'],
  ['LazySimpleSerDe', 'text'],
  ['OpenCSVSerde', 'csv'],
  ['OrcSerde', 'orc'],
  ['ParquetHiveSerDe', 'parquet'],
  ['RegexSerDe', 'regex'],
]);

const sparkReaders: ReadonlyMap<string, Reader> = new Map([
  ['AVRO', 'spark-avro'],
  ['CSV', 'spark-csv'],
  ['JSON', 'spark-json'],
  ['ORC', 'spark-orc'],
  ['PARQUET', 'spark-parquet'],
  ['TEXT', 'spark-text'],
]);

/** `null` for what holds no files of its own, and where the reader is not known. */
export function readerOf({ format, serde, traits }: ReadTraits): Reader | null {
  if (format === 'ICEBERG') return 'iceberg';
  if (traits.includes('spark-source')) return sparkReaders.get(format) ?? null;
  const library = serde?.library ?? '';
  const name = library.split('.').at(-1) ?? '';
  if (name === 'JsonSerDe') return library.startsWith('org.openx.') ? 'openx-json' : 'json';
  const known = byLibrary.get(name);
  if (known !== undefined) return known;
  // Columnar files describe themselves, so a SerDe that wraps one does not matter.
  switch (format) {
    case 'PARQUET':
      return 'parquet';
    case 'ORC':
      return 'orc';
    case 'AVRO':
      return 'avro';
    default:
      return null;
  }
}
