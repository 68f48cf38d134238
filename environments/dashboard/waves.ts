import {
  addWaveMessages,
  claimWaveMachine,
  createWaveMachine,
  moveWaveMachine,
  orderWaveMachine,
  saveWaveMachine,
  submitWaves,
} from '../../state/index.js';
import type { State, WaveMachineChange } from '../../state/index.js';
import { Interpreter, takeMessages } from '../../waves/local/index.js';
import { allowedOrders, stepMemory } from '../../waves/machines/index.js';
import type { MachineStatus, OrderKind } from '../../waves/machines/index.js';
import type { Payload } from '../../waves/payload/index.js';
import { machineMove } from '../../waves/state-machine/index.js';
import { randomFrom } from './random.js';

const minute = 60_000;
const gigabyte = 1e9;

/** The statuses of a wave's machines, one after the other. */
const fates: Readonly<Record<string, readonly MachineStatus[]>> = {
  pilot: ['FINALIZED', 'FINALIZED', 'FINALIZED', 'CUT_OVER', 'FINALIZED', 'ROLLED_BACK'],
  shop: [
    'CUT_OVER',
    'CUT_OVER',
    'FINALIZING',
    'CUTTING_OVER',
    'READY',
    'READY',
    'READY',
    'TESTING',
    'REPLICATING',
    'REPLICATING',
    'ROLLING_BACK',
    'ROLLED_BACK',
    'ROLLBACK_FAILED',
    'REJECTED',
    'NEEDS_ATTENTION',
  ],
  warehouse: ['REPLICATING', 'REPLICATING', 'REPLICATING', 'PREPARING', 'VALIDATING', 'PENDING', 'PENDING', 'PENDING'],
};
const applications: Readonly<Record<string, readonly string[]>> = {
  pilot: ['wiki', 'tickets'],
  shop: ['shop-database', 'shop-web', 'shop-search'],
  warehouse: ['stock', 'labels'],
};
const gates: Readonly<Record<string, readonly string[]>> = { shop: ['change-board', 'shop-owner'] };

/** Waves with machines of every status, one that nobody has taken in yet, and a message that was refused. */
export async function fillWaves(state: State, now: Date): Promise<void> {
  await submitWaves(
    state,
    Object.entries(fates).map(([name, machines]) => ({
      name,
      document: { name, machines: machines.length },
      messages: [],
      submittedBy: 'ada@acme.example',
    })),
  );
  for (const [wave, ends] of Object.entries(fates))
    for (const [index, end] of ends.entries()) await fillMachine(state, payloadOf(wave, index), end, now);
  await addWaveMessages(state, [
    JSON.stringify({ ...payloadOf('warehouse', 90), targetVmName: 'stock 90', target: 'vmware' }),
    '{"wave": "warehouse", "sourceVmId": "i-0',
  ]);
  await takeMessages(state, new Interpreter(machineMove), () => now);
  await addWaveMessages(state, [JSON.stringify(payloadOf('warehouse', 91))]);
}

function payloadOf(wave: string, index: number): Payload {
  const names = applications[wave] ?? [wave];
  const appName = names[index % names.length] ?? wave;
  const number = index + 1;
  const own = gates[wave];
  return {
    migrationId: `${wave}-${appName}-${number}`,
    appName,
    source: wave === 'warehouse' ? 'vmware' : 'aws',
    target: 'openstack',
    environment: 'prod',
    wave,
    sourceVmId: `i-0${(0x5a31c000 + number * 7919).toString(16)}`,
    targetVmName: `${appName}-${number}`,
    instanceType: 'm1.medium',
    subnetId: 'subnet-shop',
    securityGroupIds: ['web'],
    rules: { start: 'when-ordered', ...(own !== undefined && { gates: own }) },
  };
}

type Change = Omit<WaveMachineChange, 'at'>;

