import type { Json, Memory } from '../machines/machine-record.js';
import type { RecordMove } from './record-moves.js';

/** The memory of a machine's records, from before the first of them is changed. */
export interface DnsMemory {
  readonly is: 'moving' | 'moved' | 'restoring' | 'restored';
  readonly moves: readonly RememberedMove[];
  /** How often restoring was begun. */
  readonly attempts?: number;
}

export interface RememberedMove extends RecordMove {
  /** Of the last write; null before it. */
  readonly ticket: string | null;
}

const name = 'step.dns';

/** Undefined where no record of the machine was to be changed so far. */
export function dnsMemoryOf(memory: Memory): DnsMemory | undefined {
  return memory[name] as unknown as DnsMemory | undefined;
}

export function asMemory(dns: DnsMemory): Memory {
  return { [name]: dns as unknown as Json };
}
