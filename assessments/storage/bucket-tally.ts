import { compareKeys } from '../../clients/s3/listing/index.js';
import type { OldVersion } from '../../clients/s3/listing/index.js';
import { ObjectTally } from './object-figures.js';
import type { CountedObject, ObjectCount, ObjectFigures } from './object-figures.js';
import type { Claim } from './table-locations.js';

/** The contents of a table's folders. */
export interface TableFiles extends ObjectFigures {
  /**
   * Those of them that Hive and Trino do not read: the name of the file, or of a folder below the table's, begins with
   * `_` or `.`. Sources: Hive, `FileUtils.HIDDEN_FILES_PATH_FILTER`; Trino, `HiveFileIterator`.
   */
  readonly hidden: ObjectCount;
}

/** Old versions beside the current objects of a bucket that keeps versions. */
export interface OldVersions {
  readonly noncurrent: ObjectCount;
  /** All of them, current or not. */
  readonly deleteMarkers: number;
}

interface Reader {
  readonly table: string;
  /** Characters of the table's folder, at the beginning of a key. */
  readonly folderLength: number;
}

interface TableTally {
  readonly all: ObjectTally;
  readonly hidden: ObjectTally;
}

/**
 * Counts the objects of one bucket for the tables whose folders they are in. An object counts once for each table that
 * reads it, however many of the table's folders it is in, and once for the bucket. It keeps folders, and no objects.
 */
export class BucketTally {
  private readonly all = new ObjectTally();
  private readonly tables = new Map<string, TableTally>();
  private readonly folders = new Map<string, string[]>();
  private readonly noncurrent = { objects: 0, bytes: 0 };
  private deleteMarkers = 0;
  private shared = 0;
  private current: { readonly folder: string; readonly readers: readonly Reader[] } | undefined;

  constructor(claims: readonly Claim[]) {
    for (const { table, folder } of claims) {
      this.tables.set(table, { all: new ObjectTally(), hidden: new ObjectTally() });
      const readers = this.folders.get(folder);
      if (readers === undefined) this.folders.set(folder, [table]);
      else if (!readers.includes(table)) readers.push(table);
    }
  }

  add(object: CountedObject): void {
    this.all.add(object);
    const readers = this.readersOf(object.key);
    this.shared += object.size * Math.max(0, readers.length - 1);
    for (const { table, folderLength } of readers) {
      const tally = this.tables.get(table);
      tally?.all.add(object);
      if (isHidden(object.key, folderLength)) tally?.hidden.add(object);
    }
  }

  addOld({ kind, size }: Pick<OldVersion, 'kind' | 'size'>): void {
    if (kind === 'delete-marker') this.deleteMarkers += 1;
    else {
      this.noncurrent.objects += 1;
      this.noncurrent.bytes += size;
    }
  }

  oldVersions(): OldVersions {
    return { noncurrent: { ...this.noncurrent }, deleteMarkers: this.deleteMarkers };
  }

  /** Of all current objects, each once. */
  figures(): ObjectFigures {
    return this.all.figures();
  }

  /** Bytes that count for a second table, and for each one more. */
  get sharedBytes(): number {
    return this.shared;
  }

  tableFiles(): ReadonlyMap<string, TableFiles> {
    return new Map(
      [...this.tables].map(([table, { all, hidden }]) => {
        const { objects, bytes } = hidden.figures();
        return [table, { ...all.figures(), hidden: { objects, bytes } }];
      }),
    );
  }

  /** Keys of one folder follow one another. */
  private readersOf(key: string): readonly Reader[] {
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    if (this.current?.folder !== folder) this.current = { folder, readers: this.readersOfFolder(folder) };
    return this.current.readers;
  }

  private readersOfFolder(folder: string): readonly Reader[] {
    const found = new Map<string, Reader>();
    for (const around of foldersAround(folder))
      // The outermost folder of a table decides what is hidden in it.
      for (const table of this.folders.get(around) ?? [])
        if (!found.has(table)) found.set(table, { table, folderLength: around.length });
    return [...found.values()];
  }
}

/** The folders that a folder lies in, from the bucket's root to itself. */
export function foldersAround(folder: string): readonly string[] {
  const around = [''];
  for (let length = 0; length < folder.length; around.push(folder.slice(0, length)))
    length = folder.indexOf('/', length) + 1;
  return around;
}

function isHidden(key: string, folderLength: number): boolean {
  return /(^|\/)[._]/.test(key.slice(folderLength));
}

/** The folders that lie in no other one of them: together they hold every object of all, once. Sorted. */
export function outermost(folders: Iterable<string>): readonly string[] {
  const kept: string[] = [];
  for (const folder of [...new Set(folders)].sort(compareKeys)) {
    const last = kept.at(-1);
    if (last === undefined || !folder.startsWith(last)) kept.push(folder);
  }
  return kept;
}
