import { ok } from '../../core/result.js';
import { countWaveMessages, waveDeadLetters, waveTotals } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { useStore } from '../../state/store/use-store.js';
import { Interpreter, StateWaveStore } from '../../waves/local/index.js';
import { attentionStatuses, machineStatuses, notMovedStatuses } from '../../waves/machines/index.js';
import type { MachineEvent, MachineRecord, MachineStatus } from '../../waves/machines/index.js';
import { machineMove } from '../../waves/state-machine/index.js';
import { failed } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { findMachines, isNamed } from './find-machines.js';
import type { MachineNames } from './find-machines.js';
import { describeStatus } from './status-view.js';

export interface StatusOptions extends MachineNames {
  readonly json: boolean;
}

export interface ShownStatus {
  /** Machines by wave and status. */
  readonly waves: readonly {
    readonly name: string;
    readonly machines: Readonly<Partial<Record<MachineStatus, number>>>;
  }[];
  /** Those that were named; without names, those that need somebody or were not moved. */
  readonly machines: readonly ShownMachine[];
  /** Submitted, and not taken in yet. */
  readonly messages: number;
  readonly deadLetters: readonly {
    readonly receivedAt: Date;
    readonly body: string;
    readonly problems: readonly object[];
  }[];
}

export type ShownMachine = Pick<
  MachineRecord,
  'migrationId' | 'appName' | 'wave' | 'status' | 'statusSince' | 'targetVmName' | 'error' | 'orders' | 'memory'
> & { readonly events: readonly MachineEvent[] };

const notable: readonly MachineStatus[] = [...attentionStatuses, ...notMovedStatuses];

export async function showStatus(options: StatusOptions, io: CliIo): Promise<ExitCode> {
  const read = await useStore(io.env, { access: 'read', command: 'waves status' }, async (state) => {
    const store = new StateWaveStore(state, new Interpreter(machineMove));
    const ids = await shownIds(store, options);
    if (!ids.ok) return ids;
    const machines: ShownMachine[] = [];
    for (const id of ids.value) {
      const record = await store.read(id);
      if (record === undefined) continue;
      const { migrationId, appName, wave, status, statusSince, targetVmName, error, orders, memory } = record;
      const events: MachineEvent[] = [];
      if (options.machine.includes(id)) for await (const event of store.events(id)) events.push(event);
      machines.push({ migrationId, appName, wave, status, statusSince, targetVmName, error, orders, memory, events });
    }
    return ok({ ...(await overview(state)), machines });
  });
  if (!read.ok) return failed(io, read.error);
  const shown = read.value;
  io.stdout.write(options.json ? `${JSON.stringify({ kind: 'WavesStatus', ...shown })}\n` : describeStatus(shown));
  const needsSomebody = shown.waves.some(({ machines }) =>
    attentionStatuses.some((status) => (machines[status] ?? 0) > 0),
  );
  return needsSomebody || shown.deadLetters.length > 0 ? 1 : 0;
}

async function shownIds(
  store: StateWaveStore,
  options: StatusOptions,
): Promise<
  ReturnType<typeof ok<readonly string[]>> | Extract<Awaited<ReturnType<typeof findMachines>>, { ok: false }>
> {
  if (isNamed(options)) {
    const found = await findMachines(store, options);
    return found.ok ? ok(found.value.map(({ migrationId }) => migrationId)) : found;
  }
  const ids: string[] = [];
  for (const status of notable) for await (const { migrationId } of store.byStatus(status)) ids.push(migrationId);
  return ok(ids.sort());
}

async function overview(state: State): Promise<Omit<ShownStatus, 'machines'>> {
  const waves = new Map<string, Partial<Record<MachineStatus, number>>>();
  for (const { wave, status, machines } of await waveTotals(state))
    waves.set(wave, { ...waves.get(wave), [status]: machines });
  const letters = await waveDeadLetters(state);
  return {
    waves: [...waves].map(([name, machines]) => ({ name, machines: inOrder(machines) })),
    messages: await countWaveMessages(state),
    deadLetters: letters.map(({ received_at, body, problems }) => ({ receivedAt: received_at, body, problems })),
  };
}

function inOrder(machines: Partial<Record<MachineStatus, number>>): Partial<Record<MachineStatus, number>> {
  return Object.fromEntries(
    machineStatuses.flatMap((status) => (machines[status] === undefined ? [] : [[status, machines[status]]])),
  );
}
