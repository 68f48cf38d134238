import { expect, test } from '@jest/globals';
import { runSchedule } from '../../support/wave-schedule.js';
import type { ScheduleResult } from '../../support/wave-schedule.js';

const count = Number(process.env['A2O_SCHEDULES'] ?? 150);
const first = Number(process.env['A2O_SCHEDULE_SEED'] ?? 1);

/** Of a broken one, with how to see it again. */
function seen(seed: number, { violations }: ScheduleResult): readonly string[] {
  return violations.map((violation) => `A2O_SCHEDULE_SEED=${seed} A2O_SCHEDULES=1: ${violation}`);
}

test('no schedule of crashes, delays, doubled and reordered events breaks an invariant', async () => {
  const broken: string[] = [];
  const sums: Record<string, number> = {};
  for (let seed = first; seed < first + count; seed += 1) {
    const result = await runSchedule(seed);
    broken.push(...seen(seed, result));
    for (const [name, value] of Object.entries(result.counts)) sums[name] = (sums[name] ?? 0) + value;
    for (const status of Object.values(result.statuses)) sums[status] = (sums[status] ?? 0) + 1;
  }
  process.stderr.write(`${count} schedules: ${JSON.stringify(sums)}\n`);
  expect(broken).toEqual([]);
  if (count < 100) return;
  // The schedules do what they are for.
  for (const what of ['kills', 'delays', 'doubled', 'failures', 'lost', 'orders', 'FINALIZED', 'ROLLED_BACK'])
    expect([what, sums[what]]).toEqual([what, expect.any(Number)]);
  for (const what of ['kills', 'delays', 'doubled', 'lost']) expect(sums[what]).toBeGreaterThan(count / 10);
}, 3_600_000);

test('a schedule goes the same way again from its seed', async () => {
  expect(await runSchedule(7)).toEqual(await runSchedule(7));
});

test('a seed that breaks an invariant is named', () => {
  const result = {
    violations: ['m-1 was lost'],
    statuses: {},
    counts: { kills: 0, delays: 0, doubled: 0, failures: 0, lost: 0, orders: 0 },
  };
  expect(seen(42, result)).toEqual(['A2O_SCHEDULE_SEED=42 A2O_SCHEDULES=1: m-1 was lost']);
});
