/** The target's rules for parts, and what fits into our memory. Bytes. */
export interface PartRules {
  /** Objects up to this size are sent whole. */
  readonly wholeBytes: number;
  /** Size of a part, as long as `maxParts` allows it. */
  readonly partBytes: number;
  readonly maxParts: number;
  readonly maxPartBytes: number;
}

export interface Part {
  /** From 1. */
  readonly number: number;
  readonly offset: number;
  readonly bytes: number;
}

const MiB = 1024 * 1024;

/** Source: Amazon S3 user guide, 'Amazon S3 multipart upload limits'; Ceph, `rgw_multipart_part_upload_limit`, `rgw_max_put_size`. */
export const s3PartRules: PartRules = {
  wholeBytes: 16 * MiB,
  partBytes: 16 * MiB,
  maxParts: 10_000,
  maxPartBytes: 5 * 1024 * MiB,
};

/**
 * Size of the parts of an object, doubled until they are few enough; undefined for an object that takes more parts than the
 * target allows.
 */
export function partBytesFor(size: number, { partBytes, maxParts, maxPartBytes }: PartRules): number | undefined {
  let bytes = Math.min(partBytes, maxPartBytes);
  while (bytes < maxPartBytes && Math.ceil(size / bytes) > maxParts) bytes = Math.min(2 * bytes, maxPartBytes);
  return Math.ceil(size / bytes) > maxParts ? undefined : bytes;
}

/** The parts of an object in their order. They cover it without gap or overlap. */
export function* partsOf(size: number, partBytes: number): Generator<Part> {
  for (let number = 1, offset = 0; offset < size; number += 1, offset += partBytes)
    yield { number, offset, bytes: Math.min(partBytes, size - offset) };
}
