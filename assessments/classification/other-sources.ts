import type { Table } from '@aws-sdk/client-glue';
import type { SerDe } from '../assessment.js';
import { bucketOf } from './location.js';
import { textMap } from './parameters.js';
import type { FormatVerdict } from './serde-format.js';

type Parameters = Readonly<Record<string, string>>;

const streams: ReadonlySet<string> = new Set(['kinesis', 'kafka']);
/** Only with a location that is not on S3: a table of files may have them, too, to record where its files come from. */
const streamParameters =
  /^(stream_?(arn|name)|kinesis_?url|kinesis\.stream\.name|topic_?name|kafka\.topic|kafka\.bootstrap\.servers)$/i;
const streamClass = /(\.kinesis\.|\.kafka\.|kinesis\w*$|kafka\w*$)/i;

/** Classifications of tables that a crawler made from a database. Source: AWS Glue guide, 'Built-in classifiers'. */
const databases: ReadonlySet<string> = new Set([
  'documentdb',
  'dynamodb',
  'mongodb',
  'mysql',
  'oracle',
  'postgresql',
  'redshift',
  'snowflake',
  'sqlserver',
]);

/**
 * UNKNOWN for tables that represent a stream or a database, whatever SerDe Glue records for them: there are no files.
 * `undefined` for all others. Source: AWS Glue guide, 'Streaming ETL jobs' and 'Crawler data stores'.
 */
export function formatOfOtherSource(
  parameters: Parameters,
  { StorageDescriptor: descriptor }: Table,
  serde: SerDe | null,
): FormatVerdict | undefined {
  const all: Parameters = { ...serde?.parameters, ...textMap(descriptor?.Parameters), ...parameters };
  const location = descriptor?.Location ?? '';
  const isElsewhere = bucketOf(location) === null;
  const stream = streamSign(all, serde, location, isElsewhere);
  if (stream !== undefined) {
    return unknown(stream, 'The table reads a stream, which holds no files to copy; move its producers and consumers.');
  }
  const classification = parameters['classification']?.trim().toLowerCase() ?? '';
  if (isElsewhere && databases.has(classification)) {
    return unknown(
      `parameter classification=${classification}`,
      `The table represents a database (${classification}), not files; export it to S3 first, or connect Trino to the database.`,
    );
  }
  return undefined;
}

function streamSign(all: Parameters, serde: SerDe | null, location: string, isElsewhere: boolean): string | undefined {
  const named = ['typeOfData', 'classification'].find((key) => streams.has(all[key]?.trim().toLowerCase() ?? ''));
  if (named !== undefined) return `parameter ${named}=${String(all[named])}`;
  const className = [serde?.inputFormat, serde?.library, all['storage_handler']].find((name) =>
    streamClass.test(name ?? ''),
  );
  if (className !== undefined) return `class ${String(className)}`;
  if (/^arn:[^:]+:(kinesis|kafka):/i.test(location)) return `location ${location}`;
  const parameter = isElsewhere ? Object.keys(all).find((key) => streamParameters.test(key)) : undefined;
  return parameter === undefined ? undefined : `parameter ${parameter}`;
}

function unknown(evidence: string, note: string): FormatVerdict {
  return { format: 'UNKNOWN', evidence, traits: [], notes: [note] };
}
