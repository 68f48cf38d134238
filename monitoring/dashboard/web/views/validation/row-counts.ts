import type { Answers } from '../../api/answers.js';

type Day = Answers['get_data_drift_trend']['days'][number];

export interface DayOfCounts {
  readonly day: string;
  readonly source: number;
  readonly target: number;
}

/** The days on which rows were counted, the oldest first. */
export function rowCounts(days: readonly Day[]): readonly DayOfCounts[] {
  return days
    .filter(({ validation_type }) => validation_type === 'row_count')
    .map(({ day, source_value, target_value }) => ({
      day,
      source: Number(source_value ?? Number.NaN),
      target: Number(target_value ?? Number.NaN),
    }))
    .filter(({ source, target }) => Number.isFinite(source) && Number.isFinite(target))
    .toReversed();
}
