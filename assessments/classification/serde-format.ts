import type { SerDe, TableFormat, Trait } from '../assessment.js';

/**
 * The format that a storage descriptor gives its files. Sources: Athena user guide, 'Supported SerDes'; Hive manual,
 * 'SerDe'.
 */
export interface FormatVerdict {
  readonly format: TableFormat;
  readonly evidence: string;
  readonly traits: readonly Trait[];
  /** Why a person must look, where the format itself does not say it. */
  readonly notes: readonly string[];
}

export const lazySimpleSerDe = 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe';

interface KnownClass {
  readonly format: TableFormat;
  readonly trait?: Trait;
  readonly note?: string;
}

const openX = { format: 'JSON', trait: 'openx-json-serde' } as const;
const hiveJson = { format: 'JSON', trait: 'hive-json-serde' } as const;
const regex = { format: 'TEXT', trait: 'regex-serde' } as const;
const multiDelimit = {
  format: 'TEXT',
  trait: 'custom-serde',
  note: 'MultiDelimitSerDe splits at delimiters of more than one character, which Trino cannot do.',
} as const;

/** By the full class name: another class with the same short name may read something else. */
const libraries: Readonly<Record<string, KnownClass>> = {
  'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe': { format: 'PARQUET' },
  'parquet.hive.serde.ParquetHiveSerDe': { format: 'PARQUET' },
  'org.apache.hadoop.hive.ql.io.orc.OrcSerde': { format: 'ORC' },
  'org.apache.hadoop.hive.serde2.avro.AvroSerDe': { format: 'AVRO' },
  'org.apache.hadoop.hive.serde2.OpenCSVSerde': {
    format: 'CSV',
    trait: 'opencsv-serde',
    note: 'OpenCSVSerde: every column is text in Trino; typed columns need a view that casts them.',
  },
  'org.openx.data.jsonserde.JsonSerDe': openX,
  'org.apache.hive.hcatalog.data.JsonSerDe': hiveJson,
  'org.apache.hadoop.hive.serde2.JsonSerDe': hiveJson,
  'org.apache.hadoop.hive.serde2.RegexSerDe': regex,
  'org.apache.hadoop.hive.contrib.serde2.RegexSerDe': regex,
  // Lines of text, divided by a pattern or by a text between the fields.
  'com.amazonaws.glue.serde.GrokSerDe': {
    format: 'TEXT',
    trait: 'grok-serde',
    note: 'GrokSerDe exists in AWS only: write its pattern as a regular expression.',
  },
  'org.apache.hadoop.hive.serde2.MultiDelimitSerDe': multiDelimit,
  'org.apache.hadoop.hive.contrib.serde2.MultiDelimitSerDe': multiDelimit,
  // Neither has one record of JSON per line.
  'com.amazon.emr.hive.serde.CloudTrailSerde': {
    format: 'UNKNOWN',
    trait: 'custom-serde',
    note: 'CloudTrailSerde reads files of one JSON document with a list of records; Trino has no reader for them.',
  },
  'com.amazon.ionhiveserde.IonHiveSerDe': {
    format: 'UNKNOWN',
    trait: 'ion-serde',
    note: 'Amazon Ion may be binary and has types of its own; Trino has no reader for it.',
  },
};

const textInput = 'org.apache.hadoop.mapred.TextInputFormat';

/** Input formats that read files of a columnar format, by Hive and by what came before it. */
const columnarInputs: Readonly<Record<string, TableFormat>> = {
  'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat': 'PARQUET',
  'parquet.hive.DeprecatedParquetInputFormat': 'PARQUET',
  'parquet.hive.MapredParquetInputFormat': 'PARQUET',
  'org.apache.hadoop.hive.ql.io.orc.OrcInputFormat': 'ORC',
  'org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat': 'AVRO',
};

/** Other input formats and what they make of files: none goes with a SerDe that Trino has. The last entry takes the rest. */
const otherInputs: readonly { readonly pattern: RegExp; readonly reads: string }[] = [
  {
    pattern: /\.SymlinkTextInputFormat$/,
    reads:
      'lists of the files that hold the data (symlinks), as S3 Inventory writes them; create a table over those files',
  },
  {
    pattern: /CloudTrailInputFormat$/,
    reads:
      'files of one JSON document with a list of records; Trino has a reader, but no statement creates such a table',
  },
  { pattern: /SequenceFile\w*InputFormat$/, reads: 'SequenceFiles, which are not converted automatically' },
  { pattern: /RCFileInputFormat$/, reads: 'RCFiles, which are not converted automatically' },
  { pattern: /\.IonInputFormat$/, reads: 'Amazon Ion, for which Trino has no reader' },
  { pattern: /Null\w*InputFormat$/, reads: 'no rows from the files' },
  {
    pattern: /Combine\w*InputFormat$/,
    reads: 'splits that it puts together from files of a format that it does not name',
  },
  {
    pattern: /(hudi|hoodie)/i,
    reads: 'the files that a Hudi timeline names; convert the table at the source or read it natively in Trino',
  },
  { pattern: /^(io\.delta|com\.databricks)\./i, reads: 'the files that a Delta log names' },
  { pattern: /HiveIcebergInputFormat$/, reads: 'the files that Iceberg metadata names' },
  { pattern: /(DynamoDB|HBase|Kudu|Jdbc|Kafka|Druid)/i, reads: 'another system than files on S3' },
  {
    pattern: /^org\.apache\.hadoop\.mapreduce\./,
    reads:
      'files through an interface (mapreduce) that Hive and Athena do not use; set the one of org.apache.hadoop.mapred in Glue',
  },
  { pattern: /(?:)/, reads: 'files in a way that is not known here' },
];

