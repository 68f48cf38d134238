import type { Answers } from '../../api/answers.js';

type Day = Answers['get_migration_history']['days'][number];

export interface DayTotals {
  readonly day: string;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
}

/** The days of all kinds of jobs together, the oldest first. */
export function dayTotals(days: readonly Day[]): readonly DayTotals[] {
  const byDay = Map.groupBy(days, ({ day }) => day);
  return [...byDay]
    .map(([day, own]) => {
      const sum = (of: 'completed' | 'failed' | 'cancelled'): number =>
        own.reduce((total, each) => total + each[of], 0);
      return { day, completed: sum('completed'), failed: sum('failed'), cancelled: sum('cancelled') };
    })
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** Over completed attempts; `null` without any. */
export function meanSeconds(days: readonly Day[]): number | null {
  const completed = days.reduce((sum, day) => sum + day.completed, 0);
  const all = days.reduce((sum, day) => sum + day.completed * (day.mean_seconds ?? 0), 0);
  return completed === 0 ? null : all / completed;
}
