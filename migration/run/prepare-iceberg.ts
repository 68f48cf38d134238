import type { S3Client } from '@aws-sdk/client-s3';
import { s3Diagnostic } from '../../clients/s3/index.js';
import type { S3Target } from '../../clients/s3/index.js';
import { messagesAndFixes } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { ManifestEntry } from '../../registration/index.js';
import { checkClosure, rewriteTable, s3TableFiles, scanForSource } from '../iceberg/index.js';
import type { JobFailure } from '../../state/index.js';
import type { RunConnections } from './connections.js';

/** A store and how it is reached, for messages. */
export interface TableStore {
  readonly client: S3Client;
  readonly target: S3Target;
}

export interface IcebergStores {
  readonly source: TableStore;
  readonly target: TableStore;
}

/**
 * Makes a copied Iceberg table ready to be registered: rewrites its metadata where buckets have other names, and proves
 * that every file that the metadata names is there, and that no path of the source is left.
 */
export async function prepareIceberg(
  { key, source }: Pick<ManifestEntry, 'key' | 'source'>,
  stores: IcebergStores,
  { buckets, trino }: Pick<RunConnections, 'buckets' | 'trino'>,
  { signal, log }: { readonly signal: AbortSignal; readonly log: (message: string) => void },
): Promise<Result<void, JobFailure>> {
  const metadata = source?.metadataLocation ?? null;
  if (metadata === null) throw new Error(`Bug: ${key} is to be registered and has no metadata file.`);
  const rules = Object.entries(buckets).map(([from, to]) => ({ from: `s3://${from}`, to: `s3://${to}` }));
  const isMoved = rules.some(({ from, to }) => from !== to);
  const target = s3TableFiles(stores.target.client);
  try {
    let file = metadata;
    if (isMoved) {
      const ports = { source: s3TableFiles(stores.source.client), target };
      const request = { table: key, metadata, rules, trinoVersion: trino.version };
      const rewritten = await rewriteTable(request, ports, { signal });
      if (!rewritten.ok) return blockedBy(rewritten.error);
      file = rewritten.value.metadata;
      log(`the paths in the metadata were rewritten, with those of ${rewritten.value.snapshots} snapshots`);
    }
    const closure = await checkClosure(
      { table: key, metadata: file, trinoVersion: trino.version },
      { files: target, target },
      { signal },
    );
    if (closure.problems.length > 0) return blockedBy(closure.problems);
    if (!isMoved) return ok(undefined);
    const scan = await scanForSource({ metadata: file, rules }, target, signal);
    if (!scan.ok) return blockedBy(scan.error);
    const [left] = scan.value.paths;
    if (left === undefined) return ok(undefined);
    throw new Error(`Bug: ${left.file} still names a path of the source in ${left.place}: ${left.text}`);
  } catch (error) {
    signal.throwIfAborted();
    if (!isOfStore(error)) throw error;
    return fail({ kind: 'retry', reason: messagesAndFixes([s3Diagnostic(error, stores.target.target)]) });
  }
}

function blockedBy(problems: readonly Diagnostic[]): Result<void, JobFailure> {
  return fail({ kind: 'block', reason: messagesAndFixes(problems) });
}

function isOfStore(error: unknown): boolean {
  return error instanceof Error && '$metadata' in error;
}
