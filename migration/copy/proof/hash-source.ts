import { withRetries } from '../../../clients/transfer/retry.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import type { CopyTask } from '../copy-engine.js';
import { announcedChecksum, checksumDamage } from '../stream/checksums.js';
import { propertiesIn } from '../stream/properties.js';
import type { ObjectProperties } from '../stream/properties.js';
import { sourceEnding } from '../stream/reasons.js';
import type { Ending } from '../stream/reasons.js';
import type { ReadContent } from '../stream/source.js';
import type { TagCount } from '../stream/source-tags.js';
import type { Readers } from './readers.js';

/** The source's content, as it was listed. */
export interface SourceContent {
  /** Of the whole content, in hexadecimal. */
  readonly sha256: string;
  /** Without its tags. */
  readonly properties: ObjectProperties;
  readonly tagCount: TagCount;
}

/** Reads the version that was listed, and compares it with the checksum that S3 keeps of it. A text tells of damage. */
export async function hashSource(
  { source: ref }: CopyTask,
  { source, tags, pace, retries, comparesMd5, stopping, stopped }: Readers,
): Promise<Result<SourceContent, Ending | string>> {
  const checksumFor = (headers: ReadContent['headers']) => announcedChecksum(headers, comparesMd5)?.algorithm;
  const rules = { bytes: ref.size, pace, checksumFor };
  const read = await withRetries(() => source.read(ref, rules, stopped), retries, stopping);
  if (!read.ok) return fail(sourceEnding(read.error, ref, source.endpoint));
  const { headers, sha256, checksum } = read.value;
  const damage = checksumDamage(announcedChecksum(headers, comparesMd5), checksum);
  if (damage !== undefined) return fail(damage);
  const tagCount = await tags.count(ref, headers);
  if (!tagCount.ok) return fail(sourceEnding(tagCount.error, ref, source.endpoint));
  return ok({ sha256, properties: propertiesIn(headers, ''), tagCount: tagCount.value });
}
