import { printable } from '../../../../core/diagnostic.js';
import type { Answers } from '../api/answers.js';
import { time, words } from '../format/index.js';
import { Badge } from './badge.js';
import { Table } from './table.js';

type Check = NonNullable<Answers['get_table_story']['validated']>['checks'][number];

/** What each side answered, side by side. */
export function ChecksTable({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <Table
      caption="Checks"
      rows={checks}
      keyOf={({ validation_type }) => validation_type}
      columns={[
        { title: 'Check', heads: true, cell: ({ validation_type }) => words(validation_type) },
        { title: 'Status', cell: ({ status }) => <Badge status={status} /> },
        { title: 'Source', numeric: true, cell: ({ source_value }) => <code>{printable(source_value ?? '–')}</code> },
        { title: 'Target', numeric: true, cell: ({ target_value }) => <code>{printable(target_value ?? '–')}</code> },
        { title: 'Difference', cell: ({ difference }) => printable(difference ?? '') },
        { title: 'Checked', numeric: true, cell: ({ validated_at }) => time(validated_at) },
      ]}
    />
  );
}
