import { diagnostic } from '../../../../core/diagnostic.js';
import type { Diagnostic } from '../../../../core/diagnostic.js';
import { fail, ok } from '../../../../core/result.js';
import type { Result } from '../../../../core/result.js';

/** What `manifest.json` of an S3 Inventory says. Source: Amazon S3 user guide, 'Locating your inventory list'. */
export interface InventoryManifest {
  readonly sourceBucket: string;
  /** Names of the columns, in their order. */
  readonly columns: readonly string[];
  readonly files: readonly InventoryFile[];
}

export interface InventoryFile {
  /** In the bucket of the inventory. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly MD5checksum: string;
}

const needed = ['Bucket', 'Key', 'Size', 'LastModifiedDate', 'ETag'];

export function readInventoryManifest(text: string, path: string): Result<InventoryManifest> {
  const json = parsed(text);
  const { sourceBucket, fileFormat, fileSchema, files } = json ?? {};
  if (typeof sourceBucket !== 'string' || typeof fileSchema !== 'string' || !isFiles(files))
    return fail([problem(path, 'is not the manifest.json of an S3 Inventory', 'Name its manifest.json.')]);
  if (fileFormat !== 'CSV')
    return fail([problem(path, `has the format ${String(fileFormat)}; CSV is read`, 'Configure an inventory in CSV.')]);
  const columns = fileSchema.split(',').map((name) => name.trim());
  const lacking = needed.filter((name) => !columns.includes(name));
  if (lacking.length > 0)
    return fail([
      problem(path, `lacks ${lacking.join(', ')}`, 'Add the fields to the inventory, and wait for the next.'),
    ]);
  return ok({ sourceBucket, columns, files });
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
