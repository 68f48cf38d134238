import { useState } from 'preact/hooks';
import { printable } from '../../../../../core/diagnostic.js';
import { useAnswer } from '../../api/use-answer.js';
import { printableLines, words } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Panel } from '../../ui/card.js';

/** The SQL by which the table comes to be at the target; asked for when somebody wants to see it. */
export function Statements({ table, assessmentId }: { readonly table: string; readonly assessmentId: string }) {
  const [isOpen, setOpen] = useState(false);
  const statements = useAnswer(
    'get_table_statements',
    isOpen ? { table_name: table, assessment_id: assessmentId } : undefined,
  );
  const isMissing =
    statements.state === 'failed' && statements.failure.problems.some(({ code }) => code === 'no-stored-statements');
  return (
    <Panel
      title="Statements"
      wide
      actions={
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => {
            setOpen(!isOpen);
          }}
        >
          {isOpen ? 'Hide the SQL' : 'Show the SQL'}
        </button>
      }
    >
      {!isOpen ? (
        <p class="muted">What Trino runs to make this table at the target.</p>
      ) : isMissing ? (
        <Empty title="Not ordered yet">
          Run <code>aws2openstack migrate start</code>; the job of the table then has its statements.
        </Empty>
      ) : (
        <Answer of={statements}>
          {({ target, method, statements: all }) => (
            <>
              <p>
                <code>{printable(target)}</code> <span class="muted">({words(method)})</span>
              </p>
              <ol class="statements">
                {all.map(({ purpose, sql }, index) => (
                  <li key={index}>
                    <span class="muted">{words(purpose)}</span>
                    <pre tabIndex={0}>{printableLines(sql)}</pre>
                  </li>
                ))}
              </ol>
            </>
          )}
        </Answer>
      )}
    </Panel>
  );
}
