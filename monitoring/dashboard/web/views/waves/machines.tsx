import { useEffect, useState } from 'preact/hooks';
import { printable } from '../../../../../core/diagnostic.js';
import { MachineActions } from '../../actions/machine-actions.js';
import type { Answers } from '../../api/answers.js';
import { useLive } from '../../api/live.js';
import { useAnswer } from '../../api/use-answer.js';
import { time } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Badge } from '../../ui/badge.js';
import { ChipFilter, ChoicesFilter, Filters, SearchFilter } from '../../ui/filters.js';
import { Link } from '../../ui/link.js';
import { LiveLine } from '../../ui/live-line.js';
import { Pager } from '../../ui/pager.js';
import { sortingOf } from '../../ui/sorting.js';
import { Table } from '../../ui/table.js';
import { one } from '../../url/address.js';
import { isFiltered } from '../../url/filters.js';
import type { StoreViewProps, View } from '../view.js';
import { filterNames, filtersOf } from './filters.js';
import { Remark } from './remark.js';
import { selectionOf } from './selection.js';
import { statuses } from './statuses.js';

export const machinesView: View = { path: '/machines', title: 'Machines', group: 'Migrate', of: 'store', Page };

type Machine = Answers['list_wave_machines']['items'][number];

const applicationColumn = {
  title: 'Application',
  sort: 'application',
  cell: ({ application }: Machine) => (
    <Link to="/machines" query={{ application }}>
      {printable(application)}
    </Link>
  ),
};
const waveColumn = {
  title: 'Wave',
  sort: 'wave',
  cell: ({ wave }: Machine) => (
    <Link to="/machines" query={{ wave }}>
      {printable(wave)}
    </Link>
  ),
};

function Page({ at, session }: StoreViewProps) {
  const { query } = at;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [version, setVersion] = useState(0);
  const [isPaused, setPaused] = useState(false);
  const live = useLive(isPaused);
  const filters = filtersOf(query);
  // What is not listed any more must not be ordered anything.
  useEffect(() => {
    setChosen([]);
  }, [JSON.stringify(filters)]);
  const machines = useAnswer(
    'list_wave_machines',
    { ...filters, cursor: one(query, 'cursor'), limit: 50 },
    version + live.versions.waves,
  );
  const mayChoose = session.role !== 'viewer';
  return (
    <>
      <LiveLine isConnected={live.isConnected} isPaused={isPaused} onPause={setPaused} />
      <Filters at={at} names={filterNames}>
        <SearchFilter at={at} name="search" label="Name" placeholder="web-1, db-*" />
        <ChoicesFilter at={at} name="statuses" label="Status" options={statuses} />
        <ChipFilter at={at} name="wave" label="Wave" />
        <ChipFilter at={at} name="application" label="Application" />
      </Filters>
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
                isFiltered(query, filterNames) ? (
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
                        cell: ({ migration_id }: Machine) => (
                          <input
                            type="checkbox"
                            aria-label={`Choose ${printable(migration_id)}`}
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
                      {printable(migration_id)}
                    </Link>
                  ),
                },
                // What the list is filtered by stands above it.
                ...[applicationColumn, waveColumn].filter(({ sort }) => one(query, sort) === undefined),
                { title: 'Status', cell: ({ status }) => <Badge status={status} /> },
                { title: 'Since', numeric: true, sort: 'since', cell: ({ status_since }) => time(status_since) },
                {
                  title: 'Moves',
                  cell: ({ source, target, target_vm_name }) => (
                    <>
                      {printable(target_vm_name)}
                      <span class="below one-line">
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
