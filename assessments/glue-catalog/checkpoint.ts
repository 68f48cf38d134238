import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../core/canonical-json.js';
import type { AssessedDatabase, AssessedTable } from '../assessment.js';
import { ensureFolder } from '../../core/ensure-folder.js';
import { linesOf } from '../../core/lines.js';
import type { BucketListing } from '../storage/list-bucket.js';
import type { Notice } from './field-findings.js';

/** The inputs that must be equal for one run to continue another. */
export interface RunIdentity {
  readonly toolVersion: string;
  readonly region: string;
  readonly catalogId: string | null;
  readonly endpoint: string | null;
  readonly databases: string | null;
  readonly tags: boolean;
}

/** One finished page, or the decision to list something anew. `next` is the token of the page to ask for, `null` at the end. */
export type CheckpointRecord =
  | {
      readonly kind: 'databases';
      readonly accountId: string | null;
      readonly items: readonly AssessedDatabase[];
      readonly notices: readonly Notice[];
      readonly next: string | null;
    }
  | {
      readonly kind: 'tables';
      readonly database: string;
      readonly items: readonly AssessedTable[];
      readonly notices: readonly Notice[];
      readonly next: string | null;
    }
  | { readonly kind: 'tags'; readonly database: string; readonly tags: Readonly<Record<string, string>> }
  | { readonly kind: 'restart'; readonly listing: readonly string[] }
  | ListingRecord
  | PartitionsRecord;

/** The objects of tables in a bucket. `claims` is a hash of their folders. */
export interface ListingRecord {
  readonly kind: 'listing';
  readonly bucket: string;
  readonly claims: string;
  readonly listing: BucketListing;
}

/** Followed by `lines` lines of partition detail, which stay in the file until they are sorted. */
export interface PartitionsRecord {
  readonly kind: 'partitions';
  readonly database: string;
  readonly table: string;
  readonly next: string | null;
  readonly notices: readonly Notice[];
  readonly lines: number;
  readonly bytes: number;
}

/** The position of a page of partition detail in the checkpoint. */
export interface StoredPage {
  readonly offset: number;
  readonly bytes: number;
  readonly lines: number;
}

interface FirstLine {
  readonly checkpoint: 1;
  readonly startedAt: string;
  readonly identity: RunIdentity;
}

/** - `new`: there was none. - `resumed`. - `other-run`: it was for another region, endpoint, filter or version. - `damaged`. */
export type Opening = 'new' | 'resumed' | 'other-run' | 'damaged';

/**
 * An append-only file of finished pages. A kill leaves at most a torn last page, which is cut off when it is opened again.
 * Throws the system's errors.
 */
export class CollectionCheckpoint {
  private constructor(
    /** May hold other files of the run, too. */
    readonly folder: string,
    private readonly file: number,
    private end: number,
    /** Where the first line ends. */
    private begun: number,
    /** ISO 8601, UTC: of the run that began it. */
    readonly startedAt: string,
  ) {}

  /** Opens the run's checkpoint and passes every finished page to `replay`, or begins a new one. */
  static async open(
    folder: string,
    identity: RunIdentity,
    now: string,
    replay: (record: CheckpointRecord, page: StoredPage | null) => void,
  ): Promise<{ readonly checkpoint: CollectionCheckpoint; readonly opening: Opening }> {
    ensureFolder(folder);
    const path = join(folder, 'pages.ndjson');
    const file = openSync(path, 'a+');
    if (fstatSync(file).size > 0) {
      const { first, begun, end } = await scan(path, fstatSync(file).size, identity, replay);
      if (first !== undefined && typeof first !== 'string') {
        ftruncateSync(file, end);
        return { checkpoint: new CollectionCheckpoint(folder, file, end, begun, first.startedAt), opening: 'resumed' };
      }
      ftruncateSync(file, 0);
      return { checkpoint: CollectionCheckpoint.begin(folder, file, identity, now), opening: first ?? 'damaged' };
    }
    return { checkpoint: CollectionCheckpoint.begin(folder, file, identity, now), opening: 'new' };
  }

