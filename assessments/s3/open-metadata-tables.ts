import { GetBucketMetadataConfigurationCommand } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { s3Diagnostic } from '../../clients/s3/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { parseS3Location, withoutEndSlashes } from '../../core/s3-location.js';
import { literal, qualifiedName } from '../../core/sql-text.js';
import type { BucketPorts, Inventory } from './assess-bucket.js';
import { inventoryObjects } from './open-inventories.js';

export interface MetadataTableOptions {
  /** `s3://` folder that Athena writes to; each run has its own folder below. */
  readonly unloadTo: string;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/**
 * Has Athena write the live inventory table of each bucket as Parquet, to be read in place of a listing. The files stay
 * where they were written. Reports all that cannot be read. Source: Amazon S3 user guide, 'S3 Metadata live inventory tables
 * schema'.
 */
export async function openMetadataTables(
  buckets: readonly string[],
  ports: BucketPorts,
  options: MetadataTableOptions,
): Promise<Result<ReadonlyMap<string, Inventory>>> {
  const opened = new Map<string, Inventory>();
  const problems: Diagnostic[] = [];
  for (const bucket of buckets) {
    const table = await openMetadataTable(bucket, ports, options);
    if (table.ok) opened.set(bucket, table.value);
    else problems.push(...table.error.map((problem) => ({ ...problem, path: bucket })));
  }
  return problems.length > 0 ? fail(problems) : ok(opened);
}

async function openMetadataTable(
  bucket: string,
  ports: BucketPorts,
  { unloadTo, now, signal }: MetadataTableOptions,
): Promise<Result<Inventory>> {
  const table = await liveTable(bucket, ports, signal);
  if (!table.ok) return table;
  const folder = `${withoutEndSlashes(unloadTo)}/${bucket}/${randomUUID()}/`;
  const statement = `UNLOAD (${inventoryQuery(table.value)}) TO ${literal(folder)} WITH (format = 'PARQUET')`;
  const unloaded = await ports.athena(table.value.catalog).unload(statement, { signal });
  if (!unloaded.ok) return unloaded;
  const files = await filesOf(unloaded.value, ports, signal);
  if (!files.ok) return files;
  return ok({
    source: 'metadata-table',
    manifest: {
      sourceBucket: bucket,
      format: 'Parquet',
      columns: [...columns, 'is_latest', 'last_modified_date'],
      files: files.value.map((key) => ({ key, MD5checksum: null })),
      created: now.toISOString(),
    },
    read: inventoryObjects(ports.client, ports.target, parseS3Location(folder)?.bucket ?? ''),
  });
}

const columns = ['key', 'version_id', 'is_delete_marker', 'size', 'e_tag', 'storage_class', 'encryption_status'];

interface LiveTable {
  readonly catalog: string;
  readonly namespace: string;
  readonly name: string;
}

/** The version of a key with the last sequence number is the current one. */
function inventoryQuery({ namespace, name }: LiveTable): string {
  return `SELECT ${columns.join(', ')},
    row_number() OVER (PARTITION BY key ORDER BY sequence_number DESC) = 1 AS is_latest,
    to_iso8601(CAST(last_modified_date AS timestamp(3))) || 'Z' AS last_modified_date
  FROM ${qualifiedName(namespace, name)}`;
}

async function liveTable(
  Bucket: string,
  { client, target }: BucketPorts,
  abortSignal: AbortSignal,
): Promise<Result<LiveTable>> {
  try {
    const answer = await client.send(new GetBucketMetadataConfigurationCommand({ Bucket }), { abortSignal });
    const found = answer.GetBucketMetadataConfigurationResult?.MetadataConfigurationResult;
    const { TableName: name, TableStatus: status } = found?.InventoryTableConfigurationResult ?? {};
    const { TableNamespace: namespace, TableBucketArn: arn = '' } = found?.DestinationResult ?? {};
    const tableBucket = arn.split('/').at(-1) ?? '';
    if (name === undefined || namespace === undefined || tableBucket === '') return fail([noTable(Bucket)]);
    if (status !== 'ACTIVE') return fail([notActive(Bucket, status ?? 'unknown')]);
    return ok({ catalog: `s3tablescatalog/${tableBucket}`, namespace, name });
  } catch (error) {
    abortSignal.throwIfAborted();
    const isAbsent = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404;
    return fail([isAbsent ? noTable(Bucket) : s3Diagnostic(error, target)]);
  }
}

/** Keys of the files that the data manifest of an UNLOAD names. */
async function filesOf(
  manifest: string,
  { client, target }: BucketPorts,
  signal: AbortSignal,
): Promise<Result<readonly string[]>> {
  const place = parseS3Location(manifest);
  if (place === undefined) return fail([noManifest(manifest)]);
  const content = await inventoryObjects(client, target, place.bucket)(place.key, signal);
  if (!content.ok) return content;
  const text = Buffer.concat((await Readable.from(content.value).toArray()) as Uint8Array[]).toString();
  const files = text.split('\n').filter((line) => line.trim() !== '');
  return ok(files.map((line) => parseS3Location(line.replaceAll('"', ''))?.key ?? ''));
}

function noTable(bucket: string): Diagnostic {
  return diagnostic({
    code: 'metadata-table-missing',
    message: `The bucket '${bucket}' has no live inventory table of S3 Metadata.`,
    fix: 'Leave it out of --metadata-table to have it listed instead, or create the table (aws s3api create-bucket-metadata-configuration) and wait until it is active.',
  });
}

function notActive(bucket: string, status: string): Diagnostic {
  return diagnostic({
    code: 'metadata-table-not-active',
    message: `The live inventory table of the bucket '${bucket}' is not complete yet (${status}).`,
    fix: `Wait until it is ACTIVE (aws s3api get-bucket-metadata-configuration --bucket ${bucket}), or leave the bucket out of --metadata-table to have it listed instead.`,
  });
}

function noManifest(place: string): Diagnostic {
  return diagnostic({
    code: 'metadata-table-no-manifest',
    message: `Athena did not say where the UNLOAD manifest is (it named '${place}').`,
    fix: 'Run the command again, or leave the bucket out of --metadata-table to have it listed instead.',
  });
}
