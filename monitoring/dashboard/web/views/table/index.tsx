import { useState } from 'preact/hooks';
import { printable } from '../../../../../core/diagnostic.js';
import { JobActions } from '../../actions/job-actions.js';
import type { Answers } from '../../api/answers.js';
import { useAnswer } from '../../api/use-answer.js';
import { bytes, number, time, words } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Badge } from '../../ui/badge.js';
import { Panel } from '../../ui/card.js';
import { ChecksTable } from '../../ui/checks-table.js';
import { Facts } from '../../ui/facts.js';
import { Link } from '../../ui/link.js';
import { Table } from '../../ui/table.js';
import { one } from '../../url/address.js';
import type { View, ViewProps } from '../view.js';
import { copies } from '../../format/job.js';
import { Statements } from './statements.js';
import { stepsOf } from './steps.js';
import { timelineOf } from './timeline.js';

export const tableView: View = { path: '/table', title: 'Table', group: undefined, Page };

type Story = Answers['get_table_story'];

function Page({ at, assessment, session }: ViewProps) {
  const name = one(at.query, 'table');
  const [version, setVersion] = useState(0);
  const story = useAnswer(
    'get_table_story',
    name === undefined ? undefined : { table_name: name, assessment_id: assessment.id },
    version,
  );
  if (name === undefined) return <Empty title="No table chosen" />;
  return (
    <>
      <p class="lead">
        <Link to="/tables">Tables</Link> <span aria-hidden="true">/</span> <strong>{printable(name)}</strong>
      </p>
      <Answer of={story}>
        {(told) => (
          <>
            <Steps story={told} />
            {session.role !== 'viewer' && (
              <TableActions
                story={told}
                assessmentId={assessment.id}
                mayAct={session.role === 'admin'}
                onDone={() => {
                  setVersion(version + 1);
                }}
              />
            )}
            <div class="grid">
              <Assessed story={told} />
              <Mapped story={told} />
              <Jobs story={told} />
              <Validated story={told} name={name} />
              <Statements table={name} assessmentId={assessment.id} />
              <Timeline story={told} assessedAt={assessment.timestamp} />
              <Columns story={told} />
            </div>
          </>
        )}
      </Answer>
    </>
  );
}

interface StoryProps {
  readonly story: Story;
}

function Steps({ story }: StoryProps) {
  return (
    <ol class="steps">
      {stepsOf(story).map(({ name, state, text }) => (
        <li key={name} class={state}>
          <strong>{name}</strong>
          <span>{words(text)}</span>
        </li>
      ))}
    </ol>
  );
}

interface TableActionsProps extends StoryProps {
  readonly assessmentId: string;
  readonly mayAct: boolean;
  readonly onDone: () => void;
}

/** Of the job that moves it. */
function TableActions({ story: { jobs }, ...more }: TableActionsProps) {
  const job = jobs.find(copies);
  return job === undefined ? null : (
    <JobActions {...more} chosen={[job.job_id]} status={job.status} label="This table:" />
  );
}

