import type { Result } from '../../core/result.js';
import type { EntryFailure } from './failure.js';

/**
 * Does something with each item, so many at a time. A failure does not stop the others, unless it may pass: then the same is
 * to be expected of the rest. `done` holds the items whose work succeeded, with what came of it.
 */
export async function sideBySide<T, R>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<Result<R, EntryFailure>>,
): Promise<{ readonly done: readonly (readonly [item: T, value: R])[]; readonly failures: readonly EntryFailure[] }> {
  const done: [T, R][] = [];
  const failures: EntryFailure[] = [];
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) {
      if (failures.some(({ kind }) => kind === 'retry')) return;
      const result = await run(item);
      if (result.ok) done.push([item, result.value]);
      else failures.push(result.error);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { done, failures };
}
