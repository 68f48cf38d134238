import type { Diagnostic } from '../../core/diagnostic.js';
import type { Result } from '../../core/result.js';
import type { KeyRange, ObjectRef } from '../../clients/s3/listing/index.js';
import type { LiveLimits } from './limits.js';

/** Copies objects. One implementation for each program or service that can. */
export interface CopyEngine {
  readonly name: EngineName;
  /**
   * Takes tasks as it has room for them, and reports each that it took with exactly one outcome, in the order in which
   * they end. After the signal it takes no more, and those it works on end as `interrupted` at the next part. Throws for
   * bugs only.
   */
  copy(tasks: AsyncIterable<CopyTask> | Iterable<CopyTask>, options: CopyOptions): AsyncIterable<CopyOutcome>;
  /** Removes what an object in parts has left at the target that nobody will go on with. */
  discard?(upload: Upload, signal: AbortSignal): Promise<Result<void>>;
  /** The unfinished uploads of a part of a bucket at the target, whoever began them. */
  uploads?(bucket: string, range: KeyRange, signal: AbortSignal): Promise<Result<readonly Upload[]>>;
  /** Whether the target gives back what was copied, byte for byte. `false` also where it has no such object. */
  holds?(place: ObjectPlace, copied: CopiedContent, signal: AbortSignal): Promise<Result<boolean>>;
  /** The problems that would stop every copy, found before a byte moves. */
  readonly check?: () => Promise<readonly Diagnostic[]>;
}

export type EngineName = 'stream' | 'rclone' | 'datasync' | 'trino';

export interface CopyTask {
  readonly source: ObjectRef;
  readonly target: ObjectPlace;
  /**
   * The parts that an interrupted attempt has left at the target: `CopyOutcome.parts`, or the last that `onPart` was
   * given.
   */
  readonly resume?: PartHashes;
}

export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

export interface Upload extends ObjectPlace {
  readonly uploadId: string;
}

export interface CopyOptions {
  readonly signal: AbortSignal;
  /** They may change while the engine works. */
  readonly limits: LiveLimits;
  /** A part of a large object has arrived. Store `done` as the task's `resume`, so that a killed worker goes on there. */
  readonly onPart?: (task: CopyTask, done: PartHashes) => void;
  /** Bytes that have arrived at the target, for the progress. Those of a repeated part count again. */
  readonly onBytes?: (bytes: number) => void;
  /** Time that its requests spent, in milliseconds. They run side by side, so it adds up to more than has passed. */
  readonly onSpent?: (on: CopyTime, ms: number) => void;
}

/** Waiting for the source or the target to answer, moving content, or waiting because of `CopyLimits.bytesPerSecond`. */
export type CopyTime = 'source' | 'network' | 'target' | 'limit';

export interface CopyOutcome {
  readonly source: ObjectRef;
  readonly target: ObjectPlace;
  readonly state: CopyState;
  /**
   * Of the content that was copied, in hexadecimal. For an object in parts, the SHA-256 of the concatenated SHA-256 of its
   * parts with their number, `<hash>-<parts>`, as S3 writes composite checksums. `null` unless copied.
   */
  readonly sha256: string | null;
  /** Of the content that was copied; 0 unless copied. */
  readonly bytes: number;
  /** Whether the content was read back from the target and is equal. @default false */
  readonly isReadBack?: boolean;
  /** Version id at the target, where it keeps versions. */
  readonly targetVersion?: string;
  /** Of an object in parts: their hashes. Unless copied, what the next attempt takes as `resume`. */
  readonly parts?: PartHashes;
  /** Why it was not copied. */
  readonly reason?: Diagnostic;
  /** Parts of a copied object that were not carried over, such as its tags. Severity `warning`. */
  readonly notes?: readonly Diagnostic[];
}

/** The copied content, to be compared with the target's. */
export interface CopiedContent {
  /** Bytes. */
  readonly size: number;
  /** As `CopyOutcome.sha256`. */
  readonly sha256: string;
  /** Of the parts that `sha256` is composed of; absent for a hash of the whole. */
  readonly partBytes?: number;
}

/**
 * - `copied`: the target holds the content, and has checked its hash.
 * - `gone`: the source holds other content by now, or none. Listing it again tells which.
 * - `refused`: source or target do not allow it, such as an archived object or a key that the target cannot hold. Another
 *   attempt does not help until somebody changes that.
 * - `failed`: all attempts were in vain. Another one may help.
 * - `interrupted`: the signal came first.
 */
export type CopyState = 'copied' | 'gone' | 'refused' | 'failed' | 'interrupted';

/** How far an object in parts has come at the target. JSON. */
export interface PartHashes {
  /** Name of the unfinished upload at the target. */
  readonly uploadId: string;
  /** Size of each part but the last. */
  readonly partBytes: number;
  /** Those that have arrived, by number. */
  readonly parts: readonly PartHash[];
}

export interface PartHash {
  /** From 1. */
  readonly number: number;
  readonly bytes: number;
  /** Of the part's content, in hexadecimal. */
  readonly sha256: string;
  /** The target's name for it, without quotation marks. */
  readonly etag: string;
  /** In base64, where the source names a checksum of the whole object to which those of the parts add up. */
  readonly checksum?: string;
}
