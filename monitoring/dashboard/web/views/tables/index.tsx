import { useAnswer } from '../../api/use-answer.js';
import { bytes, day, number } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Badge } from '../../ui/badge.js';
import { Choices } from '../../ui/choices.js';
import { Link } from '../../ui/link.js';
import { Pager } from '../../ui/pager.js';
import { Search } from '../../ui/search.js';
import { sortingOf } from '../../ui/sorting.js';
import { Table } from '../../ui/table.js';
import { TableName } from '../../ui/table-name.js';
import { many, one } from '../../url/address.js';
import type { View, ViewProps } from '../view.js';
import { csvAddress, filtersOf, formats, isFiltered, noFilters, readiness } from './filters.js';

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
      <Filters at={at} csv={csvAddress(query, assessment.id)} />
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

function Filters({ at, csv }: Pick<ViewProps, 'at'> & { readonly csv: string }) {
  const { query } = at;
  const database = one(query, 'database');
  const typed = { replace: true };
  return (
    <form
      class="filters"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <Search
        label="Name"
        value={one(query, 'search') ?? ''}
        placeholder="orders, sales.*, *_v2"
        onChange={(search) => {
          at.set({ search, cursor: undefined }, typed);
        }}
      />
      <Choices
        label="Format"
        options={formats}
        chosen={many(query, 'formats')}
        onChange={(chosen) => {
          at.set({ formats: chosen, cursor: undefined });
        }}
      />
      <Choices
        label="Readiness"
        options={readiness}
        chosen={many(query, 'readiness')}
        onChange={(chosen) => {
          at.set({ readiness: chosen, cursor: undefined });
        }}
      />
      <Search
        label="From (GB)"
        type="number"
        value={one(query, 'min') ?? ''}
        onChange={(min) => {
          at.set({ min, cursor: undefined }, typed);
        }}
      />
      <Search
        label="To (GB)"
        type="number"
        value={one(query, 'max') ?? ''}
        onChange={(max) => {
          at.set({ max, cursor: undefined }, typed);
        }}
      />
      {database !== undefined && (
        <button
          type="button"
          class="chip"
          onClick={() => {
            at.set({ database: undefined, cursor: undefined });
          }}
        >
          Database {database} <span aria-hidden="true">×</span>
          <span class="hidden">(remove)</span>
        </button>
      )}
      {isFiltered(query) && (
        <button
          type="button"
          class="plain"
          onClick={() => {
            at.set(noFilters);
          }}
        >
          Clear
        </button>
      )}
      <a class="button end" href={csv} download="tables.csv">
        Export CSV
      </a>
    </form>
  );
}
