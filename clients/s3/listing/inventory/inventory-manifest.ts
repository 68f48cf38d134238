import { diagnostic } from '../../../../core/diagnostic.js';
import type { Diagnostic } from '../../../../core/diagnostic.js';
import { fail, ok } from '../../../../core/result.js';
import type { Result } from '../../../../core/result.js';

/**
 * The content of the `manifest.json` of an S3 Inventory. Source: Amazon S3 user guide, 'Locating your inventory list'.
 */
export interface InventoryManifest {
  readonly sourceBucket: string;
  readonly format: 'CSV' | 'Parquet';
  /** Names of the columns, in their order. Parquet has its own spelling, such as `last_modified_date`. */
  readonly columns: readonly string[];
  readonly files: readonly InventoryFile[];
  /** ISO 8601, UTC: when S3 began to make it; `null` when the manifest does not say. */
  readonly created: string | null;
}

export interface InventoryFile {
  /** In the bucket of the inventory. */
  readonly key: string;
  /** Hexadecimal; `null` where nobody says. */
  readonly MD5checksum: string | null;
}

const needed = {
  CSV: ['Bucket', 'Key', 'Size', 'LastModifiedDate', 'ETag'],
  Parquet: ['bucket', 'key', 'size', 'last_modified_date', 'e_tag'],
} as const;

export function readInventoryManifest(text: string, path: string): Result<InventoryManifest> {
  const json = parsed(text);
  const { sourceBucket, fileFormat, fileSchema, files, creationTimestamp } = json ?? {};
  if (typeof sourceBucket !== 'string' || typeof fileSchema !== 'string' || !isFiles(files))
    return fail([problem(path, 'is not the manifest.json of an S3 Inventory', 'Name its manifest.json.')]);
  if (fileFormat !== 'CSV' && fileFormat !== 'Parquet')
    return fail([
      problem(
        path,
        `has the format ${String(fileFormat)}; CSV and Parquet are read`,
        'Configure an inventory in CSV or Parquet.',
      ),
    ]);
  const columns =
    fileFormat === 'CSV' ? fileSchema.split(',').map((name) => name.trim()) : columnsOfMessage(fileSchema);
  const lacking = needed[fileFormat].filter((name) => !columns.includes(name));
  if (lacking.length > 0)
    return fail([
      problem(path, `lacks ${lacking.join(', ')}`, 'Add the fields to the inventory, and wait for the next.'),
    ]);
  return ok({ sourceBucket, format: fileFormat, columns, files, created: timeOf(creationTimestamp) });
}

/** Of a Parquet schema in text, such as `message s3.inventory { required binary bucket (STRING); … }`. */
function columnsOfMessage(schema: string): readonly string[] {
  return [...schema.matchAll(/\b(?:required|optional)\s+\S+\s+(\w+)/g)].map(([, name = '']) => name);
}

/** The manifest has milliseconds since 1970, as text. */
function timeOf(timestamp: unknown): string | null {
  const time = new Date(typeof timestamp === 'string' ? Number(timestamp) : NaN);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json = JSON.parse(text) as unknown;
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isFiles(files: unknown): files is readonly InventoryFile[] {
  return (
    Array.isArray(files) &&
    files.every(
      (file: Partial<InventoryFile> | null) => typeof file?.key === 'string' && typeof file.MD5checksum === 'string',
    )
  );
}

function problem(path: string, what: string, fix: string): Diagnostic {
  return diagnostic({ code: 'inventory-unusable', path, message: `The inventory ${what}.`, fix });
}
