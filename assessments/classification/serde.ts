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
  return (columns ?? []).map(({ Name, Type, Comment, Parameters }) => ({
    name: Name ?? '',
    type: Type ?? '',
    ...(textOrNull(Comment) === null ? {} : { comment: Comment ?? '' }),
    ...(Object.keys(textMap(Parameters)).length > 0 && { parameters: textMap(Parameters) }),
  }));
}

/** Ignores comments and parameters. */
export function sameColumns(a: readonly Column[], b: readonly Column[]): boolean {
  return a.length === b.length && a.every(({ name, type }, index) => name === b[index]?.name && type === b[index].type);
}
