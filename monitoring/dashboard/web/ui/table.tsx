import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Right-aligned, with digits of one width. */
  readonly numeric?: boolean;
  /** The name by which the list can be sorted. */
  readonly sort?: string;
  /** What names the row. */
  readonly heads?: boolean;
}

export interface Sorting {
  readonly by: string;
  readonly direction: 'asc' | 'desc';
  readonly onSort: (by: string, direction: 'asc' | 'desc') => void;
}

interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly sorting?: Sorting;
  /** Shown where there are no rows. */
  readonly empty?: ComponentChildren;
}

export function Table<Row>({ caption, columns, rows, keyOf, sorting, empty }: TableProps<Row>) {
  if (rows.length === 0 && empty !== undefined) return <>{empty}</>;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.title} column={column} sorting={sorting} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, cell, numeric, heads }) =>
                heads === true ? (
                  <th key={title} scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td key={title} class={numeric === true ? 'number' : undefined}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head<Row>({ column, sorting }: { readonly column: Column<Row>; readonly sorting: Sorting | undefined }) {
  const { title, numeric, sort } = column;
  const className = numeric === true ? 'number' : undefined;
  if (sort === undefined || sorting === undefined) {
    return (
      <th scope="col" class={className}>
        {title}
      </th>
    );
  }
  const isSorted = sorting.by === sort;
  const next = isSorted && sorting.direction === 'asc' ? 'desc' : isSorted || numeric !== true ? 'asc' : 'desc';
  return (
    <th
      scope="col"
      class={className}
      aria-sort={isSorted ? (sorting.direction === 'asc' ? 'ascending' : 'descending') : 'none'}
    >
      <button
        type="button"
        class="sort"
        onClick={() => {
          sorting.onSort(sort, next);
        }}
      >
        {title}
        <span aria-hidden="true">{isSorted ? (sorting.direction === 'asc' ? ' ↑' : ' ↓') : ''}</span>
      </button>
    </th>
  );
}
