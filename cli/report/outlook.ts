import { compareText } from '../../core/canonical-json.js';
import type { PlannedFiles } from '../../mappings/index.js';
import { estimateOf } from '../migrate/estimate.js';
import type { CountedJob, Estimate } from '../migrate/estimate.js';

type PlannedTable = PlannedFiles['plan']['tables'][number];

/** The time and cost of a migration, as far as the catalog shows them. */
export interface Outlook {
  /** Objects are guessed from sizes and partitions: the buckets were not listed. */
  readonly estimate: Estimate;
  readonly databases: readonly DatabaseOutlook[];
  readonly waves: readonly Wave[];
  /** Mapped tables with files whose size is not known; nothing is counted for them. */
  readonly unknownSizes: number;
}

export interface DatabaseOutlook {
  readonly name: string;
  /** Mapped tables and views. */
  readonly tables: number;
  /** Of known sizes. */
  readonly bytes: number;
}

/** Databases that move and cut over together. */
export interface Wave {
  readonly databases: readonly string[];
  readonly tables: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** Where nobody knows the objects: a file of that size, and at least one in each partition. */
const bytesAnObject = 128e6;
const keysAPage = 1000;
const mostWaves = 8;

/** @param rate MB/s of all workers together */
export function outlookOf({ plan }: Pick<PlannedFiles, 'plan'>, rate: number): Outlook {
  const files = plan.tables.filter(hasFiles);
  const byDatabase = Map.groupBy(plan.tables, ({ source }) => source.database);
  const databases = [...byDatabase]
    .map(([name, tables]) => ({ name, tables: tables.length, bytes: bytesOf(tables) }))
    .sort((a, b) => b.bytes - a.bytes || compareText(a.name, b.name));
  return {
    estimate: estimateOf(files.map(guessedJob), rate),
    databases,
    waves: wavesOf(databases, rate),
    unknownSizes: files.filter(({ source }) => source.size.value === null).length,
  };
}

/** Views and links have none. */
export function hasFiles({ method }: PlannedTable): boolean {
  return method !== 'view' && method !== 'alias';
}

export function bytesOf(tables: readonly PlannedTable[]): number {
  return tables.filter(hasFiles).reduce((sum, { source }) => sum + (source.size.value ?? 0), 0);
}

/** As if the objects went through our own copy, which reads each once. */
function guessedJob({ source: { size, partitions } }: PlannedTable): CountedJob {
  const bytes = size.value ?? 0;
  const objects = Math.max(1, partitions.count ?? 0, Math.ceil(bytes / bytesAnObject));
  return { engine: 'stream', objects, bytes, requests: Math.ceil(objects / keysAPage), classes: {} };
}

/** The largest databases each in their own wave, in this order; the small ones together in the last. */
function wavesOf(databases: readonly DatabaseOutlook[], rate: number): readonly Wave[] {
  const alone = databases.length <= mostWaves ? databases.length : mostWaves - 1;
  const groups = [...databases.slice(0, alone).map((database) => [database]), databases.slice(alone)];
  return groups
    .filter((group) => group.length > 0)
    .map((group) => {
      const sum = (read: (database: DatabaseOutlook) => number): number =>
        group.reduce((total, database) => total + read(database), 0);
      const bytes = sum((database) => database.bytes);
      return {
        databases: group.map(({ name }) => name),
        tables: sum(({ tables }) => tables),
        bytes,
        seconds: bytes / (rate * 1e6),
      };
    });
}
