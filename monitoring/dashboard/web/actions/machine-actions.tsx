import { useRef, useState } from 'preact/hooks';
import { printable } from '../../../../core/diagnostic.js';
import { RequestFailed } from '../api/request.js';
import type { Problem } from '../api/request.js';
import { send } from '../api/session.js';
import { number } from '../format/index.js';
import { Failed } from '../ui/answer.js';
import { consequences, needsReason, orders, titles } from './machine-action.js';
import type { MachineOrder, MachineSelection } from './machine-action.js';

interface MachineActionsProps {
  readonly selection: MachineSelection | undefined;
  /** @default all */
  readonly only?: readonly MachineOrder[];
  /** Others may only preview. */
  readonly mayAct: boolean;
  readonly onDone: () => void;
}

interface OrderAnswer {
  readonly machines: number;
  readonly names: readonly string[];
  readonly gates: readonly string[];
  readonly done: number;
  readonly problems: readonly Problem[];
}

/** What is confirmed: what was chosen then, also where the list changes meanwhile. */
interface Shown {
  readonly order: MachineOrder;
  readonly selection: MachineSelection;
  readonly preview: OrderAnswer;
}

/** Every order says first which machines it is about, and is given when that is confirmed. */
export function MachineActions({ selection, only = orders, mayAct, onDone }: MachineActionsProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [shown, setShown] = useState<Shown>();
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [outcome, setOutcome] = useState('');

  const attempt = async (order: MachineOrder, body: object): Promise<OrderAnswer | undefined> => {
    setProblems([]);
    setOutcome('');
    try {
      return (await send('POST', `/api/actions/machines/${order}`, body)) as OrderAnswer;
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setProblems(error.problems);
      dialog.current?.close();
      return undefined;
    }
  };
  const preview = async (order: MachineOrder): Promise<void> => {
    if (selection === undefined) return;
    const answer = await attempt(order, { ...selection, preview: true });
    if (answer === undefined) return;
    setShown({ order, selection, preview: answer });
    dialog.current?.showModal();
  };
  const confirm = async (how: object): Promise<void> => {
    if (shown === undefined) return;
    const answer = await attempt(shown.order, { ...shown.selection, ...how, expected: shown.preview.machines });
    if (answer === undefined) return;
    dialog.current?.close();
    setOutcome(`${titles[shown.order]}: ${number(answer.done)} of ${number(answer.machines)} machines.`);
    setProblems(answer.problems);
    onDone();
  };

  return (
    <div class="actions">
      <span class="muted">{labelOf(selection)}</span>
      {selection !== undefined &&
        only.map((order) => (
          <button key={order} type="button" onClick={() => void preview(order)}>
            {titles[order]}…
          </button>
        ))}
      <span role="status">{outcome}</span>
      {problems.length > 0 && <Failed problems={problems} />}
      <dialog ref={dialog} aria-labelledby="order-title">
        {shown !== undefined && (
          <Confirmation
            key={`${shown.order} ${shown.preview.names.join()}`}
            order={shown.order}
            preview={shown.preview}
            mayAct={mayAct}
            onBack={() => {
              dialog.current?.close();
            }}
            onConfirm={(how) => void confirm(how)}
          />
        )}
      </dialog>
    </div>
  );
}

function labelOf(selection: MachineSelection | undefined): string {
  if (selection === undefined) return 'Choose machines, or show one wave or one application, to give them orders.';
  if ('wave' in selection) return `All machines of ${printable(selection.wave)}:`;
  if ('application' in selection) return `All machines of ${printable(selection.application)}:`;
  return selection.machines.length === 1 ? 'This machine:' : `${number(selection.machines.length)} chosen:`;
}

interface ConfirmationProps {
  readonly order: MachineOrder;
  readonly preview: OrderAnswer;
  readonly mayAct: boolean;
  readonly onBack: () => void;
  readonly onConfirm: (how: { readonly gate?: string; readonly reason?: string }) => void;
}

function Confirmation({ order, preview: { machines, names, gates }, mayAct, onBack, onConfirm }: ConfirmationProps) {
  const [reason, setReason] = useState('');
  const [gate, setGate] = useState(gates[0] ?? '');
  const isPossible = machines > 0 && (order !== 'approve' || gates.length > 0);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onConfirm({ ...(reason.trim() !== '' && { reason }), ...(order === 'approve' && { gate }) });
      }}
    >
      <h2 id="order-title">
        {titles[order]} {number(machines)} {machines === 1 ? 'machine' : 'machines'}?
      </h2>
      <p>{consequences[order]}</p>
      {!isPossible && <p>None of them can take this order now.</p>}
      <ul class="preview">
        {names.map((name) => (
          <li key={name}>{printable(name)}</li>
        ))}
        {machines > names.length && <li>… and {number(machines - names.length)} more</li>}
      </ul>
      {!mayAct && <p>Only an admin can do this; you see what it would touch.</p>}
      {mayAct && isPossible && (
        <div class="fields">
          {order === 'approve' && (
            <label class="field">
              <span>Approval</span>
              <select
                value={gate}
                onChange={({ currentTarget }) => {
                  setGate(currentTarget.value);
                }}
              >
                {gates.map((name) => (
                  <option key={name} value={name} selected={name === gate}>
                    {printable(name)}
                  </option>
                ))}
              </select>
            </label>
          )}
          <label class="field">
            <span>Reason{needsReason(order) ? '' : ' (optional)'}</span>
            <input
              type="text"
              maxLength={500}
              required={needsReason(order)}
              value={reason}
              onInput={({ currentTarget }) => {
                setReason(currentTarget.value);
              }}
            />
          </label>
        </div>
      )}
      <div class="buttons">
        <button type="button" onClick={onBack}>
          Back
        </button>
        {mayAct && (
          <button type="submit" class="primary" disabled={!isPossible}>
            {titles[order]}
          </button>
        )}
      </div>
    </form>
  );
}
