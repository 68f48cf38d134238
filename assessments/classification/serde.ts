import { isDeepStrictEqual } from 'node:util';
import type { Column as GlueColumn, StorageDescriptor } from '@aws-sdk/client-glue';
import { parseHiveType } from '../../core/hive-type.js';
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

/** Ignores comments and parameters, and what Hive does not tell apart: case, blanks in types. */
export function sameColumns(a: readonly Column[], b: readonly Column[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, type }, index) => {
      const other = b[index];
      return other !== undefined && isAlike(name, other.name) && isSameType(type, other.type);
    })
  );
}

function isAlike(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}

function isSameType(a: string, b: string): boolean {
  if (isAlike(a, b)) return true;
  const [one, other] = [parseHiveType(a), parseHiveType(b)];
  return one.ok && other.ok && isDeepStrictEqual(one.value, other.value);
}
