import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { orderWaveMachine, selectWaveMachines } from '../../state/index.js';
import type { SelectedMachine, State, WaveSelection } from '../../state/index.js';
import { allowedOrders } from '../../waves/machines/index.js';
import type { Order, OrderKind } from '../../waves/machines/index.js';

/** Which machines: some by their ids, or all of a wave or an application. */
export interface MachineSelection {
  readonly machines?: readonly string[];
  readonly wave?: string;
  readonly application?: string;
}

/** The machines of the selection that can take the order now. */
export async function machinesToOrder(
  state: State,
  kind: OrderKind,
  selection: MachineSelection,
): Promise<Result<readonly SelectedMachine[]>> {
  const { machines, wave, application } = selection;
  const given: readonly WaveSelection[] = [
    ...(machines === undefined ? [] : [{ ids: machines }]),
    ...(wave === undefined ? [] : [{ wave }]),
    ...(application === undefined ? [] : [{ application }]),
  ];
  const [only, ...others] = given;
  if (only === undefined || others.length > 0) return fail([notOneSelection()]);
  return ok(await selectWaveMachines(state, only, allowedOrders[kind]));
}

export interface Ordered {
  readonly done: number;
  /** Machines whose status changed meanwhile. */
  readonly problems: readonly Diagnostic[];
}

/** Gives each machine the order. */
export async function orderMachines(state: State, ids: readonly string[], order: Order): Promise<Ordered> {
  const problems: Diagnostic[] = [];
  let done = 0;
  for (const id of ids) {
    const answer = await orderWaveMachine(state, id, order, allowedOrders[order.kind]);
    if (answer === 'taken') done += 1;
    else problems.push(refused(id, order.kind));
  }
  return { done, problems };
}

/** The missing parts of an order: of an approval its gate, and of an irreversible order its reason. */
export function incompleteOrder({ kind, gate, reason }: Pick<Order, 'kind' | 'gate' | 'reason'>): Diagnostic[] {
  return [
    ...(kind === 'approve' && gate === undefined ? [missing('gate', 'An approval needs the name of its gate.')] : []),
    ...((kind === 'rollback' || kind === 'finalize') && (reason ?? '').trim() === ''
      ? [
          missing(
            'reason',
            'A rollback or a finalization needs a reason, which is kept in the history of each machine.',
          ),
        ]
      : []),
  ];
}

function missing(key: 'gate' | 'reason', message: string): Diagnostic {
  return diagnostic({ code: 'wave-order-incomplete', path: key, message, fix: `Set \`${key}\`.` });
}

function notOneSelection(): Diagnostic {
  return diagnostic({
    code: 'machine-selection',
    message: 'An order needs exactly one of `machines`, `wave` and `application`.',
    fix: 'Set `machines` to a list of migrationIds, or name one wave or one application.',
  });
}

function refused(id: string, kind: OrderKind): Diagnostic {
  return diagnostic({
    code: 'wave-order-refused',
    path: id,
    message: `The machine ${id} has changed status and no longer accepts the order ${kind}.`,
    fix: 'See its history; the orders that it accepts depend on its status.',
  });
}
