import { useRef, useState } from 'preact/hooks';
import { printable } from '../../../../core/diagnostic.js';
import { RequestFailed } from '../api/request.js';
import type { Problem } from '../api/request.js';
import { send } from '../api/session.js';
import { number } from '../format/index.js';
import { Failed } from '../ui/answer.js';
import { actionsFor, titles } from './job-action.js';
import type { JobActionName } from './job-action.js';

interface JobActionsProps {
  readonly assessmentId: string;
  /** Ids of jobs. */
  readonly chosen: readonly string[];
  /** Of the chosen jobs where it is known, or of the listed jobs, all of which can be acted on at once. */
  readonly status: string | undefined;
  /** @default all that suit the status */
  readonly only?: readonly JobActionName[];
  /** What is said before the buttons where jobs are chosen. @default how many are */
  readonly label?: string;
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

/** What is confirmed: what was chosen then, also where the list changes meanwhile. */
interface Shown {
  readonly action: JobActionName;
  readonly selection: object;
  readonly isBulk: boolean;
  readonly preview: ActionAnswer;
}

/** Every action says first what it would touch, and is done when that is confirmed. */
export function JobActions({ assessmentId, chosen, status, only, label, mayAct, onDone }: JobActionsProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [shown, setShown] = useState<Shown>();
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [outcome, setOutcome] = useState('');
  const [isBusy, setBusy] = useState(false);
  const isBulk = chosen.length === 0;
  const possible =
    isBulk && status === undefined ? [] : actionsFor(status).filter((name) => only?.includes(name) ?? true);
  const selection = { assessment_id: assessmentId, ...(isBulk ? { status } : { jobs: chosen }) };

  const attempt = async (action: JobActionName, body: object): Promise<ActionAnswer | undefined> => {
    setProblems([]);
    setOutcome('');
    setBusy(true);
    try {
      return (await send('POST', `/api/actions/${action}`, body)) as ActionAnswer;
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setProblems(error.problems);
      dialog.current?.close();
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  const preview = async (action: JobActionName): Promise<void> => {
    const answer = await attempt(action, { ...selection, preview: true });
    if (answer === undefined) return;
    setShown({ action, selection, isBulk, preview: answer });
    dialog.current?.showModal();
  };
  const confirm = async (): Promise<void> => {
    if (shown === undefined) return;
    const answer = await attempt(shown.action, {
      ...shown.selection,
      ...(shown.isBulk && { expected: shown.preview.jobs }),
    });
    if (answer === undefined) return;
    dialog.current?.close();
    setOutcome(`${titles[shown.action]}: ${number(answer.done)} of ${number(answer.jobs)} tables.`);
    setProblems(
      answer.problems.map((problem) => ({ ...problem, message: `${problem.path ?? ''}: ${problem.message}` })),
    );
    onDone();
  };

  return (
    <div class="actions">
      <span class="muted">
        {isBulk
          ? status === undefined
            ? 'Choose jobs, or filter by a status, to act on them.'
            : 'All jobs with this status:'
          : (label ?? `${number(chosen.length)} chosen:`)}
      </span>
      {possible.map((action) => (
        <button key={action} type="button" disabled={isBusy} onClick={() => void preview(action)}>
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
                <li key={table}>{printable(table)}</li>
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
                  disabled={isBusy || shown.preview.jobs === 0}
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
