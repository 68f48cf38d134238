import type { Json, Memory } from '../../machines/index.js';
import type { Pass, SourceMachine } from '../../sources/disk-source.js';
import type { ServiceContext } from '../migration-service.js';

/** The memory of the service about a machine. */
export interface OpenStackMemory {
  readonly source?: SourceMachine;
  /** ISO 8601. When the first pass's moment was kept. */
  readonly firstPointAt?: string;
  /** Null where they must be brought again. */
  readonly firstDisks?: readonly CopiedDisk[] | null;
  readonly finalDisks?: readonly CopiedDisk[];
  /** ISO 8601. Since then the source is stopped, or about to be. */
  readonly cutOverBegunAt?: string;
  /** ISO 8601. Since then the source rests, and is copied for the last time. */
  readonly finalPointAt?: string;
  /** ISO 8601. Since then the target is in use. */
  readonly cutOverAt?: string;
  readonly target?: TargetMachine;
  /** The things that the migration leaves on purpose, in words. */
  readonly left?: readonly string[];
}

/** A disk whose content is known, and its image where one was made. */
export interface CopiedDisk {
  readonly id: string;
  readonly contentId: string;
  readonly sizeBytes: number;
  readonly imageId: string | null;
  /** How the image was proven to be the disk. */
  readonly proof: string | null;
}

export interface TargetMachine {
  readonly serverId: string;
  readonly portId: string;
  readonly volumeIds: readonly string[];
  readonly address: string;
}

export function memoryOf(memory: Memory): OpenStackMemory {
  return memory;
}

export async function remember(context: ServiceContext, change: OpenStackMemory): Promise<void> {
  await context.remember(change as unknown as Readonly<Record<string, Json>>);
}

export function disksOf(memory: OpenStackMemory, pass: Pass): readonly CopiedDisk[] | undefined {
  return (pass === 'first' ? memory.firstDisks : memory.finalDisks) ?? undefined;
}
