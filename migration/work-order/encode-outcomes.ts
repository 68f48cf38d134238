import type { Diagnostic } from '../../core/diagnostic.js';
import type { ObjectRef } from '../../clients/s3/listing/index.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { readHash, writeHash } from './hash-text.js';
import type { ObjectOutcome, ObjectState } from './outcomes.js';
import { pack, unpack } from './packed.js';

const version = 1;
const sha256Bytes = 32;

/** Their places in the list are stored: only add to its end. */
const states: readonly ObjectState[] = ['open', 'copied', 'verified', 'failed', 'gone', 'refused', 'recheck'];
const has = { sha256: 1, targetVersion: 2, resume: 4, found: 8, reason: 16, notes: 32, partBytes: 64 } as const;

/** The outcomes of a chunk's objects, in their order: about 34 bytes for one that was copied, 1 for one that is open. */
export function encodeOutcomes(outcomes: readonly ObjectOutcome[]): Buffer {
  return pack(version, (writer) => {
    const texts = new Map<string, number>();
    const numberOf = (diagnostic: Diagnostic): number => {
      const text = JSON.stringify({ ...diagnostic, path: '' });
      const number = texts.get(text) ?? texts.size;
      texts.set(text, number);
      return number;
    };
    const reasons = outcomes.map(({ reason }) => reason && numberOf(reason));
    const notesOf = outcomes.map(({ notes }) => notes?.map(numberOf));
    writer.number(texts.size);
    for (const text of texts.keys()) writer.text(text);
    writer.number(outcomes.length);
    for (const [index, outcome] of outcomes.entries()) {
      const [reason, notes] = [reasons[index], notesOf[index]];
      writer.number(states.indexOf(outcome.state)).number(flagsOf(outcome));
      writeParts(writer, outcome);
      if (reason !== undefined) writer.number(reason);
      if (notes !== undefined) {
        writer.number(notes.length);
        for (const note of notes) writer.number(note);
      }
    }
  });
}

/** @param objects those of the chunk, to which the outcomes belong */
export function decodeOutcomes(packed: Uint8Array, objects: readonly ObjectRef[]): readonly ObjectOutcome[] {
  return unpack(packed, version, (reader) => {
    const texts = Array.from({ length: reader.number() }, () => JSON.parse(reader.text()) as Diagnostic);
    const count = reader.number();
    if (count !== objects.length)
      throw new Error(`The stored chunk has ${objects.length} objects and ${count} outcomes.`);
    return objects.map(({ bucket, key }) => {
      const diagnostic = (): Diagnostic => {
        const text = texts[reader.number()];
        if (text === undefined) throw new Error('The stored chunk lacks a reason.');
        return { ...text, path: `s3://${bucket}/${key}` };
      };
      const state = states[reader.number()];
      if (state === undefined) throw new Error('The stored chunk has a state that is not known.');
      const flags = reader.number();
      return {
        state,
        ...readParts(reader, flags),
        ...((flags & has.reason) !== 0 && { reason: diagnostic() }),
        ...((flags & has.notes) !== 0 && { notes: Array.from({ length: reader.number() }, diagnostic) }),
      };
    });
  });
}

function flagsOf(outcome: ObjectOutcome): number {
  return Object.entries(has).reduce(
    (flags, [name, flag]) => (outcome[name as keyof typeof has] === undefined ? flags : flags | flag),
    0,
  );
}

function writeParts(writer: ByteWriter, { sha256, partBytes, targetVersion, resume, found }: ObjectOutcome): void {
  if (sha256 !== undefined) writeHash(writer, sha256, sha256Bytes);
  if (partBytes !== undefined) writer.number(partBytes);
  if (targetVersion !== undefined) writer.text(targetVersion);
  if (resume !== undefined) writer.text(JSON.stringify(resume));
  if (found !== undefined) writer.text(JSON.stringify(found));
}

function readParts(reader: ByteReader, flags: number): Partial<ObjectOutcome> {
  return {
    ...((flags & has.sha256) !== 0 && { sha256: readHash(reader, sha256Bytes) }),
    ...((flags & has.partBytes) !== 0 && { partBytes: reader.number() }),
    ...((flags & has.targetVersion) !== 0 && { targetVersion: reader.text() }),
    ...((flags & has.resume) !== 0 && { resume: JSON.parse(reader.text()) as NonNullable<ObjectOutcome['resume']> }),
    ...((flags & has.found) !== 0 && { found: JSON.parse(reader.text()) as ObjectRef }),
  };
}
