import type { Diagnostic } from '../../../core/diagnostic.js';
import { isPermanent } from '../../../clients/s3/listing/index.js';
import type { ChunkProgress, MigrationChunk } from '../../../state/index.js';
import type { ObjectRef } from '../../../clients/s3/listing/index.js';
import {
  countOutcomes,
  decodeObjects,
  decodeOutcomes,
  encodeOutcomes,
  isSettled,
  untouched,
} from '../../work-order/index.js';
import type { ObjectOutcome } from '../../work-order/index.js';
import type { CopyOutcome, PartHashes } from '../copy-engine.js';

/** `copy` tries all objects that are not settled; `recheck` those that the source no longer held as they were listed. */
export type Pass = 'copy' | 'recheck';

/** A chunk that is worked on, and what became of its objects so far. */
export class OpenChunk {
  readonly number: number;
  readonly owner: string;
  readonly objects: readonly ObjectRef[];
  readonly #outcomes: ObjectOutcome[];
  #unsaved: 'nothing' | 'parts' | 'outcomes' = 'nothing';
  #waiting: number;
  #stored: { readonly objects: number; readonly bytes: number };

  constructor(
    row: MigrationChunk,
    readonly pass: Pass,
  ) {
    this.number = row.number;
    this.owner = row.owner;
    this.objects = decodeObjects(row.keys);
    this.#outcomes =
      row.outcomes === null ? this.objects.map(() => untouched) : [...decodeOutcomes(row.outcomes, this.objects)];
    this.#waiting = this.toTry.length;
    this.#stored = copiedOf(row);
  }

  /** Places of the objects that this pass must try. */
  get toTry(): readonly number[] {
    return [...this.#outcomes.keys()].filter((index) => {
      const outcome = this.outcomeOf(index);
      return this.pass === 'recheck' ? outcome.state === 'recheck' : !isSettled(outcome) && outcome.state !== 'recheck';
    });
  }

  /** Objects whose outcome of this pass is not known yet. */
  get waiting(): number {
    return this.#waiting;
  }

  get unsaved(): 'nothing' | 'parts' | 'outcomes' {
    return this.#unsaved;
  }

  /** Bytes of unfinished objects that have arrived. */
  get bytesOfParts(): number {
    return this.#outcomes.reduce(
      (sum, outcome) =>
        isSettled(outcome) ? sum : sum + (outcome.resume?.parts ?? []).reduce((of, { bytes }) => of + bytes, 0),
      0,
    );
  }

  /** Objects of which parts have arrived at the target, but not all. */
  get uploads(): readonly { readonly object: ObjectRef; readonly left: PartHashes }[] {
    return this.objects.flatMap((object, index) => {
      const outcome = this.outcomeOf(index);
      return isSettled(outcome) || outcome.resume === undefined ? [] : [{ object, left: outcome.resume }];
    });
  }

  outcomeOf(index: number): ObjectOutcome {
    return this.#outcomes[index] ?? untouched;
  }

  /** Listing an object again has told that it is gone. */
  settleGone(index: number): void {
    const { reason } = this.outcomeOf(index);
    this.#end(index, { state: 'gone', ...(reason && { reason }) });
  }

  /** Nobody knows what the source holds by now. */
  fail(index: number, reason: Diagnostic | undefined): void {
    this.#end(index, {
      state: reason !== undefined && isPermanent(reason) ? 'refused' : 'failed',
      ...(reason && { reason }),
    });
  }

  /** @param found what was copied instead of the listed object */
  end(index: number, outcome: CopyOutcome, found: ObjectRef | undefined): void {
    this.#end(index, { ...this.#judged(outcome, this.outcomeOf(index)), ...(found && { found }) });
  }

  saveParts(index: number, resume: PartHashes, found: ObjectRef | undefined): void {
    this.#outcomes[index] = { ...this.outcomeOf(index), resume, ...(found && { found }) };
    if (this.#unsaved === 'nothing') this.#unsaved = 'parts';
  }

  /** As a row. What changes from here on is unsaved again. */
  progress(): ChunkProgress {
    this.#unsaved = 'nothing';
    return {
      number: this.number,
      state: this.#state(),
      outcomes: encodeOutcomes(this.#outcomes),
      ...countOutcomes(this.objects, this.#outcomes),
    };
  }

  /** The objects and bytes copied since the chunk was last stored. */
  savedAs(row: ChunkProgress): { readonly objects: number; readonly bytes: number } {
    const [before, now] = [this.#stored, copiedOf(row)];
    this.#stored = now;
    return { objects: now.objects - before.objects, bytes: now.bytes - before.bytes };
  }

  #state(): ChunkProgress['state'] {
    const states = new Set(this.#outcomes.map(({ state }) => state));
    if (states.has('open') || (this.pass === 'copy' && this.#waiting > 0)) return 'OPEN';
    return states.has('recheck') ? 'RECHECK' : 'DONE';
  }

  #end(index: number, outcome: ObjectOutcome): void {
    this.#outcomes[index] = outcome;
    this.#waiting -= 1;
    this.#unsaved = 'outcomes';
  }

  #judged(
    { state, isReadBack, sha256, targetVersion, parts, reason, notes }: CopyOutcome,
    { resume }: ObjectOutcome,
  ): ObjectOutcome {
    const why = { ...(reason && { reason }) };
    // An interruption before the first task leaves the outcomes of an earlier attempt.
    const kept = parts ?? resume;
    switch (state) {
      case 'copied':
        return {
          state: isReadBack === true ? 'verified' : 'copied',
          ...(sha256 !== null && { sha256 }),
          ...(parts && { partBytes: parts.partBytes }),
          ...(targetVersion !== undefined && { targetVersion }),
          ...(notes && notes.length > 0 && { notes }),
        };
      case 'gone':
        // An object that is overwritten again and again may hold still in the next attempt.
        return { state: this.pass === 'copy' ? 'recheck' : 'failed', ...why };
      case 'interrupted':
        return { state: this.pass === 'copy' ? 'open' : 'recheck', ...(kept && { resume: kept }) };
      case 'failed':
      case 'refused':
        return { state, ...why, ...(parts && { resume: parts }) };
    }
  }
}

function copiedOf({ copied, verified, bytes_copied }: ChunkProgress | MigrationChunk) {
  return { objects: copied + verified, bytes: bytes_copied };
}
