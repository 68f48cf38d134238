import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { parseS3Location } from '../../core/s3-location.js';
import { qualifiedName } from '../../core/sql-text.js';
import type { Manifest, ManifestEntry } from '../../registration/index.js';
import { readsOf, viewGroups } from '../register/index.js';
import { copyOrders, divideBuckets, locationsOfEntry } from '../work-order/index.js';
import type { TableLocations } from '../work-order/index.js';
import type { Need, NewJob } from './table-order.js';

export interface RunInput {
  readonly manifest: Manifest;
  /** Bucket of the target by that of the source. */
  readonly buckets: ReadonlyMap<string, string>;
  /** Tables that the Plan skips or blocks: their data is not copied, apart from what lies inside a mapped table. */
  readonly leftBehind: readonly TableLocations[];
  /** By key: partitions of a mapped table that lie outside its location. */
  readonly partitionLocations: ReadonlyMap<string, readonly string[]>;
}

/** A job for each table, view and link, in the order in which workers should take them. */
export function makeJobs({ manifest, buckets, leftBehind, partitionLocations }: RunInput): Result<readonly NewJob[]> {
  const entries = [...manifest.catalogs.values()].flat();
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const schemas = new Map(
    entries.filter(({ phase }) => phase === 'schema').map((entry) => [schemaOf(entry), entry] as const),
  );
  const tables = entries.filter(({ phase }) => phase === 'table');
  const views = entries.filter(({ phase }) => phase === 'view');

  const located = tables.map((entry) => ({
    table: entry.key,
    locations: [...locationsOfEntry(entry), ...(partitionLocations.get(entry.key) ?? [])],
  }));
  const left = leftAlone(leftBehind, located, buckets);
  const division = divideBuckets([...located, ...left], buckets);
  if (!division.ok) return division;
  const leftKeys = new Set(left.map(({ table }) => table));
  const regions = division.value.regions.filter(({ owner }) => !leftKeys.has(owner));
  const orders = copyOrders(located, { ...division.value, regions });
  if (!orders.ok) return fail(orders.error);

  const reads = readsOf(entries);
  const jobs = [...tables, ...viewGroups(views, reads).flat()].map((entry): NewJob => {
    const copy = orders.value.get(entry.key) ?? { regions: [], waitsFor: [] };
    const schema = schemas.get(schemaOf(entry));
    return {
      key: entry.key,
      ...nameOf(entry),
      jobType: entry.load.length > 0 ? 'CONVERT' : 'COPY',
      order: {
        copy,
        entries: [...(schema === undefined ? [] : [schema]), entry],
        needs: [
          ...needsFor(copy.waitsFor, 'copied', byKey),
          ...needsFor(reads.get(entry.key) ?? [], 'registered', byKey),
        ],
      },
    };
  });
  return ok(jobs);
}

/** The data of others that nobody else copies: their locations in mapped buckets, outside all mapped tables. */
function leftAlone(
  leftBehind: readonly TableLocations[],
  mapped: readonly TableLocations[],
  buckets: ReadonlyMap<string, string>,
): readonly TableLocations[] {
  const taken = new Set(mapped.flatMap(({ locations }) => locations.map(folderOf)));
  const isInside = (location: string): boolean => parentsOf(folderOf(location)).some((folder) => taken.has(folder));
  return leftBehind.map(({ table, locations }) => ({
    table: `left:${table}`,
    locations: locations.filter(
      (location) => buckets.has(parseS3Location(location)?.bucket ?? '') && !isInside(location),
    ),
  }));
}

function folderOf(location: string): string {
  const { bucket = '', key = '' } = parseS3Location(location) ?? {};
  return `${bucket}/${key === '' || key.endsWith('/') ? key : `${key}/`}`;
}

/** The folder itself and all around it. */
function parentsOf(folder: string): readonly string[] {
  return [...folder.matchAll(/\//g)].map(({ index }) => folder.slice(0, index + 1));
}

function needsFor(
  keys: readonly string[],
  until: Need['until'],
  byKey: ReadonlyMap<string, ManifestEntry>,
): readonly Need[] {
  return keys.flatMap((key) => {
    const entry = byKey.get(key);
    return entry === undefined || entry.phase === 'schema' ? [] : [{ ...nameOf(entry), until }];
  });
}

function nameOf({ key, source }: ManifestEntry): { readonly database: string; readonly table: string } {
  const { database = '', table = null } = source ?? {};
  if (table === null) throw new Error(`Bug: the manifest's entry ${key} has no table at the source.`);
  return { database, table };
}

function schemaOf({ target: { catalog, schema } }: ManifestEntry): string {
  return qualifiedName(catalog, schema);
}
