import { useState } from 'preact/hooks';
import { JobActions } from '../../actions/job-actions.js';
import type { Answers } from '../../api/answers.js';
import { useLive } from '../../api/live.js';
import { useAnswer } from '../../api/use-answer.js';
import { number, words } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Card, Cards, Panel } from '../../ui/card.js';
import { resultColumns } from '../../ui/checks-table.js';
import { Link } from '../../ui/link.js';
import { LiveLine } from '../../ui/live-line.js';
import { Pager } from '../../ui/pager.js';
import { Table } from '../../ui/table.js';
import { TableName } from '../../ui/table-name.js';
import { one } from '../../url/address.js';
import type { View, ViewProps } from '../view.js';
import { Failure } from './failure.js';

export const validationView: View = { path: '/validation', title: 'Validation', group: 'Prove', Page };

type Check = Answers['query_failed_validations']['items'][number];

function Page(props: ViewProps) {
  const table = one(props.at.query, 'table');
  const [isPaused, setPaused] = useState(false);
  const live = useLive(isPaused);
  // A job that is moved again has no result that counts.
  const version = live.versions.validations + live.versions.jobs;
  return (
    <>
      <LiveLine isConnected={live.isConnected} isPaused={isPaused} onPause={setPaused} />
      {table === undefined ? (
        <Overview {...props} version={version} />
      ) : (
        <Failure name={table} assessmentId={props.assessment.id} version={version} />
      )}
    </>
  );
}

function Overview({ at, assessment, session, version: stored }: ViewProps & { readonly version: number }) {
  const { id } = assessment;
  const [acted, setActed] = useState(0);
  const version = stored + acted;
  const status = useAnswer('get_validation_status', { assessment_id: id }, version);
  const failed = useAnswer(
    'query_failed_validations',
    { assessment_id: id, cursor: one(at.query, 'cursor'), limit: 50 },
    version,
  );
  const recent = useAnswer('get_validation_overview', { assessment_id: id, limit: 20 }, version);
  return (
    <>
      <Answer of={status}>
        {({ jobs, results }) => (
          <>
            <Cards>
              <Card label="Passed" value={number(jobs.passed)} note="tables" />
              <Card label="With warnings" value={number(jobs.warning)} note="tables" />
              <Card label="Failed" value={number(jobs.failed)} note="tables" />
              <Card label="Not validated" value={number(jobs.none)} note="tables" />
            </Cards>
            <Panel title="By check">
              <Table
                caption="Results by check"
                rows={results}
                keyOf={({ validation_type }) => validation_type}
                empty={
                  <Empty title="Nothing validated yet">
                    Run <code>aws2openstack validate all</code>.
                  </Empty>
                }
                columns={[
                  { title: 'Check', heads: true, cell: ({ validation_type }) => words(validation_type) },
                  { title: 'Passed', numeric: true, cell: ({ passed }) => number(passed) },
                  { title: 'Warning', numeric: true, cell: ({ warning }) => number(warning) },
                  { title: 'Failed', numeric: true, cell: (each) => number(each.failed) },
                ]}
              />
            </Panel>
          </>
        )}
      </Answer>
      <Panel title="Failed checks">
        <Answer of={failed}>
          {({ items, nextCursor }) => (
            <>
              {session.role !== 'viewer' && items.length > 0 && (
                <JobActions
                  assessmentId={id}
                  chosen={[...new Set(items.map(({ job_id }) => job_id))]}
                  status="COMPLETED"
                  only={['validate']}
                  label="The tables of this page:"
                  mayAct={session.role === 'admin'}
                  onDone={() => {
                    setActed(acted + 1);
                  }}
                />
              )}
              <ListedChecks caption="Failed checks" checks={items} empty="No check fails" />
              <Pager next={nextCursor} at={at} rows={items.length} />
            </>
          )}
        </Answer>
      </Panel>
      <Panel title="Recent results">
        <Answer of={recent}>
          {({ items }) => <ListedChecks caption="Recent results" checks={items} empty="Nothing validated yet" />}
        </Answer>
      </Panel>
    </>
  );
}

interface ListedChecksProps {
  readonly caption: string;
  readonly checks: readonly Check[];
  readonly empty: string;
}

function ListedChecks({ caption, checks, empty }: ListedChecksProps) {
  return (
    <Table
      caption={caption}
      rows={checks}
      keyOf={({ job_id, validation_type, validated_at }) => `${job_id} ${validation_type} ${validated_at}`}
      empty={<Empty title={empty} />}
      columns={[
        {
          title: 'Table',
          heads: true,
          cell: ({ database_name, table_name }) => (
            <Link to="/validation" query={{ table: `${database_name}.${table_name}` }}>
              <TableName database={database_name} table={table_name} />
            </Link>
          ),
        },
        { title: 'Check', cell: ({ validation_type }) => words(validation_type) },
        ...resultColumns,
      ]}
    />
  );
}
