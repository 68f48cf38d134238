import { useAnswer } from '../../api/use-answer.js';
import { bytes, day, number } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Badge } from '../../ui/badge.js';
import { ChipFilter, ChoicesFilter, Filters, SearchFilter } from '../../ui/filters.js';
import { Link } from '../../ui/link.js';
import { Pager } from '../../ui/pager.js';
import { sortingOf } from '../../ui/sorting.js';
import { Table } from '../../ui/table.js';
import { TableName } from '../../ui/table-name.js';
import { one } from '../../url/address.js';
import type { View, ViewProps } from '../view.js';
import { csvAddress, filterNames, filtersOf, formats, readiness } from './filters.js';

export const tablesView: View = { path: '/tables', title: 'Tables', group: 'Assess', Page };

function Page({ at, assessment }: ViewProps) {
  const { query } = at;
  const tables = useAnswer('list_tables', {
    ...filtersOf(query, assessment.id),
    cursor: one(query, 'cursor'),
    limit: 50,
  });
  return (
    <>
      <Filters
        at={at}
        names={filterNames}
        end={
          <a class="button end" href={csvAddress(query, assessment.id)} download="tables.csv">
            Export CSV
          </a>
        }
      >
        <SearchFilter at={at} name="search" label="Name" placeholder="orders, sales.*, *_v2" />
        <ChoicesFilter at={at} name="formats" label="Format" options={formats} />
        <ChoicesFilter at={at} name="readiness" label="Readiness" options={readiness} />
        <SearchFilter at={at} name="min" label="From (GB)" type="number" />
        <SearchFilter at={at} name="max" label="To (GB)" type="number" />
        <ChipFilter at={at} name="database" label="Database" />
      </Filters>
      <Answer of={tables}>
        {({ items, nextCursor }) => (
          <>
            <Table
              caption="Tables"
              rows={items}
              keyOf={({ database_name, table_name }) => `${database_name}.${table_name}`}
              sorting={sortingOf(at, 'name')}
              empty={<Empty title="No table matches">Remove a filter to see more.</Empty>}
              columns={[
                {
                  title: 'Table',
                  heads: true,
                  sort: 'name',
                  cell: ({ database_name, table_name }) => (
                    <Link to="/table" query={{ table: `${database_name}.${table_name}` }}>
                      <TableName database={database_name} table={table_name} />
                    </Link>
                  ),
                },
                { title: 'Format', sort: 'format', cell: ({ table_format }) => table_format },
                {
                  title: 'Readiness',
                  sort: 'readiness',
                  cell: ({ migration_readiness }) => <Badge status={migration_readiness} />,
                },
                {
                  title: 'Size',
                  numeric: true,
                  sort: 'size',
                  cell: ({ estimated_size_bytes }) => bytes(estimated_size_bytes),
                },
                {
                  title: 'Partitions',
                  numeric: true,
                  sort: 'partitions',
                  cell: ({ partition_count }) => (partition_count === null ? 'unknown' : number(partition_count)),
                },
                { title: 'Columns', numeric: true, sort: 'columns', cell: ({ column_count }) => number(column_count) },
                { title: 'Updated', numeric: true, sort: 'updated', cell: ({ last_updated }) => day(last_updated) },
              ]}
            />
            <Pager next={nextCursor} at={at} rows={items.length} />
          </>
        )}
      </Answer>
    </>
  );
}
