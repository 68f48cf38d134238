export type GlueTableFormat = 'parquet' | 'orc' | 'csv' | 'iceberg';

export interface GlueColumn {
  readonly name: string;
  /** As Glue keeps it: a type of Hive, such as `array<string>`, or one that only some engines know, such as `json`. */
  readonly type: string;
}

interface Storage {
  readonly inputFormat?: string;
  readonly outputFormat?: string;
  readonly serDeInfo?: { readonly serializationLibrary: string; readonly parameters: Record<string, string> };
}

/** The classes that Hive reads each format with. Source: Apache Hive, `StorageFormatDescriptor`. Iceberg has none. */
export function renderStorage(format: GlueTableFormat): Storage {
  const hive = 'org.apache.hadoop.hive';
  switch (format) {
    case 'parquet':
      return {
        inputFormat: `${hive}.ql.io.parquet.MapredParquetInputFormat`,
        outputFormat: `${hive}.ql.io.parquet.MapredParquetOutputFormat`,
        serDeInfo: serDe(`${hive}.ql.io.parquet.serde.ParquetHiveSerDe`),
      };
    case 'orc':
      return {
        inputFormat: `${hive}.ql.io.orc.OrcInputFormat`,
        outputFormat: `${hive}.ql.io.orc.OrcOutputFormat`,
        serDeInfo: serDe(`${hive}.ql.io.orc.OrcSerde`),
      };
    case 'csv':
      return {
        inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        outputFormat: `${hive}.ql.io.HiveIgnoreKeyTextOutputFormat`,
        serDeInfo: serDe(`${hive}.serde2.lazy.LazySimpleSerDe`, { 'field.delim': ',' }),
      };
    case 'iceberg':
      return {};
  }
}

function serDe(serializationLibrary: string, more: Record<string, string> = {}): NonNullable<Storage['serDeInfo']> {
  return { serializationLibrary, parameters: { 'serialization.format': more['field.delim'] ?? '1', ...more } };
}

/** The table parameters that engines read, by format. */
export function renderParameters({
  format,
  location,
  metadata,
}: {
  readonly format: GlueTableFormat;
  readonly location: string;
  readonly metadata?: string | undefined;
}): Record<string, string> {
  if (format === 'iceberg') return { table_type: 'ICEBERG', metadata_location: `${location}/${metadata ?? ''}` };
  const header = format === 'csv' ? { 'skip.header.line.count': '1' } : {};
  return { EXTERNAL: 'TRUE', classification: format, ...header };
}

/** Hive's own layout: `location/year=2025/month=01`. */
export function partitionLocation(location: string, keys: readonly GlueColumn[], values: readonly string[]): string {
  return [location, ...keys.map(({ name }, index) => `${name}=${values[index] ?? ''}`)].join('/');
}
