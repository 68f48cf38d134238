import type { Memory } from './machine-record.js';

/** Names of what steps remember of a machine, for people. */
export const stepMemory = {
  waitsFor: 'step.waitsFor',
  replication: 'step.replication',
  test: 'step.test',
  target: 'step.target',
  rolledBack: 'step.rolledBack',
} as const;

/** Null where the service does not know. */
export interface ReplicationProgress {
  readonly lagSeconds: number | null;
  readonly copiedBytes: number | null;
  readonly totalBytes: number | null;
}

/** The reason why a READY machine waits. */
export function waitsFor(memory: Memory): string | null {
  const reason = memory[stepMemory.waitsFor];
  return typeof reason === 'string' ? reason : null;
}

export interface TargetLaunch {
  readonly health: string;
  /** Null where the service does not know. */
  readonly address: string | null;
}

/** The machine at the target, since its cutover was verified; null before. */
export function targetOf(memory: Memory): TargetLaunch | null {
  return (memory[stepMemory.target] as unknown as TargetLaunch | undefined) ?? null;
}

/** How far its copy was when it was asked last. */
export function replicationOf(memory: Memory): ReplicationProgress {
  const progress = (memory[stepMemory.replication] ?? {}) as Readonly<Record<keyof ReplicationProgress, unknown>>;
  const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return {
    lagSeconds: numberOf(progress.lagSeconds),
    copiedBytes: numberOf(progress.copiedBytes),
    totalBytes: numberOf(progress.totalBytes),
  };
}