/** Where the execution is with a status, and what was stored when the machine came to it. */
const steps: Readonly<Record<MachineStatus, { readonly state: string; readonly change: (id: string) => Change }>> = {
  PENDING: { state: 'ValidateInput', change: () => ({}) },
  VALIDATING: { state: 'ValidateInput', change: () => ({ status: 'VALIDATING' }) },
  PREPARING: {
    state: 'PrepareSource',
    change: () => ({ status: 'PREPARING', ...told('ValidateInput', 'done', 'Options and prerequisites are right.') }),
  },
  REPLICATING: {
    state: 'ReplicationWait',
    change: (id) => ({
      status: 'REPLICATING',
      memory: { [stepMemory.replication]: progressOf(id) },
      ...told('StartReplication', 'done', 'The copy has started.'),
    }),
  },
  TESTING: {
    state: 'TestWait',
    change: () => ({
      status: 'TESTING',
      memory: {
        [stepMemory.replication]: { lagSeconds: 2, copiedBytes: 80 * gigabyte, totalBytes: 80 * gigabyte },
      },
      ...told('CheckReplication', 'done', 'The copy is complete and follows its source.'),
    }),
  },
  READY: {
    state: 'CutoverOrderWait',
    change: (id) => ({
      status: 'READY',
      memory: {
        [stepMemory.waitsFor]: id.startsWith('shop')
          ? "the approval of 'change-board', the approval of 'shop-owner', the order to cut over"
          : 'the order to cut over',
      },
      ...told('CheckTest', 'done', 'The test launch is ready: ACTIVE, answers on port 22'),
    }),
  },
  CUTTING_OVER: {
    state: 'CutoverWait',
    change: () => ({ status: 'CUTTING_OVER', ...told('StartCutover', 'intended', 'The source is stopped.') }),
  },
  CUT_OVER: {
    state: 'FinalizeOrderWait',
    change: () => ({
      status: 'CUT_OVER',
      ...told('CheckCutover', 'done', 'The target is ready: ACTIVE, answers on port 443'),
    }),
  },
  FINALIZING: { state: 'FinalizeCutover', change: () => ({ status: 'FINALIZING' }) },
  FINALIZED: {
    state: 'Finalized',
    change: () => ({ status: 'FINALIZED', ...told('FinalizeCutover', 'done', 'What a rollback needs is removed.') }),
  },
  ROLLING_BACK: {
    state: 'RollBack',
    change: () => ({
      status: 'ROLLING_BACK',
      error: { name: 'CutoverError', message: 'The target did not come up: ERROR, no valid host was found.' },
      ...told('CheckCutover', 'failed', 'The target did not come up: ERROR, no valid host was found.'),
    }),
  },
  ROLLED_BACK: {
    state: 'RolledBack',
    change: (id) => ({
      status: 'ROLLED_BACK',
      events: [
        { kind: 'restored', state: 'RollBack', message: `${id} runs at its source, with its address.` },
        { kind: 'restored', state: 'RollBack', message: 'The server and two volumes at the target are removed.' },
        { kind: 'not-restored', state: 'RollBack', message: 'snapshot a2o-final: it is in use by another volume' },
      ],
    }),
  },
  ROLLBACK_FAILED: {
    state: 'RollbackFailed',
    change: () => ({
      status: 'ROLLBACK_FAILED',
      error: { name: 'RollbackError', message: 'The source does not start: InsufficientInstanceCapacity.' },
      events: [
        { kind: 'failed', state: 'RollBack', message: 'The source does not start: InsufficientInstanceCapacity.' },
        { kind: 'not-restored', state: 'RollBack', message: 'the source: it is stopped and does not start' },
      ],
    }),
  },
  REJECTED: {
    state: 'Rejected',
    change: () => ({
      status: 'REJECTED',
      error: { name: 'PrerequisiteError', message: 'The agent of the migration service is not installed.' },
      ...told('ValidateInput', 'failed', 'The agent of the migration service is not installed.'),
    }),
  },
  NEEDS_ATTENTION: {
    state: 'NeedsAttention',
    change: () => ({
      status: 'NEEDS_ATTENTION',
      error: { name: 'MigrationExecutionError', message: 'Cut over for 14 days, and not finalized.' },
      ...told('AwaitFinalize', 'failed', 'Cut over for 14 days, and not finalized.'),
    }),
  },
};

