import type { ManifestEntry } from '../../registration/index.js';
import { findJob, findWorkOrder, tableJobs } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { objectsPart } from '../copy/job/index.js';
import type { TableOrder } from '../run/index.js';
import { locationsOfEntry } from '../work-order/index.js';
import type { CopiedRegions, Region } from '../work-order/index.js';

/** Which objects of the source are a table's own, and the job that copied them. */
export interface MovedObjects extends CopiedRegions {
  /** The table's key. */
  readonly owner: string;
  /** None where another table has the same location. */
  readonly regions: readonly Region[];
  readonly entry: ManifestEntry;
}

/** `undefined` where the job moves no table. */
export async function movedObjects(state: Pick<State, 'db'>, jobId: string): Promise<MovedObjects | undefined> {
  const order = await orderOf(state, jobId);
  const entry = order?.entries.at(-1);
  if (order === undefined || entry === undefined) return undefined;
  const regions = order.copy.regions.filter(({ owner }) => owner === entry.key);
  return { jobId, owner: entry.key, regions, entry };
}

/**
 * The objects that a table reads at the source: its own, and those in its location that other tables' jobs have copied.
 */
export async function readObjects(state: Pick<State, 'db'>, jobId: string): Promise<readonly CopiedRegions[]> {
  const own = await movedObjects(state, jobId);
  const others = await copiedByOthers(state, jobId);
  return [...(own === undefined ? [] : [own]), ...others].filter(({ regions }) => regions.length > 0);
}

/** The table whose job has copied the objects of a table that has none of its own. */
export async function tableInItsPlace(
  state: Pick<State, 'db'>,
  { jobId, entry }: MovedObjects,
): Promise<MovedObjects | undefined> {
  const places = locationsOfEntry(entry).map(folderOf);
  const others = await copiedByOthers(state, jobId);
  return others.find((other) =>
    locationsOfEntry(other.entry)
      .map(folderOf)
      .some((place) => places.includes(place)),
  );
}

async function copiedByOthers(state: Pick<State, 'db'>, jobId: string): Promise<readonly MovedObjects[]> {
  const [job, order] = [await findJob(state, jobId), await orderOf(state, jobId)];
  if (job === undefined || order === undefined) return [];
  const found: MovedObjects[] = [];
  for (const { database, table, until } of order.needs) {
    if (until !== 'copied') continue;
    const named = { assessmentId: job.assessment_id, database, table, part: objectsPart };
    const [newest] = await tableJobs(state, named);
    const moved = newest === undefined ? undefined : await movedObjects(state, newest.id);
    if (moved !== undefined) found.push(moved);
  }
  return found;
}

async function orderOf(state: Pick<State, 'db'>, jobId: string): Promise<TableOrder | undefined> {
  const order = (await findWorkOrder(state, jobId))?.payload as Partial<TableOrder> | undefined;
  if (order?.copy === undefined || order.entries === undefined) return undefined;
  return { copy: order.copy, entries: order.entries, needs: order.needs ?? [] };
}

function folderOf(location: string): string {
  return `${location.replace(/^s3[an]:/i, 's3:').replace(/\/$/, '')}/`;
}
