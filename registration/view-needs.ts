import { isConversion } from './registered-table.js';
import type { AcceptedTable } from './registered-table.js';
import { icebergMetadata } from './views.js';
import type { ViewText } from './views.js';

/** The names that a table at the target has beside its own columns. */
interface Offer {
  /** Its kind, as the end of a sentence. */
  readonly nature: string;
  readonly hiddenColumns: readonly string[];
  readonly metadata: readonly string[];
  readonly hasSnapshots: boolean;
}

/**
 * Why a view cannot read its tables as they are at the target; `null` when it can. `targetOf` gives the table behind a
 * name. Tried in Trino 476.
 */
export function needsRefusal(
  { query, reads }: ViewText,
  targetOf: (name: string) => AcceptedTable | undefined,
): string | null {
  const offers = reads.map(({ name }) => {
    const target = targetOf(name);
    return target === undefined ? undefined : offerOf(target);
  });
  for (const [index, { name, metadata, isVersioned }] of reads.entries()) {
    const offer = offers[index];
    if (offer === undefined) continue;
    if (metadata !== undefined && !offer.metadata.includes(metadata)) {
      return `it reads "$${metadata}" of ${name}, which ${offer.nature}`;
    }
    if (isVersioned && !offer.hasSnapshots) return `it reads an older version of ${name}, which ${offer.nature}`;
  }
  const repeated = repeatedColumn({ query, reads }, targetOf);
  if (repeated !== undefined) {
    return `it has two columns named '${repeated}', since * stands for all columns of its tables; name them in its SQL`;
  }
  for (const { name, relations } of query.hiddenColumns) {
    const isOffered = relations.some((index) => {
      const isTable = reads[index]?.metadata === undefined;
      return offers[index] === undefined || (isTable && offers[index].hiddenColumns.includes(name));
    });
    if (isOffered) continue;
    const [index] = relations;
    const place = index === undefined ? '' : ` of ${reads[index]?.name ?? ''}, which ${offers[index]?.nature ?? ''}`;
    return `it reads the column "${name}"${place}`;
  }
  return null;
}

/** A column that a view has twice; `undefined` also where the columns of a table are not known. */
function repeatedColumn(
  { query, reads }: ViewText,
  targetOf: (name: string) => AcceptedTable | undefined,
): string | undefined {
  const seen = new Set<string>();
  for (const output of query.outputs ?? []) {
    const names = typeof output === 'string' ? [output] : output.flatMap((index) => columnsOf(reads[index], targetOf));
    for (const name of names) {
      if (seen.has(name)) return name;
      seen.add(name);
    }
  }
  return undefined;
}

/** Lower case; empty where they are not known. */
function columnsOf(
  read: ViewText['reads'][number] | undefined,
  targetOf: (name: string) => AcceptedTable | undefined,
): readonly string[] {
  const target = read === undefined || read.metadata !== undefined ? undefined : targetOf(read.name);
  if (target === undefined) return [];
  const { view, columns, partitionKeys } = target.source;
  return [...new Set([...(view?.columns ?? columns), ...partitionKeys].map(({ name }) => name.toLowerCase()))];
}

const icebergColumns = ['$path', '$file_modified_time', '$partition'];
/** Source: Trino documentation, Hive connector and Iceberg connector, 'Metadata tables' and 'Metadata columns'. */
function offerOf({ read, method, source }: AcceptedTable): Offer {
  const none = { hiddenColumns: [], metadata: [], hasSnapshots: false };
  if (read.kind === 'view' || read.kind === 'link') return { ...none, nature: 'is a view' };
  if (read.kind === 'metadata') {
    return {
      nature: 'is an Iceberg table',
      hiddenColumns: icebergColumns,
      metadata: icebergMetadata,
      hasSnapshots: true,
    };
  }
  if (isConversion(method)) {
    return { ...none, nature: 'becomes a new Iceberg table', hiddenColumns: icebergColumns };
  }
  if (read.files.isTypedCsv) return { ...none, nature: 'becomes a view that gives the text of its files types' };
  const isPartitioned = source.partitionKeys.length > 0;
  const isBucketed = (source.serde?.bucketColumns.length ?? 0) > 0;
  return {
    nature: isPartitioned ? 'is a Hive table' : 'is a Hive table without partitions',
    hiddenColumns: [
      '$path',
      '$file_size',
      '$file_modified_time',
      ...(isPartitioned ? ['$partition'] : []),
      ...(isBucketed ? ['$bucket'] : []),
    ],
    metadata: isPartitioned ? ['partitions', 'properties'] : ['properties'],
    hasSnapshots: false,
  };
}
