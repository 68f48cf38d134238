import { compareKeys, listRanges } from '../../clients/s3/listing/index.js';
import type { BucketLister, ObjectRef } from '../../clients/s3/listing/index.js';
import { canonicalJson, sha256 } from '../../core/canonical-json.js';
import { inParallel } from '../../core/in-parallel.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { findWorkOrder, readChunks } from '../../state/index.js';
import type { State } from '../../state/index.js';
import type { TableOrder } from '../run/table-order.js';
import { decodeObjects, decodeOutcomes } from '../work-order/index.js';
import type { CopyOrder } from '../work-order/index.js';

/** How the objects of a table differ from what was copied of them. */
export interface TableChanges {
  /** `database.table`. */
  readonly table: string;
  readonly added: number;
  readonly changed: number;
  readonly gone: number;
  /** Some of them, the first by key: such as `added s3://acme-raw/sales/7.parquet`. */
  readonly examples: readonly string[];
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

const tablesAtOnce = 8;
const listingWidth = 4;
const chunksAtOnce = 20;
const mostExamples = 5;

/**
 * Lists the source once more and compares each object with what was copied: key, size, ETag, and version where it has one.
 * Holds the keys of a few tables in memory. Throws the signal's reason.
 */
export async function compareSource(
  state: Pick<State, 'db'>,
  lister: BucketLister,
  tables: readonly CopiedTable[],
  signal: AbortSignal,
): Promise<Result<SourceChanges>> {
  const width = { current: () => tablesAtOnce, onChange: () => () => undefined };
  const compared: ComparedTable[] = [];
  const compare = (table: CopiedTable) => compareTable(state, lister, table, signal);
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
  lister: BucketLister,
  { name, jobId }: CopiedTable,
  signal: AbortSignal,
): Promise<Result<ComparedTable>> {
  const order = (await findWorkOrder(state, jobId))?.payload as TableOrder | undefined;
  const copied = await copiedObjects(state, jobId);
  const added: ObjectRef[] = [];
  const changed: ObjectRef[] = [];
  let objects = 0;
  for await (const page of listRanges(lister, rangesOf(order?.copy), { width: listingWidth, signal })) {
    if (!page.ok) return fail(page.error);
    for (const object of page.value) {
      objects += 1;
      const before = copied.get(placeOf(object));
      copied.delete(placeOf(object));
      if (before === undefined) added.push(object);
      else if (before !== pinOf(object)) changed.push(object);
    }
  }
  const lines = [
    ...added.map((object) => ({ what: 'added', place: placeOf(object), pin: pinOf(object) })),
    ...changed.map((object) => ({ what: 'changed', place: placeOf(object), pin: pinOf(object) })),
    ...[...copied.keys()].map((place) => ({ what: 'gone', place, pin: '' })),
  ].sort((a, b) => compareKeys(a.place, b.place));
  return ok({
    objects,
    lines: lines.map(({ what, place, pin }) => `${what} ${place} ${pin}`),
    changes: {
      table: name,
      added: added.length,
      changed: changed.length,
      gone: copied.size,
      examples: lines.slice(0, mostExamples).map(({ what, place }) => `${what} ${place}`),
    },
  });
}

function rangesOf(order: CopyOrder | undefined) {
  return (order?.regions ?? []).flatMap(({ bucket, ranges }) => ranges.map((range) => ({ bucket, ...range })));
}

/** By place: what was copied there. */
async function copiedObjects(state: Pick<State, 'db'>, jobId: string): Promise<Map<string, string>> {
  const copied = new Map<string, string>();
  for (let after = -1; ;) {
    const chunks = await readChunks(state, jobId, { after, limit: chunksAtOnce });
    for (const { keys, outcomes } of chunks) {
      const objects = decodeObjects(keys);
      const became = outcomes === null ? [] : decodeOutcomes(outcomes, objects);
      for (const [index, listed] of objects.entries()) {
        const object = became[index]?.found ?? listed;
        if (became[index]?.state !== 'gone') copied.set(placeOf(object), pinOf(object));
      }
    }
    const last = chunks.at(-1)?.number;
    if (last === undefined) return copied;
    after = last;
  }
}

function placeOf({ bucket, key }: ObjectRef): string {
  return `s3://${bucket}/${key}`;
}

/** What tells one content of a key from another. */
function pinOf({ size, etag, versionId }: ObjectRef): string {
  return `${size} ${etag} ${versionId ?? ''}`;
}
