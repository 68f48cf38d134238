import { diagnostic, printable } from '../../core/diagnostic.js';
import { ok } from '../../core/result.js';
import { useStore } from '../../state/store/use-store.js';
import { Interpreter, StateWaveStore } from '../../waves/local/index.js';
import { allowedOrders } from '../../waves/machines/index.js';
import type { OrderKind } from '../../waves/machines/index.js';
import { machineMove } from '../../waves/state-machine/index.js';
import { failed } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { findMachines, isNamed } from './find-machines.js';
import type { MachineNames } from './find-machines.js';

export interface OrderOptions extends MachineNames {
  readonly by: string;
  readonly reason?: string;
  /** Of `approve`. */
  readonly gate?: string;
  readonly json: boolean;
}

/** Gives an order to machines. Each is told; those whose status no longer allows it refuse. */
export async function giveOrder(kind: OrderKind, options: OrderOptions, io: CliIo): Promise<ExitCode> {
  if (!isNamed(options)) return failed(io, [unnamed()]);
  const { by, reason, gate } = options;
  const given = await useStore(io.env, { access: 'write', command: `waves ${kind}` }, async (state) => {
    const store = new StateWaveStore(state, new Interpreter(machineMove));
    const found = await findMachines(store, options);
    if (!found.ok) return found;
    const order = {
      kind,
      by,
      at: new Date(),
      ...(reason !== undefined && { reason }),
      ...(gate !== undefined && { gate }),
    };
    const answers = [];
    for (const { migrationId } of found.value) {
      const gates = (await store.read(migrationId))?.payload.rules?.gates ?? [];
      const answer =
        gate === undefined || gates.includes(gate) ? await store.order(migrationId, order) : ('unknown-gate' as const);
      const status = (await store.read(migrationId))?.status ?? 'unknown';
      answers.push({ migrationId, answer, status, gates });
    }
    return ok(answers);
  });
  if (!given.ok) return failed(io, given.error);
  const answers = given.value;
  io.stdout.write(
    options.json
      ? `${JSON.stringify({ kind: 'WavesOrder', order: kind, machines: answers.map(({ migrationId, answer, status }) => ({ migrationId, answer, status })) })}\n`
      : answers.map((one) => `${printable(one.migrationId)}: ${sentence(kind, one)}\n`).join(''),
  );
  return answers.some(({ answer }) => answer === 'taken') ? 0 : 1;
}

interface Answer {
  readonly answer: string;
  readonly status: string;
  /** That the machine's wave wants approved. */
  readonly gates: readonly string[];
}

function sentence(kind: OrderKind, { answer, status, gates }: Answer): string {
  if (answer === 'taken') return `${kind} ordered (${status})`;
  if (answer === 'unknown-gate')
    return `refused: its wave has no such gate; ${gates.length === 0 ? 'it has none' : `there is ${gates.join(', ')}`}`;
  return `refused: it is ${status}, and ${kind} needs ${allowedOrders[kind].join(', ')}`;
}

function unnamed(): ReturnType<typeof diagnostic> {
  return diagnostic({
    code: 'wave-no-machine',
    message: 'No machine is named.',
    fix: 'Add --machine ID, --app NAME or --wave NAME.',
  });
}
