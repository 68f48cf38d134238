import type { CopyOutcome, CopyTask, PartHash, PartHashes } from '../copy-engine.js';
import { canBeCombined, combineChecksums } from './combine-checksums.js';
import { checksumDamage, wholeObjectChecksum } from './checksums.js';
import type { Checksum } from './checksums.js';
import { copyPart } from './copy-part.js';
import { tagsOf } from './copy-whole.js';
import { inParallel } from '../../../core/in-parallel.js';
import { hashOfParts } from './hash-of-parts.js';
import { tooLarge } from './key-refusal.js';
import { notesFor } from './notes.js';
import { partBytesFor, partsOf } from './plan-parts.js';
import { propertiesIn } from './properties.js';
import { isSampled, readBack } from './read-back.js';
import { damagedEnding, interruptedEnding, sourceEnding, targetEnding } from './reasons.js';
import type { Ending } from './reasons.js';
import { withRetries } from '../../../clients/transfer/retry.js';
import { hiddenTags } from './source-tags.js';
import { startUpload } from './start-upload.js';
import type { StartedUpload } from './start-upload.js';
import type { NewObject } from './target.js';
import { isUnknownUpload } from './unknown-upload.js';
import { ended } from './workbench.js';
import type { Workbench } from './workbench.js';

type Round = CopyOutcome | { readonly damage: string };

/** Copies an object part by part, several at a time, and goes on where an earlier attempt was interrupted. */
export async function copyInParts(task: CopyTask, bench: Workbench): Promise<CopyOutcome> {
  let damage = '';
  let { resume } = task;
  for (let round = 1; round <= bench.rounds; round += 1) {
    const result = await copyOnce(task, resume, bench);
    if ('source' in result) return result;
    damage = result.damage;
    resume = undefined;
  }
  return ended(task, damagedEnding(task.source, damage));
}

async function copyOnce(task: CopyTask, resume: PartHashes | undefined, bench: Workbench): Promise<Round> {
  const { source, target, retries, stopping, stopped } = bench;
  const { size } = task.source;
  const partBytes = resume?.partBytes ?? partBytesFor(size, bench.rules.parts);
  if (partBytes === undefined) return ended(task, tooLarge(task.source, target.endpoint, bench.rules.parts));
  const head = await withRetries(() => source.head(task.source, stopped), retries, stopping);
  if (!head.ok) return giveUp(task, resume, sourceEnding(head.error, task.source, source.endpoint), bench);
  const tags = await tagsOf(task, bench, head.value);
  if (!tags.ok) return giveUp(task, resume, sourceEnding(tags.error, task.source, source.endpoint), bench);
  const object = { source: task.source, properties: propertiesIn(head.value, tags.value ?? '') };
  const known = wholeObjectChecksum(head.value);
  const checksum = known !== undefined && canBeCombined(known.algorithm) ? known : undefined;

  const started = await startUpload(task, object, { partBytes, resume }, bench);
  if (!started.ok) return ended(task, targetEnding(started.error, task.target, target.endpoint));
  const sent = await sendParts(task, started.value, checksum, bench);
  if (sent.ending !== undefined) return giveUp(task, sent.done, sent.ending, bench);
  return finish({ task, object, tags: tags.value, checksum, done: sent.done, upload: started.value.upload }, bench);
}

/** Sends what is missing; `done` grows with each part. */
async function sendParts(
  task: CopyTask,
  { upload, partBytes, arrived }: StartedUpload,
  checksum: Checksum | undefined,
  bench: Workbench,
): Promise<{ readonly done: PartHashes; readonly ending?: Ending }> {
  const { limits, stopping } = bench;
  const parts = new Map(arrived.map((part) => [part.number, part]));
  const doneSoFar = (): PartHashes => ({
    uploadId: upload.uploadId,
    partBytes,
    parts: [...parts.values()].sort((a, b) => a.number - b.number),
  });
  const missing = [...partsOf(task.source.size, partBytes)].filter(({ number }) => !parts.has(number));
  const stop = new AbortController();
  const onStopping = (): void => {
    stop.abort();
  };
  if (stopping.aborted) stop.abort();
  stopping.addEventListener('abort', onStopping);
  let ending: Ending | undefined;
  try {
    const copied = inParallel(missing, limits.width('partsAtOnce'), stop, (part) =>
      copyPart(task, part, { upload, checksum: checksum?.algorithm }, bench),
    );
    for await (const part of copied) {
      if (part.ok) {
        parts.set(part.value.number, part.value);
        bench.onPart?.(task, doneSoFar());
      } else {
        ending ??= part.error;
        stop.abort();
      }
    }
  } finally {
    stopping.removeEventListener('abort', onStopping);
  }
  const done = doneSoFar();
  if (ending !== undefined) return { done, ending };
  if (parts.size * partBytes >= task.source.size) return { done };
  return { done, ending: interruptedEnding(task.source) };
}