function Timeline({ story, assessedAt }: StoryProps & { readonly assessedAt: string }) {
  return (
    <Panel title="What happened" wide>
      <ol class="changes" tabIndex={0} aria-label="What happened, the oldest first">
        {timelineOf(story, assessedAt).map(({ at, what, status, text }, index) => (
          <li key={index}>
            <time dateTime={at}>{time(at)}</time> <span class="what">{words(what)}</span> <Badge status={status} />{' '}
            <span class="muted">{printable(text)}</span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Assessed({ story: { assessed } }: StoryProps) {
  return (
    <Panel title="Assessed">
      <Facts
        facts={[
          ['Format', assessed.table_format],
          ['Readiness', <Badge key="badge" status={assessed.migration_readiness} />],
          ['Size', bytes(assessed.estimated_size_bytes)],
          ['Rows', assessed.estimated_rows === null ? 'unknown' : number(assessed.estimated_rows)],
          [
            'Partitions',
            assessed.partition_keys.length === 0
              ? 'none'
              : `${assessed.partition_count === null ? 'unknown' : number(assessed.partition_count)} by ${printable(assessed.partition_keys.join(', '))}`,
          ],
          ['Location', <code key="code">{printable(assessed.storage_location ?? 'none')}</code>],
          ['Updated', time(assessed.last_updated)],
        ]}
      />
      {assessed.notes.length > 0 && (
        <ul class="notes">
          {assessed.notes.map((note) => (
            <li key={note}>{printable(note)}</li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Mapped({ story: { mapped } }: StoryProps) {
  return (
    <Panel title="Mapped">
      {mapped === null ? (
        <Empty title="Not mapped yet">
          Run <code>aws2openstack synth --save-to-db</code>.
        </Empty>
      ) : (
        <>
          <Facts
            facts={[
              ['Outcome', <Badge key="badge" status={mapped.item.outcome} />],
              [mapped.item.outcome === 'mapped' ? 'Target' : 'Reason', printable(mapped.item.what)],
              ['Rule', printable(mapped.item.rule ?? 'none matches')],
              ['Written at', <code key="code">{printable(mapped.item.rule_at ?? '–')}</code>],
              ['Method', mapped.item.method ?? '–'],
              ['Template', printable(mapped.plan.template)],
            ]}
          />
          <ul class="notes">
            {mapped.item.remarks.map(({ text, fix }) => (
              <li key={text}>
                {printable(text)} {printable(fix ?? '')}
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

function Jobs({ story: { jobs } }: StoryProps) {
  return (
    <Panel title="Moved and compared" wide>
      <Table
        caption="Jobs of this table"
        rows={jobs}
        keyOf={({ job_id }) => job_id}
        empty={<Empty title="No job yet" />}
        columns={[
          { title: 'Job', heads: true, cell: ({ job_type }) => words(job_type) },
          { title: 'Status', cell: ({ status }) => <Badge status={status} /> },
          { title: 'Started', numeric: true, cell: ({ started_at }) => (started_at === null ? '–' : time(started_at)) },
          {
            title: 'Ended',
            numeric: true,
            cell: ({ completed_at }) => (completed_at === null ? '–' : time(completed_at)),
          },
          { title: 'Rows', numeric: true, cell: (job) => (copies(job) ? number(job.rows_copied) : '–') },
          { title: 'Copied', numeric: true, cell: (job) => (copies(job) ? bytes(job.bytes_copied) : '–') },
          { title: 'Reason', cell: ({ error_message }) => printable(error_message ?? '') },
        ]}
      />
    </Panel>
  );
}

function Validated({ story: { validated }, name }: StoryProps & { readonly name: string }) {
  return (
    <Panel
      title="Validated"
      wide
      actions={
        validated === null ? undefined : (
          <Link to="/validation" query={{ table: name }}>
            Details
          </Link>
        )
      }
    >
      {validated === null ? <Empty title="Not validated yet" /> : <ChecksTable checks={validated.checks} />}
    </Panel>
  );
}

function Columns({ story: { columns, partition_columns } }: StoryProps) {
  const rows = [
    ...columns.map((column) => ({ ...column, isPartition: false })),
    ...partition_columns.map((column) => ({ ...column, isPartition: true })),
  ];
  return (
    <Panel title="Columns" wide>
      <Table
        caption="Columns"
        rows={rows}
        keyOf={({ name }) => name}
        empty={<Empty title="No columns" />}
        columns={[
          { title: 'Name', heads: true, cell: ({ name }) => printable(name) },
          { title: 'Type', cell: ({ type }) => <code>{printable(type)}</code> },
          { title: 'Partition key', cell: ({ isPartition }) => (isPartition ? 'yes' : '') },
          { title: 'Comment', cell: ({ comment }) => printable(comment ?? '') },
        ]}
      />
    </Panel>
  );
}
