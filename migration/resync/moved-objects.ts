import type { ManifestEntry } from '../../registration/index.js';
import { findWorkOrder } from '../../state/index.js';
import type { State } from '../../state/index.js';
import type { TableOrder } from '../run/index.js';
import type { Region } from '../work-order/index.js';

/** Which objects of the source are a table's own, and the job that copied them. */
export interface MovedObjects {
  readonly jobId: string;
  /** The table's key. */
  readonly owner: string;
  readonly regions: readonly Region[];
  readonly entry: ManifestEntry;
}

/** `undefined` where the job moves no objects. */
export async function movedObjects(state: Pick<State, 'db'>, jobId: string): Promise<MovedObjects | undefined> {
  const { copy, entries } = ((await findWorkOrder(state, jobId))?.payload ?? {}) as Partial<TableOrder>;
  const entry = entries?.at(-1);
  if (copy === undefined || entry === undefined) return undefined;
  const regions = copy.regions.filter(({ owner }) => owner === entry.key);
  return regions.length === 0 ? undefined : { jobId, owner: entry.key, regions, entry };
}
