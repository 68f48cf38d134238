import type { SerDe, TableFormat, Trait } from '../assessment.js';

/** What a storage descriptor says about its files. Sources: Athena user guide, 'Supported SerDes'; Hive manual, 'SerDe'. */
export interface FormatVerdict {
  readonly format: TableFormat;
  readonly evidence: string;
  readonly traits: readonly Trait[];
  /** Why a person must look, where the format itself does not say it. */
  readonly notes: readonly string[];
}

interface KnownClass {
  readonly pattern: RegExp;
  readonly format: TableFormat;
  readonly trait?: Trait;
  readonly note?: string;
}

const libraries: readonly KnownClass[] = [
  { pattern: /(^|\.)parquet\.hive\.serde\.|ParquetHiveSerDe$/i, format: 'PARQUET' },
  { pattern: /\.OrcSerde$/i, format: 'ORC' },
  { pattern: /\.AvroSerDe$/i, format: 'AVRO' },
  {
    pattern: /\.OpenCSVSerde$/i,
    format: 'CSV',
    trait: 'opencsv-serde',
    note: 'OpenCSVSerde: every column is text in Trino; typed columns need a view that casts them.',
  },
  { pattern: /^org\.openx\..*JsonSerDe$/i, format: 'JSON', trait: 'openx-json-serde' },
  {
    pattern: /^com\.amazon\.emr\.hive\.serde\.CloudTrailSerde$/i,
    format: 'JSON',
    trait: 'custom-serde',
    note: 'CloudTrailSerde reads one JSON document with a list of records a file; Trino has no such reader.',
  },
  {
    pattern: /IonHiveSerDe$/i,
    format: 'JSON',
    trait: 'ion-serde',
    note: 'Amazon Ion may be binary; Trino reads Ion by its own SerDe only.',
  },
  { pattern: /\.JsonSerDe$/i, format: 'JSON', trait: 'hive-json-serde' },
  { pattern: /\.RegexSerDe$/i, format: 'TEXT', trait: 'regex-serde' },
  {
    pattern: /\.GrokSerDe$/i,
    format: 'TEXT',
    trait: 'grok-serde',
    note: 'GrokSerDe exists in AWS only: write its pattern as a regular expression.',
  },
  {
    pattern: /\.MultiDelimitSerDe$/i,
    format: 'CSV',
    trait: 'custom-serde',
    note: 'MultiDelimitSerDe splits by more than one character, which Trino cannot.',
  },
];

const inputFormats: readonly KnownClass[] = [
  { pattern: /ParquetInputFormat$/i, format: 'PARQUET' },
  { pattern: /OrcInputFormat$/i, format: 'ORC' },
  { pattern: /AvroContainerInputFormat$/i, format: 'AVRO' },
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
  const known = libraries.find(({ pattern }) => pattern.test(library ?? ''));
  if (known !== undefined) {
    return {
      format: known.format,
      evidence: `SerDe ${String(library)}`,
      traits: known.trait === undefined ? [] : [known.trait],
      notes: knownNotes(known, inputFormat),
    };
  }
  if (/\.(RCFile|SequenceFile)InputFormat$/i.test(inputFormat ?? '')) {
    return unknown(
      `input format ${String(inputFormat)}`,
      `The input format ${String(inputFormat)} is none that is converted by itself.`,
    );
  }
  if (/\.LazySimpleSerDe$/i.test(library ?? '')) return delimitedText(serde, classification);
  const input = inputFormats.find(({ pattern }) => pattern.test(inputFormat ?? ''));
  if (input !== undefined && library === null)
    return { format: input.format, evidence: `input format ${String(inputFormat)}`, traits: [], notes: [] };
  if (library !== null) return unknown(`SerDe ${library}`, `The SerDe ${library} is not known.`, ['custom-serde']);
  const crawled = Object.hasOwn(classifications, classification?.toLowerCase() ?? '')
    ? classifications[classification?.toLowerCase() ?? '']
    : undefined;
  if (crawled !== undefined) {
    return {
      format: crawled,
      evidence: `parameter classification=${String(classification)}`,
      traits: [],
      notes: ['No SerDe is recorded; the format is what the classification says.'],
    };
  }
  return unknown(
    'no SerDe',
    classification === undefined
      ? 'Neither SerDe nor classification tells the format.'
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

function knownNotes(known: KnownClass, inputFormat: string | null): readonly string[] {
  const notes = known.note === undefined ? [] : [known.note];
  const input = inputFormats.find(({ pattern }) => pattern.test(inputFormat ?? ''));
  if (input !== undefined && input.format !== known.format)
    notes.push(`The SerDe says ${known.format}, the input format ${String(inputFormat)} says ${input.format}.`);
  return notes;
}

function unknown(evidence: string, note: string, traits: readonly Trait[] = []): FormatVerdict {
  return { format: 'UNKNOWN', evidence, traits, notes: [note] };
}
