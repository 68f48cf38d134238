import { CutoverError } from '../machines/errors.js';
import { cutOverStatuses, notMovedStatuses } from '../machines/machine-record.js';
import type { MachineSummary } from '../machines/machine-record.js';
import { stepMemory } from '../machines/step-memory.js';
import { decideCutover } from './decide-cutover.js';
import type { Dependency } from './decide-cutover.js';
import { isOverdue, nextWait, phases } from './pace.js';
import { takePlace } from './places.js';
import { migrationsOfSameSource } from './same-source.js';
import { happened } from './step.js';
import type { Step, StepCall, StepResult } from './step.js';

/** Waits for orders, approvals, other applications, a window and a place. */
export const checkCutoverOrder: Step = {
  from: ['READY'],
  run: async (call) => {
    const { record, ports } = call;
    const decision = decideCutover(record, await dependenciesOf(call), ports.now());
    if (decision.is === 'waiting') return wait(call, decision.reasons);
    const others = decision.is === 'cutover' ? await migrationsOfSameSource(call) : [];
    if (others.length > 0) return wait(call, others);
    if (decision.is === 'cutover' && !(await takePlace(call, 'cutovers')))
      return wait(call, ['a place among the cutovers of its wave']);
    if (decision.is !== 'test') return { outcome: { is: decision.is } };
    await call.service().endTest(call.machine, call.context);
    // Forgotten, so that the test is done again.
    return { outcome: { is: 'test' }, repeatable: true, change: { outcomes: { StartTest: null, CheckTest: null } } };
  },
};

function wait(call: StepCall, reasons: readonly string[]): StepResult {
  const { record, ports } = call;
  const reason = reasons.join(', ');
  if (isOverdue(phases.cutoverOrder, record.statusSince, ports.now()))
    throw new CutoverError(`The machine was ready for 21 days and still waited for ${reason}.`);
  return {
    outcome: { is: 'waiting', waitSeconds: nextWait(phases.cutoverOrder, record.statusSince, ports.now()) },
    ...(record.memory[stepMemory.waitsFor] !== reason && {
      change: { memory: { [stepMemory.waitsFor]: reason }, events: [happened(call, 'status', `Waits for ${reason}.`)] },
    }),
  };
}

async function dependenciesOf({ record, ports }: StepCall): Promise<readonly Dependency[]> {
  const found: Dependency[] = [];
  for (const appName of record.payload.rules?.after ?? []) {
    const machines: MachineSummary[] = [];
    for await (const machine of ports.store.byApp(appName)) machines.push(machine);
    const current = withoutEarlierAttempts(machines);
    const open = current.filter(({ status }) => !cutOverStatuses.includes(status));
    found.push({ appName, machines: current.length, open: open.length });
  }
  return found;
}

/** A machine that was not moved and was submitted again, under another migrationId, counts once. */
function withoutEarlierAttempts(machines: readonly MachineSummary[]): readonly MachineSummary[] {
  const isNotMoved = ({ status }: MachineSummary): boolean => notMovedStatuses.includes(status);
  const later = new Set(machines.filter((one) => !isNotMoved(one)).map(({ targetVmName }) => targetVmName));
  return machines.filter((one) => !isNotMoved(one) || !later.has(one.targetVmName));
}
