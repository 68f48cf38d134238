import { closeSync, fstatSync, ftruncateSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../core/canonical-json.js';
import { ensureFolder } from '../../core/ensure-folder.js';
import { linesOf } from '../../core/lines.js';
import type { BucketOutcome } from './assess-bucket.js';

interface FirstLine {
  readonly checkpoint: 1;
  readonly startedAt: string;
  /** The inputs that must be equal for one run to continue another. */
  readonly identity: unknown;
}

/** The buckets that are finished, one a line. A kill leaves at most a torn last line, which is cut off. */
export class BucketCheckpoint {
  private constructor(
    private readonly file: number,
    /** ISO 8601, UTC: of the run that began it. */
    readonly startedAt: string,
    /** By bucket: what earlier runs finished. */
    readonly finished: ReadonlyMap<string, BucketOutcome>,
  ) {}

  /** Continues the run of the same identity, or begins a new one. Throws the system's errors. */
  static async open(folder: string, identity: unknown, now: string): Promise<BucketCheckpoint> {
    ensureFolder(folder);
    const path = join(folder, 'buckets.ndjson');
    const file = openSync(path, 'a+');
    const finished = new Map<string, BucketOutcome>();
    let first: FirstLine | undefined;
    let end = 0;
    for await (const line of linesOf(path)) {
      const value = parsed(line.toString());
      const isTorn = end + line.length + 1 > fstatSync(file).size;
      if (value === undefined || isTorn) break;
      if (first === undefined) {
        first = value as FirstLine;
        if (canonicalJson(first.identity) !== canonicalJson(identity)) break;
      } else {
        const outcome = value as BucketOutcome;
        finished.set(outcome.bucket.name, outcome);
      }
      end += line.length + 1;
    }
    ftruncateSync(file, end);
    if (end > 0 && first !== undefined) return new BucketCheckpoint(file, first.startedAt, finished);
    writeFileSync(file, `${JSON.stringify({ checkpoint: 1, startedAt: now, identity } satisfies FirstLine)}\n`);
    return new BucketCheckpoint(file, now, new Map());
  }

  append(outcome: BucketOutcome): void {
    writeFileSync(this.file, `${JSON.stringify(outcome)}\n`);
  }

  close(): void {
    closeSync(this.file);
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
