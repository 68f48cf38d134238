import type { SerDe, TableFormat, Trait } from '../assessment.js';

/** What a storage descriptor says about its files. Sources: Athena user guide, 'Supported SerDes'; Hive manual, 'SerDe'. */
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

/** What an input format passes to a SerDe. Most SerDes accept lines of text, so those contradict none. */
const inputFormats: readonly { readonly pattern: RegExp; readonly holds: string; readonly format?: TableFormat }[] = [
  { pattern: /ParquetInputFormat$/, holds: 'Parquet', format: 'PARQUET' },
  { pattern: /OrcInputFormat$/, holds: 'ORC', format: 'ORC' },
  { pattern: /AvroContainerInputFormat$/, holds: 'Avro', format: 'AVRO' },
  { pattern: /SequenceFile\w*InputFormat$/, holds: 'SequenceFiles' },
  { pattern: /RCFileInputFormat$/, holds: 'RCFiles' },
  { pattern: /CloudTrailInputFormat$/, holds: 'CloudTrail documents, a list of records each' },
  { pattern: /\.IonInputFormat$/, holds: 'Amazon Ion' },
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
  if ((inputFormat ?? '').endsWith('.SymlinkTextInputFormat')) {
    return unknown(
      `input format ${String(inputFormat)}`,
      'Its files are lists of the files that hold the data, as S3 Inventory writes them; create a table over those.',
    );
  }
  const input = inputFormats.find(({ pattern }) => pattern.test(inputFormat ?? ''));
  const known = library !== null && Object.hasOwn(libraries, library) ? libraries[library] : undefined;
  if (known !== undefined && known.format !== 'UNKNOWN' && input !== undefined && input.format !== known.format) {
    return contradiction(serde, known.format, input.holds, known.trait);
  }
  if (known !== undefined) {
    return {
      format: known.format,
      evidence: `SerDe ${String(library)}`,
      traits: known.trait === undefined ? [] : [known.trait],
      notes: known.note === undefined ? [] : [known.note],
    };
  }
  if (library === lazySimpleSerDe) {
    return input === undefined ? delimitedText(serde, classification) : contradiction(serde, 'text', input.holds);
  }
  if (input !== undefined && input.format === undefined) {
    return unknown(
      `input format ${String(inputFormat)}`,
      `The input format ${String(inputFormat)} reads ${input.holds}, which are not converted automatically.`,
    );
  }
  if (input?.format !== undefined && library === null) {
    return { format: input.format, evidence: `input format ${String(inputFormat)}`, traits: [], notes: [] };
  }
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

function contradiction({ library, inputFormat }: SerDe, says: string, holds: string, trait?: Trait): FormatVerdict {
  return unknown(
    `SerDe ${String(library)} over input format ${String(inputFormat)}`,
    `The SerDe ${String(library)} is for ${says}, but the input format ${String(inputFormat)} is for ${holds}.`,
    trait === undefined ? [] : [trait],
  );
}

function unknown(evidence: string, note: string, traits: readonly Trait[] = []): FormatVerdict {
  return { format: 'UNKNOWN', evidence, traits, notes: [note] };
}
