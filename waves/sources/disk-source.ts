/** Where the disks of machines come from. Each call can be repeated: it finds what an earlier attempt made. */
export interface DiskSource {
  /** Such as `ebs`. */
  readonly name: string;
  /** The machine as it is now. Throws a PrerequisiteError when it does not exist or cannot be copied. */
  describe(vmId: string, context: SourceContext): Promise<SourceMachine>;
  /** Keeps the content that all disks have at one moment, such as by snapshots. One moment for each pass. */
  keepPoint(machine: SourceMachine, pass: Pass, context: SourceContext): Promise<PointState>;
  /** Brings the file to the content of the pass's moment, from whatever it holds. */
  copyDisk(request: DiskRequest, context: SourceContext): Promise<DiskContent>;
  /** Stops the machine, so that its disks rest. */
  stop(machine: SourceMachine, context: SourceContext): Promise<'stopped' | 'waiting'>;
  /** Starts the machine as it was before, for a rollback. */
  start(machine: SourceMachine, context: SourceContext): Promise<StartState>;
  /** Removes what copying made at the source; never the machine or its disks. Returns what is left, in words. */
  cleanUp(machine: SourceMachine, context: SourceContext): Promise<readonly string[]>;
}

/** `first` while the machine runs; `final` once it has stopped. */
export type Pass = 'first' | 'final';

export interface SourceContext {
  readonly migrationId: string;
  readonly signal: AbortSignal;
}

/** Plain data, which a service remembers until the machine is finalized or rolled back. */
export interface SourceMachine {
  readonly id: string;
  readonly name: string;
  /** Whether it ran when it was described, so that a rollback starts it. */
  readonly wasRunning: boolean;
  /** The boot disk is the first. */
  readonly disks: readonly SourceDisk[];
  /** Left out where the source does not tell. */
  readonly firmware?: 'bios' | 'uefi';
  readonly os?: 'linux' | 'windows';
  readonly addresses: readonly string[];
  /** The details that only this source needs, to start the machine again. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface SourceDisk {
  readonly id: string;
  readonly sizeBytes: number;
  /** As the source names it, such as `/dev/sda1`. */
  readonly device?: string;
}

export type PointState = { readonly is: 'ready' } | { readonly is: 'waiting'; readonly what: string };

export interface DiskRequest {
  readonly machine: SourceMachine;
  readonly disk: SourceDisk;
  readonly pass: Pass;
  /** Raw and sparse; a source may keep progress beside it, under names that begin with this one. */
  readonly file: string;
  readonly onProgress: (progress: CopyProgress) => void;
}

export interface CopyProgress {
  readonly copiedBytes: number;
  readonly totalBytes: number;
}

export interface DiskContent {
  /** Equal for equal content, within one source: hexadecimal. */
  readonly contentId: string;
}

export interface StartState {
  readonly is: 'started' | 'waiting';
  /** In words. */
  readonly restored: readonly string[];
  readonly notRestored: readonly NotRestored[];
  /** Disks are gone at the source: what was copied of them may be all that there is, and must stay. @default false */
  readonly isLost?: boolean;
}

export interface NotRestored {
  readonly what: string;
  readonly why: string;
}
