import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { sha256Of } from '../../../clients/s3/transfer/index.js';
import { jsonIn } from '../../../clients/swift/index.js';
import type { SwiftTransfer } from '../../../clients/swift/index.js';
import { unexpectedAnswer } from '../../../clients/transfer/index.js';
import type { TransferFailure } from '../../../clients/transfer/index.js';
import type { ObjectRef } from '../../../clients/s3/listing/index.js';
import type { ObjectPlace, PartHash } from '../copy-engine.js';
import { timeFor } from './time-for.js';

/** Where Swift's S3 layer keeps its own, so that its users see none of them. */
export function segmentContainer(container: string): string {
  return `${container}+segments`;
}

/** A name of the object's own, however long its key is. */
export function segmentPrefix(key: string): string {
  return `a2o/${sha256Of(key)}/`;
}

/** The same for the same content in the same parts, so that an attempt overwrites what an earlier one has left. */
export function segmentUpload({ bucket, key, versionId, etag, size }: ObjectRef, partBytes: number): string {
  return sha256Of(JSON.stringify([bucket, key, versionId, etag, size, partBytes])).slice(0, 32);
}

export function segmentName(
  { key, uploadId }: ObjectPlace & { readonly uploadId: string },
  number: PartHash['number'],
): string {
  return `${segmentPrefix(key)}${uploadId}/${String(number).padStart(8, '0')}`;
}

export interface Segment {
  readonly name: string;
  /** MD5. */
  readonly etag: string;
  readonly bytes: number;
}

/** All segments of an object, of whichever content. None where there is no container for them. */
export async function segmentsOfObject(
  transfer: SwiftTransfer,
  { bucket, key }: ObjectPlace,
  signal: AbortSignal,
): Promise<Result<readonly Segment[], TransferFailure>> {
  const found: Segment[] = [];
  for (let marker = ''; ;) {
    const query = { format: 'json', prefix: segmentPrefix(key), marker };
    const request = { container: segmentContainer(bucket), query, signal, timeoutMs: timeFor(0) };
    const reply = await transfer.send({ method: 'GET', ...request });
    if (!reply.ok) return reply.error.status === 404 ? ok([]) : reply;
    if (reply.value.status === 204) return ok(found);
    const json = jsonIn(reply.value);
    if (!json.ok) return json;
    const page = json.value as readonly { readonly name: string; readonly hash: string; readonly bytes: number }[];
    const last = page.at(-1);
    if (last === undefined) return ok(found);
    if (last.name === marker) return fail(unexpectedAnswer('the listing does not go on behind its last page'));
    found.push(...page.map(({ name, hash, bytes }) => ({ name, etag: hash, bytes })));
    marker = last.name;
  }
}
