import { printable } from '../../../../../core/diagnostic.js';
import { useAnswer } from '../../api/use-answer.js';
import { bytes, number } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Link } from '../../ui/link.js';
import { Pager } from '../../ui/pager.js';
import { sortingOf } from '../../ui/sorting.js';
import { Table } from '../../ui/table.js';
import { one } from '../../url/address.js';
import type { View, ViewProps } from '../view.js';

export const databasesView: View = { path: '/databases', title: 'Databases', group: 'Assess', Page };

function Page({ at, assessment }: ViewProps) {
  const sorting = sortingOf(at, 'name');
  const databases = useAnswer('list_databases', {
    assessment_id: assessment.id,
    sort: sorting.by,
    direction: sorting.direction,
    cursor: one(at.query, 'cursor'),
    limit: 50,
  });
  return (
    <Answer of={databases}>
      {({ items, nextCursor }) => (
        <>
          <Table
            caption="Databases"
            rows={items}
            keyOf={({ database_name }) => database_name}
            sorting={sorting}
            empty={<Empty title="No databases">This assessment has none.</Empty>}
            columns={[
              {
                title: 'Database',
                heads: true,
                sort: 'name',
                cell: ({ database_name }) => (
                  <Link to="/tables" query={{ database: database_name }}>
                    {printable(database_name)}
                  </Link>
                ),
              },
              {
                title: 'Description',
                cell: ({ description, link_target }) => printable(link_target ?? description ?? ''),
              },
              {
                title: 'Tables',
                numeric: true,
                sort: 'tables',
                cell: ({ table_count }) => (table_count === null ? 'not readable' : number(table_count)),
              },
              { title: 'Ready', numeric: true, cell: ({ migration_ready }) => number(migration_ready) },
              { title: 'Needs conversion', numeric: true, cell: ({ needs_conversion }) => number(needs_conversion) },
              { title: 'Unknown', numeric: true, cell: ({ unknown }) => number(unknown) },
              {
                title: 'Size',
                numeric: true,
                sort: 'size',
                cell: ({ total_estimated_size_bytes }) => bytes(total_estimated_size_bytes),
              },
            ]}
          />
          <Pager next={nextCursor} at={at} rows={items.length} />
        </>
      )}
    </Answer>
  );
}
