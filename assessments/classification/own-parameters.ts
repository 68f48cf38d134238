import { effectiveParameters } from '../../core/parameters/effective-parameters.js';
import type { Reader } from '../../core/parameters/known-parameter.js';
import { fateOf, mergedParameters } from '../../core/parameters/parameters.js';
import { readerOf } from '../../core/parameters/reader-of.js';
import type { AssessedTable, PartitionDetail, SerDe } from '../assessment.js';
import { formatOfSerDe } from './serde-format.js';

type Parameters = Readonly<Record<string, string>>;

export interface SerDeDifference {
  /** Whether files of the partition would be read otherwise through the table's SerDe. */
  readonly isRead: boolean;
  /** Parameters that differ and are not known: nobody can say what they change. Sorted. */
  readonly names: readonly string[];
}

/** How a partition's SerDe differs from its table's, in what counts for reading. */
export function serdeDifference(table: AssessedTable, partition: SerDe): SerDeDifference {
  const own = table.serde;
  if (own === null) return { isRead: true, names: [] };
  const serde = completed(partition, own);
  const classification = table.parameters['classification'];
  const { format, traits } = formatOfSerDe(serde, classification);
  const reader = readerOf({ format, serde, traits });
  const [ofTable, ofPartition] = [own, serde].map(({ parameters }) =>
    effectiveParameters({ ...parameters, ...table.parameters }, reader),
  ) as [Parameters, Parameters];
  const differing = Object.keys({ ...ofTable, ...ofPartition })
    .filter((name) => ofTable[name] !== ofPartition[name])
    .sort();
  const matters = differing.filter(
    (name) => changesRows(name, ofTable, reader) || changesRows(name, ofPartition, reader),
  );
  return {
    isRead: reader !== readerOf(table) || !isSameFamily(format, table.format) || matters.length > 0,
    names: differing.filter((name) => !isKnown(name, reader)),
  };
}

/** A partition that names no SerDe leaves it to the table. */
function completed(partition: SerDe, table: SerDe): SerDe {
  const { library, inputFormat, parameters } = partition;
  const isEmpty = library === null && Object.keys(parameters).length === 0;
  if (!isEmpty || (inputFormat !== null && inputFormat !== table.inputFormat)) return partition;
  return { ...partition, library: table.library, inputFormat: table.inputFormat, parameters: table.parameters };
}

/** Whether a partition of a bucketed table has other buckets than the table, or none. */
export function hasOwnBuckets({ serde: own }: AssessedTable, serde: SerDe): boolean {
  if (own === null || own.numberOfBuckets <= 0 || own.bucketColumns.length === 0) return false;
  const columnsOf = ({ bucketColumns }: SerDe): string =>
    JSON.stringify(bucketColumns.map((name) => name.toLowerCase()));
  return own.numberOfBuckets !== serde.numberOfBuckets || columnsOf(own) !== columnsOf(serde);
}

/** The parameters that a partition sets differently from its table, except those known to be harmless. */
export function ownParametersOf(
  table: AssessedTable,
  { serde, columns, parameters, descriptorParameters = {} }: PartitionDetail,
): readonly string[] {
  const reader = readerOf(table);
  const merged = mergedParameters(table.parameters, table.serde?.parameters);
  const stray = Object.entries({ ...descriptorParameters, ...parameters })
    .filter(([name, value]) => merged[name] !== value)
    .map(([name]) => name)
    .filter((name) => {
      if (fateOf(name, '', null, 'partition') !== undefined) return false;
      return !isKnown(name, reader) || changesRows(name, parameters, reader);
    });
  const ofColumns = (columns ?? []).flatMap((column) =>
    Object.keys(column.parameters ?? {}).filter((name) => fateOf(name, '', null, 'column') === undefined),
  );
  return [...stray, ...ofColumns, ...(serde === undefined ? [] : serdeDifference(table, serde).names)];
}

/** CSV and text are two names for lines of one SerDe. */
function isSameFamily(a: string, b: string): boolean {
  const text = ['CSV', 'TEXT'];
  return a === b || (text.includes(a) && text.includes(b));
}

function changesRows(name: string, parameters: Parameters, reader: Reader | null): boolean {
  const value = parameters[name];
  if (value === undefined) return false;
  const fate = fateOf(name, value, reader);
  return fate !== undefined && fate.kind !== 'harmless';
}

function isKnown(name: string, reader: Reader | null): boolean {
  return fateOf(name, '', reader) !== undefined;
}
