import { hasEmptyFolder } from './hive-limits.js';
import type { OtherColumn } from './reads-alike.js';
import { parseS3Location, withoutEndSlashes } from './s3-location.js';

/** A partition that no Hive table in Trino can have. */
export interface UnfitPartition {
  readonly kind: 'not-on-s3' | 'empty-folder' | 'number-of-values' | 'other-types';
  readonly location: string | null;
  readonly values: readonly string[];
  /** Of `other-types`. */
  readonly column?: OtherColumn;
}

/**
 * `undefined` for a partition that Trino can register. Hive Metastore drops the empty folder of `s3://b/t//dt=1`, so that
 * Trino would look for files elsewhere. Source: Hive 3.1.3, HiveMetaStore, add_partition.
 */
export function unfitPartition(
  { values, location }: Pick<UnfitPartition, 'values' | 'location'>,
  numberOfKeys: number,
): UnfitPartition | undefined {
  const kind =
    values.length !== numberOfKeys
      ? 'number-of-values'
      : location === null
        ? undefined
        : parseS3Location(location) === undefined
          ? 'not-on-s3'
          : hasEmptyFolder(withoutEndSlashes(location))
            ? 'empty-folder'
            : undefined;
  return kind === undefined ? undefined : { kind, location, values };
}

/** Why a table with such a partition cannot be registered, as a clause. */
export function unfitPartitionRefusal({ kind, location, values, column }: UnfitPartition): string {
  const named = `its partition ${values.map((value) => `'${value}'`).join(', ')}`;
  switch (kind) {
    case 'number-of-values':
      return `${named} does not have one value for each partition key; drop it or add it again in Glue`;
    case 'other-types':
      return `${named} has the column ${column?.name ?? ''} as ${column?.type ?? ''}, the table as ${column?.typeInTable ?? ''}, and Trino reads every partition as the table; rewrite its files, or give the table the type`;
    case 'not-on-s3':
      return `${named} lies in ${location ?? ''}, which is not on S3; copy its files to S3, or drop it in Glue`;
    case 'empty-folder':
      return `${named} lies in ${location ?? ''}, which has an empty folder name ('//') that Hive Metastore drops; move its files`;
  }
}
