import { compareKeys } from '../../clients/s3/listing/index.js';
import type { BucketLister, ObjectRef } from '../../clients/s3/listing/index.js';
import { canonicalJson, sha256 } from '../../core/canonical-json.js';
import { inParallel } from '../../core/in-parallel.js';
import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { findWorkOrder } from '../../state/index.js';
import type { State } from '../../state/index.js';
import type { TableOrder } from '../run/table-order.js';
import { metadataChange } from '../source-metadata/index.js';
import type { SourceCatalog } from '../source-metadata/index.js';
import { nameOf, sourceDifference } from '../work-order/index.js';

/** How a table differs from what was copied of it. */
export interface TableChanges {
  /** `database.table`. */
  readonly table: string;
  readonly added: number;
  readonly changed: number;
  readonly gone: number;
  /** Some of them, the first by key: such as `added s3://acme-raw/sales/7.parquet`. */
  readonly examples: readonly string[];
  /** That an Iceberg table has other metadata than was moved, or that nobody knows, in a sentence. */
  readonly metadata?: string;
}

export interface SourceChanges {
  /** Those that were compared. */
  readonly tables: number;
  readonly objects: number;
  /** Of the tables that differ, by name. */
  readonly differing: readonly TableChanges[];
  /** Of every single difference: equal only for the same ones. */
  readonly sha256: string;
}

export interface CopiedTable {
  readonly name: string;
  /** Its newest job that has ended well. */
  readonly jobId: string;
}

/** Both of the source. */
export interface ComparedSource {
  readonly lister: BucketLister;
  readonly catalog: SourceCatalog;
}

const tablesAtOnce = 8;
const mostExamples = 5;

/**
 * Lists the source once more and compares each object with what was copied: key, size, ETag, and version where it has one.
 * Of Iceberg tables, the newest metadata file is compared with the one that was moved.
 * Holds the keys of a few tables in memory. Throws the signal's reason.
 */
export async function compareSource(
  state: Pick<State, 'db'>,
  source: ComparedSource,
  tables: readonly CopiedTable[],
  signal: AbortSignal,
): Promise<Result<SourceChanges>> {
  const width = { current: () => tablesAtOnce, onChange: () => () => undefined };
  const compared: ComparedTable[] = [];
  const compare = (table: CopiedTable) => compareTable(state, source, table, signal);
  for await (const one of inParallel(tables, width, new AbortController(), compare)) {
    if (!one.ok) return one;
    compared.push(one.value);
  }
  signal.throwIfAborted();
  const differing = compared
    .filter(({ lines }) => lines.length > 0)
    .sort((a, b) => compareKeys(a.changes.table, b.changes.table));
  return ok({
    tables: compared.length,
    objects: compared.reduce((sum, { objects }) => sum + objects, 0),
    differing: differing.map(({ changes }) => changes),
    sha256: sha256(canonicalJson(differing.map(({ changes, lines }) => [changes.table, lines]))),
  });
}

interface ComparedTable {
  readonly changes: TableChanges;
  readonly objects: number;
  /** Each difference, sorted. */
  readonly lines: readonly string[];
}

async function compareTable(
  state: Pick<State, 'db'>,
  { lister, catalog }: ComparedSource,
  { name, jobId }: CopiedTable,
  signal: AbortSignal,
): Promise<Result<ComparedTable>> {
  const order = (await findWorkOrder(state, jobId))?.payload as TableOrder | undefined;
  const entry = order?.entries.at(-1);
  const change = entry === undefined ? ok(null) : await metadataChange(state, { jobId, entry }, catalog, signal);
  if (!change.ok) return change;
  const metadata = change.value?.what;
  const found = await sourceDifference(state, [{ jobId, regions: order?.copy.regions ?? [] }], lister, signal);
  if (!found.ok) return found;
  const { objects, added, changed, removed } = found.value;
  const differences = Object.entries({ added, changed, gone: removed })
    .flatMap(([what, own]) => own.map((object) => ({ what, object, place: nameOf(object) })))
    .sort((a, b) => compareKeys(a.place, b.place));
  return ok({
    objects,
    lines: [
      ...(metadata === undefined ? [] : [metadata]),
      ...differences.map(({ what, place, object }) => `${what} ${place} ${what === 'gone' ? '' : pinOf(object)}`),
    ],
    changes: {
      table: name,
      added: added.length,
      changed: changed.length,
      gone: removed.length,
      examples: differences.slice(0, mostExamples).map(({ what, place }) => `${what} ${place}`),
      ...(metadata !== undefined && { metadata }),
    },
  });
}

/** A text that differs for different contents of a key. */
function pinOf({ size, etag, versionId }: ObjectRef): string {
  return `${size} ${etag} ${versionId ?? ''}`;
}
