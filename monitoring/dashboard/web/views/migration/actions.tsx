import { useRef, useState } from 'preact/hooks';
import { RequestFailed } from '../../api/request.js';
import type { Problem } from '../../api/request.js';
import { send } from '../../api/session.js';
import { number } from '../../format/index.js';
import { Failed } from '../../ui/answer.js';

interface ActionsProps {
  readonly assessmentId: string;
  /** Ids of jobs. */
  readonly chosen: readonly string[];
  /** Of the listed jobs, all of which can be acted on at once. */
  readonly status: string | undefined;
  /** Others may only preview. */
  readonly mayAct: boolean;
  readonly onDone: () => void;
}

interface ActionAnswer {
  readonly jobs: number;
  readonly tables: readonly string[];
  readonly done: number;
  readonly problems: readonly Problem[];
}

const actions = ['pause', 'resume', 'retry', 'cancel'] as const;
type Action = (typeof actions)[number];
const titles: Readonly<Record<Action, string>> = { pause: 'Pause', resume: 'Resume', retry: 'Retry', cancel: 'Cancel' };
const bulkStatuses = ['PENDING', 'RUNNING', 'PAUSED', 'FAILED', 'CANCELLED'];

/** Every action says first what it would touch, and is done when that is confirmed. */
export function Actions({ assessmentId, chosen, status, mayAct, onDone }: ActionsProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [shown, setShown] = useState<{ readonly action: Action; readonly preview: ActionAnswer }>();
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [outcome, setOutcome] = useState('');
  const isBulk = chosen.length === 0;
  const isPossible = !isBulk || (status !== undefined && bulkStatuses.includes(status));
  const selection = { assessment_id: assessmentId, ...(isBulk ? { status } : { jobs: chosen }) };

  const attempt = async (action: Action, more: object): Promise<ActionAnswer | undefined> => {
    setProblems([]);
    setOutcome('');
    try {
      return (await send('POST', `/api/actions/${action}`, { ...selection, ...more })) as ActionAnswer;
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setProblems(error.problems);
      dialog.current?.close();
      return undefined;
    }
  };
  const preview = async (action: Action): Promise<void> => {
    const answer = await attempt(action, { preview: true });
    if (answer === undefined) return;
    setShown({ action, preview: answer });
    dialog.current?.showModal();
  };
  const confirm = async (): Promise<void> => {
    if (shown === undefined) return;
    const answer = await attempt(shown.action, isBulk ? { expected: shown.preview.jobs } : {});
    if (answer === undefined) return;
    dialog.current?.close();
    setOutcome(`${titles[shown.action]}: ${number(answer.done)} of ${number(answer.jobs)} tables.`);
    setProblems(answer.problems);
    onDone();
  };

  return (
    <div class="actions">
      <span class="muted">
        {isBulk
          ? isPossible
            ? 'All jobs with this status:'
            : 'Choose jobs, or filter by a status, to act on them.'
          : `${number(chosen.length)} chosen:`}
      </span>
      {actions.map((action) => (
        <button key={action} type="button" disabled={!isPossible} onClick={() => void preview(action)}>
          {titles[action]}…
        </button>
      ))}
      <span role="status">{outcome}</span>
      {problems.length > 0 && <Failed problems={problems} />}
      <dialog ref={dialog} aria-labelledby="action-title">
        {shown !== undefined && (
          <>
            <h2 id="action-title">
              {titles[shown.action]} {number(shown.preview.jobs)} {shown.preview.jobs === 1 ? 'table' : 'tables'}?
            </h2>
            {shown.preview.jobs === 0 && <p>Nothing in this selection can be changed in this way.</p>}
            <ul class="preview">
              {shown.preview.tables.map((table) => (
                <li key={table}>{table}</li>
              ))}
              {shown.preview.jobs > shown.preview.tables.length && (
                <li>… and {number(shown.preview.jobs - shown.preview.tables.length)} more</li>
              )}
            </ul>
            {!mayAct && <p>Only an admin can do this; you see what it would touch.</p>}
            <div class="buttons">
              <button
                type="button"
                onClick={() => {
                  dialog.current?.close();
                }}
              >
                Back
              </button>
              {mayAct && (
                <button
                  type="button"
                  class="primary"
                  disabled={shown.preview.jobs === 0}
                  onClick={() => void confirm()}
                >
                  {titles[shown.action]}
                </button>
              )}
            </div>
          </>
        )}
      </dialog>
    </div>
  );
}
