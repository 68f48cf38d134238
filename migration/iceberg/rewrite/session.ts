import { createHash } from 'node:crypto';
import type { Diagnostic } from '../../../core/diagnostic.js';
import { malformedFile, missingFile, outsideMap, unreadableFeature } from '../diagnostics.js';
import { MalformedFile } from '../malformed-file.js';
import type { PathMap } from '../path-map.js';
import { ProblemList } from '../problem-list.js';
import type { EntryRefusal } from '../refusals.js';
import type { FileReader, FileWriter } from '../table-files.js';
import { fileKinds } from './rewritten-file.js';
import type { FileKind, RewriteJournal, RewriteProgress, RewrittenFile } from './rewritten-file.js';
import { WeightedLimit } from './weighted-limit.js';

/** A file that is named by another one and may have to be rewritten. */
export interface NamedFile {
  readonly uri: string;
  readonly kind: FileKind;
  /** Expected, in bytes. */
  readonly bytes: number;
  readonly namedBy: string;
  /** False below snapshots that have expired: what is missing or wrong there matters to nobody. */
  readonly isLive: boolean;
}

/** `failed` was reported. */
export type Outcome =
  { readonly state: 'written'; readonly file: RewrittenFile } | { readonly state: 'missing' | 'failed' };

/** `undefined`: it could not be made, and that was reported. */
export type Made = { readonly content: Buffer; readonly format?: string } | undefined;

export interface SessionSettings {
  readonly table: string;
  readonly map: PathMap;
  readonly trinoVersion: number;
  readonly source: FileReader;
  readonly target: FileWriter;
  readonly journal: RewriteJournal | undefined;
  readonly signal: AbortSignal;
  readonly concurrency: number;
  readonly maxBytes: number;
  readonly onProgress: (progress: RewriteProgress) => void;
}

/** The state that the steps of one rewrite share: files that were already made, limits, reported problems, progress. */
export class RewriteSession {
  readonly problems: ProblemList;
  private readonly refused = new Set<EntryRefusal['feature']>();
  private readonly outcomes = new Map<string, Promise<Outcome>>();
  /** A limit for each kind, because a file of one kind waits for those of the kind below. */
  private readonly limits: Readonly<Record<FileKind, WeightedLimit>>;
  private readonly files: Record<FileKind, number> = { 'delete-file': 0, manifest: 0, 'manifest-list': 0, metadata: 0 };
  private entries = 0;
  private bytes = 0;

  constructor(readonly settings: SessionSettings) {
    const { table, concurrency, maxBytes } = settings;
    this.problems = new ProblemList(table);
    const limitOf = (kind: FileKind) => [kind, new WeightedLimit(concurrency, maxBytes)] as const;
    this.limits = Object.fromEntries(fileKinds.map(limitOf)) as Record<FileKind, WeightedLimit>;
  }

  /** Reads a file, lets `make` rewrite it, and writes it; for each URI once, whoever asks. */
  rewrite(file: NamedFile, make: (content: Buffer) => Promise<Made> | Made): Promise<Outcome> {
    const known = this.outcomes.get(file.uri);
    if (known !== undefined) return known;
    const outcome = this.limits[file.kind].run(file.bytes, () => this.makeOne(file, make));
    this.outcomes.set(file.uri, outcome);
    return outcome;
  }

  /** The path at the target; `undefined` when no rule knows it, which is reported. */
  mapPath(path: string, file: string, isLive: boolean): string | undefined {
    const mapped = this.settings.map.map(path);
    if (mapped === undefined) this.report(outsideMap({ table: this.settings.table, file }, path), isLive);
    return mapped;
  }

  report(problem: Diagnostic, isLive: boolean): void {
    this.problems.add(isLive ? problem : { ...problem, severity: 'warning' });
  }

  /** Only the first file with a feature is reported: all others of the table will have it, too. */
  refuse({ feature, reason }: EntryRefusal): void {
    if (this.refused.has(feature)) return;
    this.refused.add(feature);
    this.problems.add(unreadableFeature(this.settings.table, reason));
  }

  countEntries(entries: number): void {
    this.entries += entries;
  }

  /** Waits until nothing is under way, whatever comes of it. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.outcomes.values());
  }

  progress(): RewriteProgress {
    return { files: { ...this.files }, entries: this.entries, bytes: this.bytes };
  }

  private async makeOne(file: NamedFile, make: (content: Buffer) => Promise<Made> | Made): Promise<Outcome> {
    const { table, source, journal, signal } = this.settings;
    const { uri, namedBy, isLive } = file;
    signal.throwIfAborted();
    const written = await journal?.find(uri);
    if (written !== undefined) return this.done(written);
    const target = this.mapPath(uri, namedBy, isLive);
    if (target === undefined) return { state: 'failed' };
    const content = await source.read(uri, signal);
    if (content === undefined) {
      if (isLive) this.report(missingFile({ table, file: uri }, namedBy), isLive);
      return { state: 'missing' };
    }
    try {
      const made = await make(content);
      return made === undefined ? { state: 'failed' } : await this.write(file, target, made);
    } catch (error) {
      if (!(error instanceof MalformedFile)) throw error;
      this.report(malformedFile({ table, file: uri }, error), isLive);
      return { state: 'failed' };
    }
  }

  private async write({ kind, uri }: NamedFile, target: string, made: NonNullable<Made>): Promise<Outcome> {
    const { content, format = null } = made;
    const sha256 = createHash('sha256').update(content).digest('hex');
    await this.settings.target.write(target, content, this.settings.signal);
    const file: RewrittenFile = { kind, source: uri, target, bytes: content.length, sha256, format };
    await this.settings.journal?.record(file);
    return this.done(file);
  }

  private done(file: RewrittenFile): Outcome {
    this.files[file.kind]++;
    this.bytes += file.bytes;
    this.settings.onProgress(this.progress());
    return { state: 'written', file };
  }
}
