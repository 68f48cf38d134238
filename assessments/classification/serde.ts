import type { Column as GlueColumn, StorageDescriptor } from '@aws-sdk/client-glue';
import type { Column, SerDe } from '../assessment.js';
import { textMap, textOrNull } from './parameters.js';

export function serdeOf(descriptor: StorageDescriptor): SerDe {
  return {
    library: textOrNull(descriptor.SerdeInfo?.SerializationLibrary),
    inputFormat: textOrNull(descriptor.InputFormat),
    outputFormat: textOrNull(descriptor.OutputFormat),
    parameters: textMap(descriptor.SerdeInfo?.Parameters),
    compressed: descriptor.Compressed ?? false,
    bucketColumns: descriptor.BucketColumns ?? [],
    numberOfBuckets: bucketCount(descriptor.NumberOfBuckets),
  };
}

/** The SDK returns a bigint for what a number cannot hold; that is not a count of buckets. */
function bucketCount(count: unknown): number {
  return typeof count === 'number' && Number.isSafeInteger(count) ? count : 0;
}

export function columnsOf(columns: readonly GlueColumn[] | null | undefined): readonly Column[] {
  return (columns ?? []).map(({ Name, Type, Comment }) => ({
    name: Name ?? '',
    type: Type ?? '',
    ...(textOrNull(Comment) === null ? {} : { comment: Comment ?? '' }),
  }));
}

/** Whether files written for one are read the same way through the other. Spark's `path` only repeats the location. */
export function sameSerDe(a: SerDe, b: SerDe): boolean {
  return (
    a.library === b.library &&
    a.inputFormat === b.inputFormat &&
    a.outputFormat === b.outputFormat &&
    sameParameters(a.parameters, b.parameters)
  );
}

/** Ignores comments. */
export function sameColumns(a: readonly Column[], b: readonly Column[]): boolean {
  return a.length === b.length && a.every(({ name, type }, index) => name === b[index]?.name && type === b[index].type);
}

function sameParameters(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys({ ...a, ...b });
  return keys.every((key) => key === 'path' || a[key] === b[key]);
}