const classifications: Readonly<Record<string, TableFormat>> = {
  parquet: 'PARQUET',
  glueparquet: 'PARQUET',
  orc: 'ORC',
  avro: 'AVRO',
  csv: 'CSV',
  json: 'JSON',
};

/** `classification` is what a Glue crawler recorded, if one did. */
export function formatOfSerDe(serde: SerDe, classification: string | undefined): FormatVerdict {
  const { library, inputFormat } = serde;
  const known = library !== null && Object.hasOwn(libraries, library) ? libraries[library] : undefined;
  const isText = library === lazySimpleSerDe || (known !== undefined && !isColumnar(known.format));
  const columnar =
    inputFormat !== null && Object.hasOwn(columnarInputs, inputFormat) ? columnarInputs[inputFormat] : undefined;
  // Columnar files describe themselves, so Athena and Trino read them by the SerDe alone, even over TextInputFormat.
  const isPair =
    inputFormat === null || inputFormat === textInput || (columnar !== undefined && columnar === known?.format);
  if (library !== null && inputFormat !== null && !isPair) {
    const traits = known?.trait === undefined ? [] : [known.trait];
    if (columnar === undefined) return otherInput(serde, inputFormat, traits);
    if (isText || known !== undefined) return contradiction(serde, known?.format ?? 'text', columnar, traits);
  }
  if (known !== undefined) {
    return {
      format: known.format,
      evidence: `SerDe ${String(library)}`,
      traits: known.trait === undefined ? [] : [known.trait],
      notes: known.note === undefined ? [] : [known.note],
    };
  }
  if (library === lazySimpleSerDe) return delimitedText(serde, classification);
  if (library === null && columnar !== undefined) {
    return { format: columnar, evidence: `input format ${String(inputFormat)}`, traits: [], notes: [] };
  }
  if (library === null && inputFormat !== null && inputFormat !== textInput) return otherInput(serde, inputFormat, []);
  if (library !== null) return unknown(`SerDe ${library}`, `The SerDe ${library} is not known.`, ['custom-serde']);
  const crawled = Object.hasOwn(classifications, classification?.toLowerCase() ?? '')
    ? classifications[classification?.toLowerCase() ?? '']
    : undefined;
  if (crawled !== undefined) {
    return {
      format: crawled,
      evidence: `parameter classification=${String(classification)}`,
      traits: [],
      notes: ['No SerDe is recorded; the format is taken from the classification.'],
    };
  }
  return unknown(
    'no SerDe',
    classification === undefined
      ? 'Neither a SerDe nor a classification identifies the format.'
      : `The classification '${classification}' is not known, and no SerDe is recorded.`,
  );
}

/** Hive's default delimiter is Control-A: that is its own text format, not CSV. */
function delimitedText({ parameters, library }: SerDe, classification: string | undefined): FormatVerdict {
  const delimiter = parameters['field.delim'] ?? parameters['separatorChar'] ?? parameters['delimiter'];
  const evidence = `SerDe ${String(library)}`;
  if (delimiter !== undefined && !['\u0001', '\\001', '1', '\\u0001'].includes(delimiter)) {
    return {
      format: 'CSV',
      evidence: `${evidence} with field.delim ${JSON.stringify(delimiter)}`,
      traits: [],
      notes: [],
    };
  }
  if (classification?.toLowerCase() === 'csv') {
    return {
      format: 'CSV',
      evidence: `${evidence} and parameter classification=${classification}`,
      traits: [],
      notes: [],
    };
  }
  return { format: 'TEXT', evidence: `${evidence} without a delimiter`, traits: [], notes: [] };
}

function isColumnar(format: TableFormat): boolean {
  return format === 'PARQUET' || format === 'ORC' || format === 'AVRO';
}

function otherInput({ library }: SerDe, inputFormat: string, traits: readonly Trait[]): FormatVerdict {
  const reads = otherInputs.find(({ pattern }) => pattern.test(inputFormat))?.reads ?? '';
  const over = library === null ? '' : `SerDe ${library} over `;
  return unknown(`${over}input format ${inputFormat}`, `The input format ${inputFormat} reads ${reads}.`, traits);
}

function contradiction(
  { library, inputFormat }: SerDe,
  says: string,
  holds: string,
  traits: readonly Trait[],
): FormatVerdict {
  return unknown(
    `SerDe ${String(library)} over input format ${String(inputFormat)}`,
    `The SerDe ${String(library)} is for ${says}, but the input format ${String(inputFormat)} is for ${holds}; correct in Glue the one that is wrong.`,
    traits,
  );
}

function unknown(evidence: string, note: string, traits: readonly Trait[] = []): FormatVerdict {
  return { format: 'UNKNOWN', evidence, traits, notes: [note] };
}
