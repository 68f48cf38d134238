import { useEffect, useState } from 'preact/hooks';
import { printable } from '../../../../../core/diagnostic.js';
import { JobActions } from '../../actions/job-actions.js';
import { useAnswer } from '../../api/use-answer.js';
import { useLive } from '../../api/live.js';
import type { Live } from '../../api/live-state.js';
import { bytes, number, percent, rate, seconds, time, words } from '../../format/index.js';
import { copies } from '../../format/job.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Badge } from '../../ui/badge.js';
import { Bar } from '../../ui/bar.js';
import { Card, Cards, Panel } from '../../ui/card.js';
import { Link } from '../../ui/link.js';
import { LiveLine } from '../../ui/live-line.js';
import { Pager } from '../../ui/pager.js';
import { Select } from '../../ui/select.js';
import { Table } from '../../ui/table.js';
import { TableName } from '../../ui/table-name.js';
import { one } from '../../url/address.js';
import type { View, ViewProps } from '../view.js';
import { Engines } from './engines.js';
import { progressOf } from './progress.js';

export const migrationView: View = { path: '/migration', title: 'Migration', group: 'Migrate', Page };

function Page(props: ViewProps) {
  const { assessment } = props;
  const [isPaused, setPaused] = useState(false);
  const live = useLive(isPaused);
  const stored = useAnswer('get_migration_progress', { assessment_id: assessment.id }, live.versions.jobs);
  return (
    <>
      <LiveLine isConnected={live.isConnected} isPaused={isPaused} onPause={setPaused} />
      <Answer of={stored}>
        {(answer) => {
          if (answer.jobs.total === 0) {
            return (
              <Empty title="No migration yet">
                Run <code>aws2openstack migrate start</code>; its progress then appears here.
              </Empty>
            );
          }
          const shown = progressOf(
            answer,
            live.progress?.runs.find((run) => run.assessment === assessment.uuid),
          );
          return (
            <>
              <Bar done={shown.bytes_copied} total={shown.bytes_total} label="Bytes copied" />
              <Cards>
                <Card
                  label="Copied"
                  value={bytes(shown.bytes_copied)}
                  note={`of ${shown.not_listed > 0 ? 'about ' : ''}${bytes(shown.bytes_total)}`}
                />
                <Card
                  label="Rate"
                  value={shown.rate === null ? '–' : rate(shown.rate)}
                  note={shown.bottleneck === null ? undefined : `waits for: ${shown.bottleneck}`}
                />
                <Card label="Time left" value={shown.eta_seconds === null ? '–' : seconds(shown.eta_seconds)} />
                <Card
                  label="Running"
                  value={number(shown.jobs.RUNNING)}
                  note={`${number(shown.jobs.PENDING)} waiting`}
                />
                <Card
                  label="Done"
                  value={number(shown.jobs.COMPLETED)}
                  note={`of ${number(answer.jobs.total)} tables`}
                />
                <Card label="Failed" value={number(shown.jobs.FAILED)} note={`${number(shown.jobs.PAUSED)} paused`} />
              </Cards>
            </>
          );
        }}
      </Answer>
      <Running live={live} uuid={assessment.uuid} />
      <Engines version={live.versions.jobs} />
      <Jobs {...props} version={live.versions.jobs} />
      <Changes live={live} uuid={assessment.uuid} />
    </>
  );
}

function Running({ live, uuid }: { readonly live: Live; readonly uuid: string }) {
  const running = (live.progress?.running ?? []).filter((job) => job.assessment === uuid);
  if (running.length === 0) return null;
  return (
    <Panel title="Running now">
      <Table
        caption="Running now"
        rows={running}
        keyOf={({ id }) => id}
        columns={[
          {
            title: 'Table',
            heads: true,
            cell: ({ database, table }) => <TableLink database={database} table={table} />,
          },
          { title: 'Phase', cell: ({ phase, job_type }) => words(phase ?? job_type) },
          {
            title: 'Progress',
            cell: ({ bytes_done, bytes_total, database, table }) => (
              <Bar done={bytes_done} total={bytes_total} label={`Copied of ${printable(`${database}.${table}`)}`} />
            ),
          },
          { title: 'Copied', numeric: true, cell: (job) => (copies(job) ? bytes(job.bytes_done) : '–') },
          { title: 'Rate', numeric: true, cell: (job) => (job.rate === null ? '–' : rate(job.rate)) },
          { title: 'Waits for', cell: ({ bottleneck }) => bottleneck ?? '' },
          { title: 'Running for', numeric: true, cell: ({ elapsed_seconds }) => seconds(elapsed_seconds) },
        ]}
      />
    </Panel>
  );
}

