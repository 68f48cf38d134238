import { useState } from 'preact/hooks';
import { MachineActions } from '../../actions/machine-actions.js';
import { useAnswer } from '../../api/use-answer.js';
import { time } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Badge } from '../../ui/badge.js';
import { Choices } from '../../ui/choices.js';
import { Link } from '../../ui/link.js';
import { Pager } from '../../ui/pager.js';
import { Search } from '../../ui/search.js';
import { sortingOf } from '../../ui/sorting.js';
import { Table } from '../../ui/table.js';
import { many, one } from '../../url/address.js';
import type { StoreViewProps, View } from '../view.js';
import { filtersOf, isFiltered, noFilters } from './filters.js';
import { Remark } from './remark.js';
import { selectionOf } from './selection.js';
import { statuses } from './statuses.js';

export const machinesView: View = { path: '/machines', title: 'Machines', group: 'Migrate', of: 'store', Page };

function Page({ at, session }: StoreViewProps) {
  const { query } = at;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [version, setVersion] = useState(0);
  const machines = useAnswer(
    'list_wave_machines',
    { ...filtersOf(query), cursor: one(query, 'cursor'), limit: 50 },
    version,
  );
  const mayChoose = session.role !== 'viewer';
  return (
    <>
      <Filters at={at} />
      {mayChoose && (
        <MachineActions
          selection={selectionOf(query, chosen)}
          mayAct={session.role === 'admin'}
          onDone={() => {
            setChosen([]);
            setVersion(version + 1);
          }}
        />
      )}
      <Answer of={machines}>
        {({ items, nextCursor }) => (
          <>
            <Table
              caption="Machines"
              rows={items}
              keyOf={({ migration_id }) => migration_id}
              sorting={sortingOf(at, 'name')}
              empty={
                isFiltered(query) ? (
                  <Empty title="No machine matches">Remove a filter to see more.</Empty>
                ) : (
                  <Empty title="No machines yet">
                    Run <code>aws2openstack waves submit</code>; a worker takes its machines in.
                  </Empty>
                )
              }
              columns={[
                ...(mayChoose
                  ? [
                      {
                        title: 'Chosen',
                        cell: ({ migration_id }: (typeof items)[number]) => (
                          <input
                            type="checkbox"
                            aria-label={`Choose ${migration_id}`}
                            checked={chosen.includes(migration_id)}
                            onChange={({ currentTarget }) => {
                              const others = chosen.filter((id) => id !== migration_id);
                              setChosen(currentTarget.checked ? [...others, migration_id] : others);
                            }}
                          />
                        ),
                      },
                    ]
                  : []),
                {
                  title: 'Machine',
                  heads: true,
                  sort: 'name',
                  cell: ({ migration_id }) => (
                    <Link to="/machine" query={{ machine: migration_id }}>
                      {migration_id}
                    </Link>
                  ),
                },
                {
                  title: 'Application',
                  sort: 'application',
                  cell: ({ application }) => (
                    <Link to="/machines" query={{ application }}>
                      {application}
                    </Link>
                  ),
                },
                {
                  title: 'Wave',
                  sort: 'wave',
                  cell: ({ wave }) => (
                    <Link to="/machines" query={{ wave }}>
                      {wave}
                    </Link>
                  ),
                },
                { title: 'Status', cell: ({ status }) => <Badge status={status} /> },
                { title: 'Since', numeric: true, sort: 'since', cell: ({ status_since }) => time(status_since) },
                {
                  title: 'Moves',
                  cell: ({ source, target, target_vm_name }) => (
                    <>
                      {target_vm_name}{' '}
                      <span class="muted">
                        {source} to {target}
                      </span>
                    </>
                  ),
                },
                { title: 'Remark', cell: (machine) => <Remark machine={machine} /> },
              ]}
            />
            <Pager next={nextCursor} at={at} rows={items.length} />
          </>
        )}
      </Answer>
    </>
  );
}

function Filters({ at }: Pick<StoreViewProps, 'at'>) {
  const { query } = at;
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
        placeholder="web-1, db-*"
        onChange={(search) => {
          at.set({ search, cursor: undefined }, { replace: true });
        }}
      />
      <Choices
        label="Status"
        options={statuses}
        chosen={many(query, 'statuses')}
        onChange={(chosen) => {
          at.set({ statuses: chosen, cursor: undefined });
        }}
      />
      <Chip at={at} name="wave" label="Wave" />
      <Chip at={at} name="application" label="Application" />
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
    </form>
  );
}

interface ChipProps extends Pick<StoreViewProps, 'at'> {
  readonly name: 'wave' | 'application';
  readonly label: string;
}

function Chip({ at, name, label }: ChipProps) {
  const value = one(at.query, name);
  if (value === undefined) return null;
  return (
    <button
      type="button"
      class="chip"
      onClick={() => {
        at.set({ [name]: undefined, cursor: undefined });
      }}
    >
      {label} {value} <span aria-hidden="true">×</span>
      <span class="hidden">(remove)</span>
    </button>
  );
}