interface Sent {
  readonly task: CopyTask;
  readonly object: NewObject;
  /** `undefined` where they may not be read. */
  readonly tags: string | undefined;
  readonly checksum: Checksum | undefined;
  readonly done: PartHashes;
  readonly upload: StartedUpload['upload'];
}

async function finish({ task, object, tags, checksum, done, upload }: Sent, bench: Workbench): Promise<Round> {
  const { target, retries, stopping, stopped } = bench;
  const { source } = task;
  const damage = checksum === undefined ? undefined : damageIn(done.parts, checksum);
  if (damage !== undefined) {
    await target.abort(upload, stopped);
    return { damage };
  }
  const written = await withRetries(() => target.complete(upload, done.parts, object, stopped), retries, stopping);
  if (!written.ok && isUnknownUpload(written.error)) return { damage: `${target.endpoint} has lost the upload.` };
  if (!written.ok) return giveUp(task, done, targetEnding(written.error, task.target, target.endpoint), bench);
  // A request for an upload that got no answer was repeated, and the first upload is left behind.
  const cleared = await withRetries(() => target.abortOthers(task.target, stopped), retries, stopping);
  if (!cleared.ok) return ended(task, targetEnding(cleared.error, task.target, target.endpoint));
  const { version } = written.value;
  const isReadBack = isSampled(source, bench.readBackShare);
  if (isReadBack)
    for (const { offset, bytes, number } of partsOf(source.size, done.partBytes)) {
      const again = await readBack(task.target, { version, offset, bytes, size: source.size }, bench);
      if (!again.ok) return ended(task, targetEnding(again.error, task.target, target.endpoint));
      if (again.value !== done.parts[number - 1]?.sha256)
        return { damage: `${target.endpoint} gives back other content in part ${number} than it was sent.` };
    }
  const notes = notesFor(source, [
    ...bench.rules.notCarried(object.properties),
    ...(written.value.notKept ?? []),
    ...(tags === undefined ? [hiddenTags(source)] : []),
  ]);
  return {
    source,
    target: task.target,
    state: 'copied',
    sha256: hashOfParts(done.parts),
    bytes: source.size,
    isReadBack,
    parts: done,
    ...(version !== undefined && { targetVersion: version }),
    ...(notes.length > 0 && { notes }),
  };
}

/** Keeps uploads that may be continued later, and removes the others. */
async function giveUp(
  task: CopyTask,
  done: PartHashes | undefined,
  ending: Ending,
  { target, stopped }: Workbench,
): Promise<CopyOutcome> {
  if (done === undefined) return ended(task, ending);
  const goesOn =
    ending.state === 'interrupted' || (ending.state === 'failed' && ending.reason.code !== 'content-damaged');
  if (goesOn) return ended(task, ending, { parts: done });
  await target.abort({ ...task.target, uploadId: done.uploadId }, stopped);
  return ended(task, ending);
}

function damageIn(parts: readonly PartHash[], { algorithm, value }: Checksum): string | undefined {
  const own = parts.flatMap(({ checksum, bytes }) => (checksum === undefined ? [] : [{ value: checksum, bytes }]));
  // Parts of an attempt that did not compute them.
  if (own.length < parts.length) return undefined;
  const combined = combineChecksums(algorithm, own);
  return checksumDamage({ algorithm, value }, { algorithm, value: combined });
}
