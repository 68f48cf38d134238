import { isDamaged } from '../../../clients/transfer/index.js';
import type { TransferFailure } from '../../../clients/transfer/index.js';
import { ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import type { CopyOutcome, CopyTask } from '../copy-engine.js';
import type { Lease } from './buffers.js';
import { announcedChecksum, checksumDamage } from './checksums.js';
import { notesFor } from './notes.js';
import { propertiesIn } from './properties.js';
import { isSampled, readBack } from './read-back.js';
import { damagedEnding, sourceEnding, targetEnding } from './reasons.js';
import { hiddenTags } from './source-tags.js';
import { withRetries } from '../../../clients/transfer/retry.js';
import type { ReadContent } from './source.js';
import { ended } from './workbench.js';
import type { Workbench } from './workbench.js';

/** Copies an object by one request to each side. */
export async function copyWhole(task: CopyTask, bench: Workbench): Promise<CopyOutcome> {
  const lease = await bench.buffers.take(task.source.size);
  try {
    let damage = '';
    for (let round = 1; round <= bench.rounds; round += 1) {
      const result = await copyOnce(task, bench, lease);
      if ('source' in result) return result;
      damage = result.damage;
    }
    return ended(task, damagedEnding(task.source, damage));
  } finally {
    lease.release();
  }
}

async function copyOnce(
  task: CopyTask,
  bench: Workbench,
  lease: Lease,
): Promise<CopyOutcome | { readonly damage: string }> {
  const { source, target, retries, stopped } = bench;
  const { size } = task.source;
  const rules = {
    bytes: size,
    buffer: lease.bytes,
    pace: bench.pace,
    checksumFor: (headers: ReadContent['headers']) => announcedChecksum(headers, bench.comparesMd5)?.algorithm,
  };
  const read = await withRetries(() => source.read(task.source, rules, stopped), retries, bench.stopping);
  if (!read.ok) return ended(task, sourceEnding(read.error, task.source, source.endpoint));
  const { headers, sha256, checksum } = read.value;
  const damage = checksumDamage(announcedChecksum(headers, bench.comparesMd5), checksum);
  if (damage !== undefined) return { damage };

  const tags = await tagsOf(task, bench, headers);
  if (!tags.ok) return ended(task, sourceEnding(tags.error, task.source, source.endpoint));
  const object = { source: task.source, properties: propertiesIn(headers, tags.value ?? '') };
  const content = { bytes: lease.bytes, sha256 };
  const written = await withRetries(() => target.put(task.target, content, object, stopped), retries, bench.stopping);
  if (!written.ok) {
    if (isDamaged(written.error)) return { damage: damageOf(written.error, target.endpoint) };
    return ended(task, targetEnding(written.error, task.target, target.endpoint));
  }
  const { version } = written.value;
  const isReadBack = isSampled(task.source, bench.readBackShare);
  if (isReadBack) {
    const wanted = { version, offset: 0, bytes: size, size };
    const again = await readBack(task.target, wanted, bench);
    if (!again.ok) return ended(task, targetEnding(again.error, task.target, target.endpoint));
    if (again.value !== sha256) return { damage: `${target.endpoint} gives back other content than it was sent.` };
  }
  bench.onBytes?.(size);
  const notes = notesFor(task.source, [
    ...bench.rules.notCarried(object.properties),
    ...(written.value.notKept ?? []),
    ...(tags.value === undefined ? [hiddenTags(task.source)] : []),
  ]);
  return {
    source: task.source,
    target: task.target,
    state: 'copied',
    sha256,
    bytes: size,
    isReadBack,
    ...(version !== undefined && { targetVersion: version }),
    ...(notes.length > 0 && { notes }),
  };
}

/** `undefined` where they may not be read. Their number comes with the object, so that objects without tags need no request. */
export async function tagsOf(
  { source }: CopyTask,
  bench: Workbench,
  headers: ReadContent['headers'],
): Promise<Result<string | undefined, TransferFailure>> {
  const count = await bench.tags.count(source, headers);
  if (!count.ok) return count;
  if (count.value === 'hidden') return ok(undefined);
  if (count.value === 0) return ok('');
  return withRetries(() => bench.source.tags(source, bench.stopped), bench.retries, bench.stopping);
}

export function damageOf({ code, reason }: TransferFailure, endpoint: string): string {
  return `${endpoint} received other content than it was sent (${code})${reason === '' ? '' : `: ${reason}`}.`;
}
