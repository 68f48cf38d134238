/**
 * The files that the rewrite writes; data files, equality deletes and statistics contain no paths and stay as they were
 * copied.
 */
export const fileKinds = ['delete-file', 'manifest', 'manifest-list', 'metadata'] as const;
export type FileKind = (typeof fileKinds)[number];

export interface RewrittenFile {
  readonly kind: FileKind;
  /** URI as the source spells it. */
  readonly source: string;
  readonly target: string;
  readonly bytes: number;
  /** Of the content, lower-case hex. */
  readonly sha256: string;
  /** Of a delete file: an ORC file becomes a Parquet file. */
  readonly format: string | null;
}

/** Remembers what a run has written, so that the next one goes on from there. Belongs to one table and one set of rules. */
export interface RewriteJournal {
  find(source: string): Promise<RewrittenFile | undefined>;
  record(file: RewrittenFile): Promise<void>;
}

/** So far, by kind; `entries` are records of manifests. */
export interface RewriteProgress {
  readonly files: Readonly<Record<FileKind, number>>;
  readonly entries: number;
  readonly bytes: number;
}
