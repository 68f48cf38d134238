import type { Diagnostic } from '../../../core/diagnostic.js';
import type { Result } from '../../../core/result.js';
import type { ContentSink, TransferFailure } from '../../../clients/transfer/index.js';
import type { KeyRange, ObjectRef } from '../../../clients/s3/listing/index.js';
import type { ObjectPlace, PartHash, Upload } from '../copy-engine.js';
import type { PartRules } from './plan-parts.js';
import type { ObjectProperties } from './properties.js';

/** Where objects go. Nothing is repeated here; an interrupted call may or may not have had its effect. */
export interface StreamTarget {
  /** For messages. */
  readonly endpoint: string;
  /** Asks the store for its limits, once. */
  rules(): Promise<Result<TargetRules, TransferFailure>>;
  /** Writes an object, which takes the place of an earlier one. The store verifies the content. */
  put(
    place: ObjectPlace,
    content: Content,
    object: NewObject,
    signal: AbortSignal,
  ): Promise<Result<Written, TransferFailure>>;
  /** Starts an upload in parts, and returns its name. */
  begin(
    place: ObjectPlace,
    object: NewObject,
    partBytes: number,
    signal: AbortSignal,
  ): Promise<Result<string, TransferFailure>>;
  putPart(
    upload: Upload,
    number: number,
    content: Content,
    signal: AbortSignal,
  ): Promise<Result<string, TransferFailure>>;
  /** The ETags of parts that have arrived, by number; undefined where the upload is not there any longer. */
  arrived(
    upload: Upload,
    signal: AbortSignal,
  ): Promise<Result<ReadonlyMap<number, ArrivedPart> | undefined, TransferFailure>>;
  /** Makes the object of the parts. Done again, it finds that it was done. */
  complete(
    upload: Upload,
    parts: readonly PartHash[],
    object: NewObject,
    signal: AbortSignal,
  ): Promise<Result<Written, TransferFailure>>;
  /** Removes what an upload has left. */
  abort(upload: Upload, signal: AbortSignal): Promise<Result<void, TransferFailure>>;
  /** Removes what unfinished uploads have left of this object. */
  abortOthers(place: ObjectPlace, signal: AbortSignal): Promise<Result<void, TransferFailure>>;
  /** Unfinished uploads of keys in the range. */
  uploads(bucket: string, range: KeyRange, signal: AbortSignal): Promise<Result<readonly Upload[], TransferFailure>>;
  /** Reads the content back. */
  read(
    place: ObjectPlace,
    wanted: ReadBack,
    sink: ContentSink,
    signal: AbortSignal,
  ): Promise<Result<void, TransferFailure>>;
}

export interface TargetRules {
  readonly parts: PartRules;
  /** Why an object cannot be there; undefined if it can. */
  refusal(place: ObjectPlace): Diagnostic | undefined;
  /** The properties of an object that cannot be carried, for people. */
  notCarried(properties: ObjectProperties): readonly string[];
}

export interface NewObject {
  readonly source: ObjectRef;
  readonly properties: ObjectProperties;
}

export type Content =
  | { readonly bytes: Uint8Array; readonly sha256: string }
  /** Larger than the memory for it. */
  | { readonly stream: AsyncIterable<Uint8Array>; readonly length: number };

export interface ArrivedPart {
  readonly etag: string;
  readonly bytes: number;
}

export interface Written {
  readonly version?: string;
  /** The properties that the store turned out not to keep, for people. */
  readonly notKept?: readonly string[];
}

export interface ReadBack {
  readonly version: string | undefined;
  readonly offset: number;
  readonly bytes: number;
  /** Of the whole object. */
  readonly size: number;
}