  private static begin(folder: string, file: number, identity: RunIdentity, startedAt: string): CollectionCheckpoint {
    const checkpoint = new CollectionCheckpoint(folder, file, 0, 0, startedAt);
    checkpoint.write(`${JSON.stringify({ checkpoint: 1, startedAt, identity } satisfies FirstLine)}\n`);
    checkpoint.begun = checkpoint.end;
    return checkpoint;
  }

  append(record: Exclude<CheckpointRecord, PartitionsRecord>): void {
    this.write(`${JSON.stringify(record)}\n`);
  }

  /** `details` are JSON texts, one per partition. */
  appendPartitions(
    page: Omit<PartitionsRecord, 'kind' | 'lines' | 'bytes'>,
    details: readonly string[],
  ): { readonly record: PartitionsRecord; readonly stored: StoredPage } {
    const body = Buffer.from(details.map((detail) => `${detail}\n`).join(''));
    const record: PartitionsRecord = { kind: 'partitions', ...page, lines: details.length, bytes: body.length };
    this.write(Buffer.concat([Buffer.from(`${JSON.stringify(record)}\n`), body]));
    return { record, stored: { offset: this.end - body.length, bytes: body.length, lines: details.length } };
  }

  readPage({ offset, bytes }: StoredPage): readonly string[] {
    const body = Buffer.allocUnsafe(bytes);
    for (let done = 0; done < bytes;) {
      const read = readSync(this.file, body, done, bytes - done, offset + done);
      if (read === 0) throw new Error(`The checkpoint in ${this.folder} became shorter while it was in use.`);
      done += read;
    }
    return body.toString().split('\n').slice(0, -1);
  }

  /** Whether it holds no finished page, so that there is nothing to continue. */
  get isEmpty(): boolean {
    return this.end === this.begun;
  }

  close(): void {
    closeSync(this.file);
  }

  private write(content: string | Buffer): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    writeFileSync(this.file, bytes);
    this.end += bytes.length;
  }
}

/** Reads up to the last complete record. `first` is undefined or 'other-run' when the file cannot be used. */
async function scan(
  path: string,
  size: number,
  identity: RunIdentity,
  replay: (record: CheckpointRecord, page: StoredPage | null) => void,
): Promise<{ readonly first: FirstLine | 'other-run' | undefined; readonly begun: number; readonly end: number }> {
  let first: FirstLine | undefined;
  let begun = 0;
  let end = 0;
  let offset = 0;
  let open: { readonly record: PartitionsRecord; readonly page: StoredPage; left: number } | undefined;
  for await (const line of linesOf(path)) {
    offset += line.length + 1;
    // The last line lacks its line feed: a kill cut it.
    if (offset > size) break;
    if (open !== undefined) {
      open.left -= 1;
    } else {
      const value = parseLine(line);
      if (value === undefined) break;
      if (first === undefined) {
        if (!isFirstLine(value)) return { first: undefined, begun: 0, end: 0 };
        if (canonicalJson(value.identity) !== canonicalJson(identity)) return { first: 'other-run', begun: 0, end: 0 };
        first = value;
        begun = offset;
        end = offset;
        continue;
      }
      const record = value as CheckpointRecord;
      if (record.kind !== 'partitions') {
        replay(record, null);
        end = offset;
        continue;
      }
      open = { record, page: { offset, bytes: record.bytes, lines: record.lines }, left: record.lines };
    }
    if (open.left === 0) {
      if (offset !== open.page.offset + open.page.bytes) break;
      replay(open.record, open.page);
      end = offset;
      open = undefined;
    }
  }
  return { first, begun, end };
}

function parseLine(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString()) as unknown;
  } catch {
    return undefined;
  }
}

function isFirstLine(value: unknown): value is FirstLine {
  return typeof value === 'object' && value !== null && (value as Partial<FirstLine>).checkpoint === 1;
}
