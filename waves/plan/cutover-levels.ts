import type { ReadMachine, Wave } from '../wave-file/index.js';

/**
 * How many machines of a wave can be cut over together, level by level: an application is one level after the last of those
 * that it waits for. Applications of other waves do not count. The order has no circle.
 */
export function cutoverLevels({ applications }: Wave, machines: readonly ReadMachine[]): readonly number[] {
  const after = new Map<string, readonly string[]>();
  for (const { name, after: these = [] } of applications) after.set(name, [...(after.get(name) ?? []), ...these]);
  const levels = new Map<string, number>();
  const levelOf = (name: string): number => {
    const known = levels.get(name);
    if (known !== undefined) return known;
    levels.set(name, 0);
    const before = (after.get(name) ?? []).filter((other) => after.has(other)).map((other) => levelOf(other) + 1);
    const level = Math.max(0, ...before);
    levels.set(name, level);
    return level;
  };
  const counts: number[] = [];
  for (const { payload } of machines) {
    const level = levelOf(payload.appName);
    counts[level] = (counts[level] ?? 0) + 1;
  }
  return Array.from(counts, (count) => (count as number | undefined) ?? 0).filter((count) => count > 0);
}
