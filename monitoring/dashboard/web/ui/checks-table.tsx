import type { Answers } from '../api/answers.js';
import { time, words } from '../format/index.js';
import { Badge } from './badge.js';
import { LongText } from './long-text.js';
import { Table } from './table.js';
import type { Column } from './table.js';

type Check = NonNullable<Answers['get_table_story']['validated']>['checks'][number];

/** What a check found, for every list of checks. */
export const resultColumns: readonly Column<Check>[] = [
  { title: 'Status', cell: ({ status }) => <Badge status={status} /> },
  { title: 'Source', cell: ({ source_value }) => <LongText text={source_value ?? '–'} isCode /> },
  { title: 'Target', cell: ({ target_value }) => <LongText text={target_value ?? '–'} isCode /> },
  { title: 'Difference', cell: ({ difference }) => <LongText text={difference ?? ''} /> },
  { title: 'Checked', numeric: true, cell: ({ validated_at }) => time(validated_at) },
];

/** What each side answered, side by side. */
export function ChecksTable({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <Table
      caption="Checks"
      rows={checks}
      keyOf={({ validation_type }) => validation_type}
      columns={[
        { title: 'Check', heads: true, cell: ({ validation_type }) => words(validation_type) },
        ...resultColumns,
      ]}
    />
  );
}
