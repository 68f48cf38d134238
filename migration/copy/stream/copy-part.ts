import { isDamaged, noAnswer } from '../../../clients/transfer/index.js';
import type { TransferFailure } from '../../../clients/transfer/index.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import type { CopyTask, PartHash, Upload } from '../copy-engine.js';
import type { ChecksumAlgorithm } from './checksums.js';
import { damageOf } from './copy-whole.js';
import { Passage } from './passage.js';
import type { Part } from './plan-parts.js';
import { damagedEnding, sourceEnding, targetEnding } from './reasons.js';
import type { Ending } from './reasons.js';
import type { ContentRules } from './received-content.js';
import { withRetries } from '../../../clients/transfer/retry.js';
import type { ReadContent } from './source.js';
import type { Workbench } from './workbench.js';

/** Bytes of a part that may lie between two requests. */
const passageBytes = 1024 * 1024;

/** Copies one part of an object. */
export async function copyPart(
  task: CopyTask,
  part: Part,
  { upload, checksum }: { readonly upload: Upload; readonly checksum: ChecksumAlgorithm | undefined },
  bench: Workbench,
): Promise<Result<PartHash, Ending>> {
  const { number, offset, bytes } = part;
  const rules = { bytes, offset, pace: bench.pace, ...(checksum !== undefined && { checksumFor: () => checksum }) };
  const copy = bytes > bench.bufferedBytes ? passOn : copyBuffered;
  let damage = '';
  for (let round = 1; round <= bench.rounds; round += 1) {
    const copied = await copy({ task, number, rules, upload, bench });
    if (copied.ok) {
      bench.onBytes?.(bytes);
      const { read, etag } = copied.value;
      const own = read.checksum === undefined ? {} : { checksum: read.checksum.value };
      return ok({ number, bytes, sha256: read.sha256, etag, ...own });
    }
    const { side, failure } = copied.error;
    if (side === 'source') return fail(sourceEnding(failure, task.source, bench.source.endpoint));
    if (!isDamaged(failure)) return fail(targetEnding(failure, task.target, bench.target.endpoint));
    damage = damageOf(failure, bench.target.endpoint);
  }
  return fail(damagedEnding(task.source, damage));
}

interface OnePart {
  readonly task: CopyTask;
  readonly number: number;
  readonly rules: ContentRules & { readonly offset: number };
  readonly upload: Upload;
  readonly bench: Workbench;
}

interface CopiedPart {
  readonly read: ReadContent;
  readonly etag: string;
}

interface PartFailure {
  readonly side: 'source' | 'target';
  readonly failure: TransferFailure;
}

async function copyBuffered({ task, number, rules, upload, bench }: OnePart): Promise<Result<CopiedPart, PartFailure>> {
  const { source, target, retries, stopping, stopped } = bench;
  const lease = await bench.buffers.take(rules.bytes);
  try {
    const into = { ...rules, buffer: lease.bytes };
    const read = await withRetries(() => source.read(task.source, into, stopped), retries, stopping);
    if (!read.ok) return fail({ side: 'source', failure: read.error });
    const content = { bytes: lease.bytes, sha256: read.value.sha256 };
    const etag = await withRetries(() => target.putPart(upload, number, content, stopped), retries, stopping);
    return etag.ok ? ok({ read: read.value, etag: etag.value }) : fail({ side: 'target', failure: etag.error });
  } finally {
    lease.release();
  }
}

/** A part that is larger than the memory for it. Whichever side fails, both start again. */
async function passOn({ task, number, rules, upload, bench }: OnePart): Promise<Result<CopiedPart, PartFailure>> {
  const { source, target, retries, stopping, stopped } = bench;
  let side: PartFailure['side'] = 'source';
  const copied = await withRetries(
    async () => {
      const passage = new Passage(passageBytes);
      const oneFailed = new AbortController();
      const signal = AbortSignal.any([stopped, oneFailed.signal]);
      let first: PartFailure | undefined;
      const watch = async <T>(on: PartFailure['side'], work: Promise<Result<T, TransferFailure>>) => {
        const result = await work;
        if (!result.ok) {
          first ??= { side: on, failure: result.error };
          oneFailed.abort();
        }
        if (on === 'source') passage.end();
        return result;
      };
      const forwarding = { ...rules, forward: (chunk: Buffer) => passage.push(chunk) };
      const content = { stream: passage.content(), length: rules.bytes };
      const [read, etag] = await Promise.all([
        watch('source', source.read(task.source, forwarding, signal)),
        watch('target', target.putPart(upload, number, content, signal)),
      ]);
      if (read.ok && etag.ok) return ok({ read: read.value, etag: etag.value });
      side = first?.side ?? 'source';
      return fail(first?.failure ?? noAnswer('connection', 'the part did not arrive'));
    },
    retries,
    stopping,
  );
  return copied.ok ? copied : fail({ side, failure: copied.error });
}
