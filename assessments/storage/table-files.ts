import type { AssessedTable, TableFormat } from '../assessment.js';
import type { TableFiles } from './bucket-tally.js';
import type { BucketListing } from './list-bucket.js';
import { sumFigures } from './object-figures.js';

/**
 * The files in the folders of each table, by `tableKey`; tables with a folder that could not be listed are left out.
 */
export function filesByTable(listings: readonly BucketListing[]): ReadonlyMap<string, TableFiles> {
  const unlisted = new Set(listings.flatMap((listing) => listing.unlisted));
  const parts = Map.groupBy(
    listings.flatMap(({ tables }) => Object.entries(tables)),
    ([table]) => table,
  );
  return new Map(
    [...parts]
      .filter(([table]) => !unlisted.has(table))
      .map(([table, found]) => [table, sumFiles(found.map(([, files]) => files))]),
  );
}

/** The table with its files. Its size is what Hive and Trino read of them. */
export function withFiles(table: AssessedTable, files: TableFiles): AssessedTable {
  // Metadata decides which files of the other formats count: those of old snapshots are among what was found.
  const size = isReadByFolder(table.format)
    ? ({ value: files.bytes - files.hidden.bytes, source: 'listing', confidence: 'high' } as const)
    : ({ value: files.bytes, source: 'listing', confidence: 'medium' } as const);
  return { ...table, size, files };
}

/** Of several buckets. */
function sumFiles(parts: readonly TableFiles[]): TableFiles {
  return {
    ...sumFigures(parts),
    hidden: {
      objects: parts.reduce((sum, { hidden }) => sum + hidden.objects, 0),
      bytes: parts.reduce((sum, { hidden }) => sum + hidden.bytes, 0),
    },
  };
}

function isReadByFolder(format: TableFormat): boolean {
  return !['ICEBERG', 'DELTA', 'HUDI'].includes(format);
}
