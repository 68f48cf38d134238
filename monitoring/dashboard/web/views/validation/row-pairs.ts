import type { Answers } from '../../api/answers.js';

type Rows = NonNullable<Answers['explain_validation_failure']['checks'][number]['rows_that_differ']>;
type Row = Readonly<Record<string, string | null>>;

export interface RowPair {
  readonly kind: 'changed' | 'missing' | 'extra';
  readonly source: Row | null;
  readonly target: Row | null;
  readonly differing: readonly string[];
}

/** Both sides of each row that differs, with all columns that any of them has. */
export function rowPairs({ missing_rows, extra_rows, changed_rows }: Rows): {
  readonly columns: readonly string[];
  readonly pairs: readonly RowPair[];
} {
  const pairs: readonly RowPair[] = [
    ...changed_rows.map(({ source, target, columns }): RowPair => ({
      kind: 'changed',
      source,
      target,
      differing: columns,
    })),
    ...missing_rows.map((source): RowPair => ({ kind: 'missing', source, target: null, differing: [] })),
    ...extra_rows.map((target): RowPair => ({ kind: 'extra', source: null, target, differing: [] })),
  ];
  const columns = new Set(pairs.flatMap(({ source, target }) => Object.keys({ ...source, ...target })));
  return { columns: [...columns], pairs };
}
