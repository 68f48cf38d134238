import { ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import type { ObjectRef } from '../../../clients/s3/listing/index.js';
import type { TransferFailure, TransferReply } from '../../../clients/transfer/index.js';
import { withRetries } from '../../../clients/transfer/retry.js';
import type { LeftBehind } from './notes.js';
import type { Workbench } from './workbench.js';

/**
 * The number of an object's tags.
 * - `hidden`: the source does not let them be read.
 * - `untold`: they can be read, but the store does not tell their number.
 */
export type TagCount = number | 'hidden' | 'untold';

type Asked = Promise<Result<0 | 'hidden' | 'untold', TransferFailure>>;

/**
 * Counts the tags of objects. The headers of an object lack the number where it has no tags, and also where the caller may
 * not read them; which of these it is, is asked once for each bucket. Source: Amazon S3 API reference, 'GetObject'
 * (`x-amz-tagging-count`).
 */
export class SourceTags {
  /** The number of tags of an object whose answer does not state it, by bucket. */
  readonly #asked = new Map<string, Asked>();

  constructor(private readonly bench: Pick<Workbench, 'source' | 'retries' | 'stopping' | 'stopped'>) {}

  /** @param headers of the answer to GET or HEAD */
  async count(ref: ObjectRef, headers: TransferReply['headers']): Promise<Result<TagCount, TransferFailure>> {
    const told = headers['x-amz-tagging-count'];
    if (told !== undefined) {
      if (!this.#asked.has(ref.bucket)) this.#asked.set(ref.bucket, Promise.resolve(ok(0)));
      return ok(Number(told));
    }
    for (;;) {
      const before = this.#asked.get(ref.bucket);
      const answer = await (before ?? this.#ask(ref));
      // The other object may be gone; this one can still tell.
      if (answer.ok || before === undefined || answer.error.status !== 404) return answer;
    }
  }

  #ask(ref: ObjectRef): Asked {
    const asked = this.#withoutNumber(ref);
    this.#asked.set(ref.bucket, asked);
    void asked.then(({ ok: isKnown }) => {
      if (!isKnown) this.#asked.delete(ref.bucket);
    });
    return asked;
  }

  async #withoutNumber(ref: ObjectRef): Asked {
    const { source, retries, stopping, stopped } = this.bench;
    const tags = await withRetries(() => source.tags(ref, stopped), retries, stopping);
    if (tags.ok) return ok(tags.value === '' ? 0 : 'untold');
    const { status, code } = tags.error;
    if (status === 403) return ok('hidden');
    // The store knows no tags.
    return status === 405 || status === 501 || code.startsWith('NoSuchTag') ? ok(0) : tags;
  }
}

/** The note on an object whose tags may not be read. */
export function hiddenTags({ versionId }: ObjectRef): Required<Exclude<LeftBehind, string>> {
  const permission = tagPermission(versionId);
  return {
    what: `its tags, if it has any: the source's credentials may not read them (${permission})`,
    fix: `If tags matter, allow ${permission} for the source's credentials, and copy the objects again: assess again, and start a run of the new assessment.`,
  };
}

/** Source: Amazon S3 API reference, 'GetObjectTagging'. */
export function tagPermission(versionId: string | null): string {
  return versionId === null ? 's3:GetObjectTagging' : 's3:GetObjectVersionTagging';
}
