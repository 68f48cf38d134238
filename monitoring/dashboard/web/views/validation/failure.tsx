import { printable } from '../../../../../core/diagnostic.js';
import type { Answers } from '../../api/answers.js';
import { useAnswer } from '../../api/use-answer.js';
import { number, words } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Badge } from '../../ui/badge.js';
import { Panel } from '../../ui/card.js';
import { ChecksTable } from '../../ui/checks-table.js';
import { Link } from '../../ui/link.js';
import { LongText } from '../../ui/long-text.js';
import { Prose } from '../../ui/prose.js';
import { Table } from '../../ui/table.js';
import { Drift } from './drift.js';
import { rowPairs } from './row-pairs.js';

type ExplainedCheck = Answers['explain_validation_failure']['checks'][number];

interface FailureProps {
  /** `database.table`. */
  readonly name: string;
  readonly assessmentId: string;
  /** Changes when it is to be read again. */
  readonly version: number;
}

/** Everything that is known about one table's validation: why it failed, the rows, and its drift. */
export function Failure({ name, assessmentId, version }: FailureProps) {
  const explained = useAnswer(
    'explain_validation_failure',
    { table_name: name, assessment_id: assessmentId, all_checks: 'true' },
    version,
  );
  return (
    <>
      <p class="lead">
        <Link to="/validation">Validation</Link> <span aria-hidden="true">/</span>{' '}
        <Link to="/table" query={{ table: name }}>
          {printable(name)}
        </Link>
      </p>
      <Answer of={explained}>
        {({ checks }) => (
          <>
            <Panel title="Checks">
              <ChecksTable checks={checks} />
            </Panel>
            {checks.filter(isExplained).map((check) => (
              <Explained key={check.validation_type} check={check} />
            ))}
          </>
        )}
      </Answer>
      <Drift name={name} assessmentId={assessmentId} version={version} />
    </>
  );
}

/** The difference itself is in the list of checks. */
function isExplained({ status, findings, power, rows_that_differ }: ExplainedCheck): boolean {
  return status !== 'passed' && (findings.length > 0 || power !== null || rows_that_differ !== null);
}

function Explained({ check }: { readonly check: ExplainedCheck }) {
  const { validation_type, status, findings, power, rows_that_differ: rows } = check;
  return (
    <Panel title={`Why: ${words(validation_type)}`} actions={<Badge status={status} />}>
      {power !== null && (
        <p class="muted">
          The check noticed {number(power.caught)} of {number(power.tried)} deliberate errors.
        </p>
      )}
      <ul class="notes">
        {findings.map(({ message, fix }) => (
          <li key={message}>
            {printable(message)}{' '}
            <span class="muted">
              <Prose text={printable(fix)} />
            </span>
          </li>
        ))}
      </ul>
      {rows !== null && <Rows rows={rows} />}
    </Panel>
  );
}

function Rows({ rows }: { readonly rows: NonNullable<ExplainedCheck['rows_that_differ']> }) {
  const { columns, pairs } = rowPairs(rows);
  return (
    <>
      <p>
        {number(rows.missing)} rows are only at the source, {number(rows.extra)} only at the target,{' '}
        {number(rows.changed)} differ.
      </p>
      <Table
        caption="Rows that differ, source above target"
        rows={pairs.flatMap(({ source, target, differing, kind }, index) => [
          { key: `${index} source`, side: 'source', kind, values: source, differing },
          { key: `${index} target`, side: 'target', kind, values: target, differing },
        ])}
        keyOf={({ key }) => key}
        empty={<Empty title="No row is shown" />}
        columns={[
          { title: 'Side', heads: true, cell: ({ side }) => side },
          { title: 'Kind', cell: ({ kind }) => <Badge status={kind} /> },
          ...columns.map((column) => ({
            title: printable(column),
            cell: ({ values, differing }: { values: Row | null; differing: readonly string[] }) => {
              if (values === null) return <span class="muted">no row</span>;
              const text = <LongText text={values[column] ?? 'NULL'} isCode />;
              return differing.includes(column) ? <mark>{text}</mark> : text;
            },
          })),
        ]}
      />
    </>
  );
}

type Row = Readonly<Record<string, string | null>>;
