import { useState } from 'preact/hooks';
import { printable } from '../../../../../core/diagnostic.js';
import type { Answers } from '../../api/answers.js';
import { RequestFailed } from '../../api/request.js';
import type { Problem } from '../../api/request.js';
import { send } from '../../api/session.js';
import { useAnswer } from '../../api/use-answer.js';
import { printableLines, time } from '../../format/index.js';
import { Answer, Empty, Failed } from '../../ui/answer.js';
import { Badge } from '../../ui/badge.js';
import { Panel } from '../../ui/card.js';
import { Prose } from '../../ui/prose.js';
import { Table } from '../../ui/table.js';
import type { View, ViewProps } from '../view.js';

export const cutoverView: View = { path: '/cutover', title: 'Cutover', group: 'Prove', Page };

type Cutover = Answers['get_cutover'];

function Page({ assessment, session }: ViewProps) {
  const [version, setVersion] = useState(0);
  const cutover = useAnswer('get_cutover', { assessment_id: assessment.id }, version);
  if (cutover.state === 'failed' && cutover.failure.problems.some(({ code }) => code === 'no-cutover'))
    return (
      <Empty title="No cutover yet">
        Run <code>aws2openstack cutover plan</code>; once <code>cutover go</code> has begun, its steps appear here.
      </Empty>
    );
  return (
    <Answer of={cutover}>
      {(answer) => (
        <>
          <p class="lead">
            <Badge status={answer.status} /> Steps are done by <code>aws2openstack cutover go</code>, in this order.
          </p>
          <Panel title="Steps">
            <Steps cutover={answer} />
          </Panel>
          {session.role === 'admin' && answer.next_step !== null && (
            <Approve
              step={answer.next_step}
              assessmentId={assessment.id}
              onDone={() => {
                setVersion(version + 1);
              }}
            />
          )}
        </>
      )}
    </Answer>
  );
}

function Steps({ cutover: { steps } }: { readonly cutover: Cutover }) {
  return (
    <Table
      caption="Steps of the cutover"
      rows={steps}
      keyOf={({ step }) => step}
      columns={[
        { title: 'Step', heads: true, cell: ({ step }) => step },
        { title: 'Status', cell: ({ status }) => <Badge status={status} /> },
        { title: 'What it does', cell: ({ title }) => title },
        { title: 'Approved by', cell: ({ approved_by }) => printable(approved_by ?? '') },
        {
          title: 'Since',
          numeric: true,
          cell: ({ happened_at }) => (happened_at === null ? '' : time(happened_at)),
        },
        {
          title: 'Reason',
          cell: ({ reason, fix, output }) => (
            <>
              <Prose text={printable([reason, fix].filter((part) => part !== null).join(' '))} />
              {output !== null && <pre tabIndex={0}>{printableLines(output)}</pre>}
            </>
          ),
        },
      ]}
    />
  );
}

interface ApproveProps {
  readonly step: string;
  readonly assessmentId: string;
  readonly onDone: () => void;
}

/** An approval is given by name, and cannot be taken back but with its step: it is confirmed first. */
function Approve({ step, assessmentId, onDone }: ApproveProps) {
  const [isSure, setSure] = useState(false);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const approve = async (): Promise<void> => {
    setSure(false);
    setProblems([]);
    try {
      await send('POST', '/api/actions/approve', { assessment_id: assessmentId, step });
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setProblems(error.problems);
    }
    // Also where it was refused: somebody else may have been faster.
    onDone();
  };
  return (
    <Panel title="Approve">
      <p>
        The next step is <strong>{step}</strong>. Where <code>cutover.yaml</code> names who may approve it, it waits for
        one of them.
      </p>
      <div class="actions">
        {isSure ? (
          <>
            <button type="button" class="primary" onClick={() => void approve()}>
              Approve {step} in my name
            </button>
            <button
              type="button"
              onClick={() => {
                setSure(false);
              }}
            >
              Back
            </button>
          </>
        ) : (
          <button
            type="button"
            onClick={() => {
              setSure(true);
            }}
          >
            Approve {step}…
          </button>
        )}
      </div>
      {problems.length > 0 && <Failed problems={problems} />}
    </Panel>
  );
}