function Jobs({ at, assessment, session, version }: ViewProps & { readonly version: number }) {
  const status = one(at.query, 'status');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  // What is not listed any more must not be acted on.
  useEffect(() => {
    setChosen([]);
  }, [assessment.id, status]);
  const jobs = useAnswer(
    'list_migration_jobs',
    { assessment_id: assessment.id, status, cursor: one(at.query, 'cursor'), limit: 50 },
    version,
  );
  const mayChoose = session.role === 'admin' || session.role === 'operator';
  return (
    <Panel title="Jobs" actions={<Select at={at} name="status" label="Status" options={statuses} />}>
      {mayChoose && (
        <JobActions
          assessmentId={assessment.id}
          chosen={chosen}
          status={chosen.length === 0 ? status : undefined}
          mayAct={session.role === 'admin'}
          onDone={() => {
            setChosen([]);
          }}
        />
      )}
      <Answer of={jobs}>
        {({ items, nextCursor }) => (
          <>
            <Table
              caption="Jobs"
              rows={items}
              keyOf={({ job_id }) => job_id}
              empty={<Empty title="No jobs with this status" />}
              columns={[
                ...(mayChoose
                  ? [
                      {
                        title: 'Chosen',
                        cell: ({ job_id, database_name, table_name }: (typeof items)[number]) => (
                          <input
                            type="checkbox"
                            aria-label={`Choose ${printable(`${database_name}.${table_name}`)}`}
                            checked={chosen.includes(job_id)}
                            onChange={({ currentTarget }) => {
                              const others = chosen.filter((id) => id !== job_id);
                              setChosen(currentTarget.checked ? [...others, job_id] : others);
                            }}
                          />
                        ),
                      },
                    ]
                  : []),
                {
                  title: 'Table',
                  heads: true,
                  cell: ({ database_name, table_name }) => <TableLink database={database_name} table={table_name} />,
                },
                { title: 'Job', cell: ({ job_type }) => words(job_type) },
                { title: 'Status', cell: (job) => <Badge status={job.status} /> },
                { title: 'Copied', numeric: true, cell: (job) => (copies(job) ? bytes(job.bytes_copied) : '–') },
                {
                  title: 'Share',
                  numeric: true,
                  cell: ({ bytes_copied, bytes_total }) =>
                    bytes_total === null || bytes_total === 0 ? '–' : percent(bytes_copied / bytes_total),
                },
                {
                  title: 'Took',
                  numeric: true,
                  cell: ({ elapsed_seconds }) => (elapsed_seconds === null ? '–' : seconds(elapsed_seconds)),
                },
                { title: 'Reason', cell: ({ error_message }) => printable(error_message ?? '') },
              ]}
            />
            <Pager next={nextCursor} at={at} rows={items.length} />
          </>
        )}
      </Answer>
    </Panel>
  );
}

const statuses = ['PENDING', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;

function Changes({ live, uuid }: { readonly live: Live; readonly uuid: string }) {
  const changes = live.changes.filter((change) => change.assessment === uuid).slice(0, 20);
  if (changes.length === 0) return null;
  return (
    <Panel title="Latest changes">
      <ol class="changes" aria-live="polite">
        {changes.map(({ job, fence, at, database, table, status, error }) => (
          <li key={`${job} ${fence}`}>
            <time dateTime={at}>{time(at)}</time> <Badge status={status} />{' '}
            <TableName database={database} table={table} /> <span class="muted">{printable(error ?? '')}</span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function TableLink({ database, table }: { readonly database: string; readonly table: string }) {
  return (
    <Link to="/table" query={{ table: `${database}.${table}` }}>
      <TableName database={database} table={table} />
    </Link>
  );
}
