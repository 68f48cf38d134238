import type { MachineRecord } from '../machines/machine-record.js';
import { isOrdered, isRollbackOrdered, isTestOrdered } from './orders.js';

/** An application that must be cut over first. */
export interface Dependency {
  readonly appName: string;
  readonly machines: number;
  /** Neither cut over nor finalized. */
  readonly open: number;
}

export type Decision =
  { readonly is: 'cutover' | 'rollback' | 'test' } | { readonly is: 'waiting'; readonly reasons: readonly string[] };

/** The decision about a machine that is ready. Everything that it waits for is named. Pure. */
export function decideCutover(
  record: Pick<MachineRecord, 'orders' | 'memory' | 'payload'>,
  dependencies: readonly Dependency[],
  now: Date,
): Decision {
  if (isRollbackOrdered(record)) return { is: 'rollback' };
  if (isTestOrdered(record)) return { is: 'test' };
  const { start = 'when-ordered', gates = [], windows } = record.payload.rules ?? {};
  const approved = record.orders.filter(({ kind }) => kind === 'approve').map(({ gate }) => gate);
  const reasons = [
    ...gates.filter((gate) => !approved.includes(gate)).map((gate) => `the approval of '${gate}'`),
    ...dependencies.filter(({ open, machines }) => open > 0 || machines === 0).map(describe),
    ...(start === 'when-ordered' && !isOrdered(record, 'cutover') ? ['the order to cut over'] : []),
    ...(windows === undefined || windows.some((window) => isWithin(window, now))
      ? []
      : [`a window (${next(windows, now)})`]),
  ];
  return reasons.length === 0 ? { is: 'cutover' } : { is: 'waiting', reasons };
}

function describe({ appName, machines, open }: Dependency): string {
  return machines === 0
    ? `${appName}, of which no machine is known`
    : `${appName}, of which ${open} of ${machines} machines are not cut over`;
}

interface Span {
  readonly from: string;
  readonly to: string;
}

function isWithin({ from, to }: Span, now: Date): boolean {
  return Date.parse(from) <= now.getTime() && now.getTime() < Date.parse(to);
}

function next(windows: readonly Span[], now: Date): string {
  const coming = windows.map(({ from }) => from).filter((from) => Date.parse(from) > now.getTime());
  return coming.length === 0 ? 'the last one is over' : `the next begins at ${[...coming].sort()[0] ?? ''}`;
}