function told(state: string, kind: 'done' | 'intended' | 'failed', message: string): Pick<Change, 'events'> {
  return { events: [{ kind, state, message }] };
}

const forwards: readonly MachineStatus[] = [
  'VALIDATING',
  'PREPARING',
  'REPLICATING',
  'TESTING',
  'READY',
  'CUTTING_OVER',
  'CUT_OVER',
  'FINALIZING',
  'FINALIZED',
];

/** The statuses through which a machine comes to one. */
function pathTo(end: MachineStatus): readonly MachineStatus[] {
  if (end === 'PENDING') return [];
  if (end === 'REJECTED') return ['VALIDATING', 'REJECTED'];
  if (end === 'NEEDS_ATTENTION') return [...forwards.slice(0, forwards.indexOf('CUT_OVER') + 1), 'NEEDS_ATTENTION'];
  const at = forwards.indexOf(end);
  if (at >= 0) return forwards.slice(0, at + 1);
  return [
    ...forwards.slice(0, forwards.indexOf('CUTTING_OVER') + 1),
    'ROLLING_BACK',
    ...(end === 'ROLLING_BACK' ? [] : [end]),
  ];
}

const ended: readonly MachineStatus[] = ['FINALIZED', 'ROLLED_BACK', 'ROLLBACK_FAILED', 'REJECTED', 'NEEDS_ATTENTION'];

async function fillMachine(state: State, payload: Payload, end: MachineStatus, now: Date): Promise<void> {
  const { migrationId, appName, wave, targetVmName } = payload;
  const path = pathTo(end);
  const began = now.getTime() - (path.length + 2) * 90 * minute;
  const timeOf = (step: number): Date => new Date(began + step * 90 * minute);
  const { position } = new Interpreter(machineMove).start(began);
  await createWaveMachine(state, {
    migrationId,
    correlationId: migrationId,
    appName,
    wave,
    targetVmName,
    payload,
    state: position.state,
    position,
    at: timeOf(0),
  });
  if (path.length === 0) return;
  const held = await claimWaveMachine(state, migrationId, 'worker-1');
  if (held === undefined) throw new Error('the machine is gone');
  const holder = { migrationId, fence: held.fence };
  const order = (kind: OrderKind, at: Date, more: { readonly gate?: string; readonly reason?: string } = {}) =>
    orderWaveMachine(state, migrationId, { kind, by: 'grace@acme.example', at, ...more }, allowedOrders[kind]);
  for (const [index, status] of path.entries()) {
    const at = timeOf(index + 1);
    if (status === 'CUTTING_OVER') {
      for (const gate of payload.rules?.gates ?? []) await order('approve', at, { gate, reason: 'CHG-1207' });
      await order('cutover', at);
    }
    if (status === 'FINALIZING') await order('finalize', at, { reason: 'two weeks without a fault' });
    await saveWaveMachine(state, holder, { ...steps[status].change(migrationId), at });
    await moveWaveMachine(state, holder, {
      state: steps[status].state,
      position: { ...position, state: steps[status].state },
      dueAt: ended.includes(status) ? null : new Date(now.getTime() + 5 * minute),
      ordersSeen: 10,
      release: true,
      at,
      events: [],
    });
  }
}

function progressOf(id: string): object {
  const random = randomFrom(Buffer.from(id).reduce((sum, byte) => (sum * 31 + byte) | 0, 7));
  const totalBytes = Math.round(20 + 480 * random()) * gigabyte;
  return { lagSeconds: Math.round(600 * random()), copiedBytes: Math.round(totalBytes * random()), totalBytes };
}
