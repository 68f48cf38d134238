import type { GlueJson } from '../../support/glue-stub.js';
import type { Place } from './corpus-case.js';

/** Class names by what people call them. Source: Athena user guide, 'Supported SerDes'. */
export const serdes = {
  parquet: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
  orc: 'org.apache.hadoop.hive.ql.io.orc.OrcSerde',
  avro: 'org.apache.hadoop.hive.serde2.avro.AvroSerDe',
  text: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
  csv: 'org.apache.hadoop.hive.serde2.OpenCSVSerde',
  json: 'org.apache.hive.hcatalog.data.JsonSerDe',
  openx: 'org.openx.data.jsonserde.JsonSerDe',
  regex: 'org.apache.hadoop.hive.serde2.RegexSerDe',
} as const;

export type Kind = keyof typeof serdes;

const textInput = 'org.apache.hadoop.mapred.TextInputFormat';
const textOutput = 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat';

const formats: Readonly<Record<Kind, readonly [input: string, output: string]>> = {
  parquet: [
    'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  ],
  orc: ['org.apache.hadoop.hive.ql.io.orc.OrcInputFormat', 'org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat'],
  avro: [
    'org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat',
    'org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat',
  ],
  text: [textInput, textOutput],
  csv: [textInput, textOutput],
  json: [textInput, textOutput],
  openx: [textInput, textOutput],
  regex: [textInput, textOutput],
};

/** Hive types by name. */
export type Columns = Readonly<Record<string, string>>;

export interface TableParts {
  readonly columns: Columns;
  readonly keys?: Columns;
  readonly parameters?: Readonly<Record<string, string>>;
  /** SerDe parameters. */
  readonly options?: Readonly<Record<string, string>>;
  /** Of the descriptor. */
  readonly more?: GlueJson;
  /** Of the table. */
  readonly table?: GlueJson;
}

export function columnsOf(columns: Columns): readonly GlueJson[] {
  return Object.entries(columns).map(([Name, Type]) => ({ Name, Type }));
}

export function descriptor(kind: Kind, { columns, options = {}, more = {} }: TableParts, location: string): GlueJson {
  const [InputFormat, OutputFormat] = formats[kind];
  return {
    Columns: columnsOf(columns),
    Location: location,
    InputFormat,
    OutputFormat,
    Compressed: false,
    NumberOfBuckets: -1,
    SerdeInfo: { SerializationLibrary: serdes[kind], Parameters: options },
    StoredAsSubDirectories: false,
    ...more,
  };
}

/** A table as Athena's DDL leaves it in Glue. */
export function glueTable(kind: Kind, parts: TableParts): (place: Place) => GlueJson {
  return ({ location }) => ({
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE', ...parts.parameters },
    PartitionKeys: columnsOf(parts.keys ?? {}),
    StorageDescriptor: descriptor(kind, parts, location),
    ...parts.table,
  });
}

/** Partitions by the folder below the table's location, or by a whole location. */
export function gluePartitions(
  kind: Kind,
  parts: TableParts,
  folders: readonly (readonly [values: readonly string[], folder: string])[],
): (place: Place) => readonly GlueJson[] {
  return ({ location }) =>
    folders.map(([Values, folder]) => ({
      Values,
      StorageDescriptor: descriptor(kind, parts, folder.includes('://') ? folder : `${location}${folder}`),
    }));
}
