import { openContainer } from '../avro/container.js';
import { ManifestListReader } from '../manifests/manifest-list.js';
import { ManifestReader } from '../manifests/manifest.js';
import { metadataText, parseMetadata } from '../metadata/table-metadata.js';
import { PathMap } from '../path-map.js';
import type { PathRule } from '../path-map.js';
import type { Result } from '../../../core/result.js';
import { ok } from '../../../core/result.js';
import type { FileReader } from '../table-files.js';
import { scanAvro, scanMetadata, scanParquet, scanPuffin } from './scan-files.js';
import type { FoundText } from './scan-files.js';
import { SourceMarks } from './source-marks.js';

export interface SourceMention extends FoundText {
  readonly file: string;
}

export interface ScanReport {
  readonly files: number;
  /** Of the scanned files, as they are stored. */
  readonly bytes: number;
  /** Paths of the source that a reader or writer would follow. Empty when the rewrite is complete. */
  readonly paths: readonly SourceMention[];
  /** Elsewhere: in comments, values of columns, notes of writers. Nobody follows them. */
  readonly mentions: readonly SourceMention[];
}

/**
 * Reads everything that the rewrite has written, decompressed, and looks for paths of the source: all metadata files of
 * the log, manifest lists, manifests, position deletes, deletion vectors, and the footers of statistics. `metadata` is the
 * URI of the metadata file at the target. Files that are missing are passed over: `checkClosure` reports them.
 */
export async function scanForSource(
  { metadata, rules }: { readonly metadata: string; readonly rules: readonly PathRule[] },
  files: FileReader,
  signal: AbortSignal = new AbortController().signal,
): Promise<Result<ScanReport>> {
  const map = PathMap.of(rules);
  if (!map.ok) return map;
  const prefixes = map.value.movedPrefixes;
  if (prefixes.length === 0) return ok({ files: 0, bytes: 0, paths: [], mentions: [] });
  const scan = new Scan(new SourceMarks(prefixes), files, signal);
  await scan.metadata(metadata);
  return ok(scan.report());
}

class Scan {
  private readonly seen = new Set<string>();
  private readonly found: SourceMention[] = [];
  private files = 0;
  private bytes = 0;

  constructor(
    private readonly marks: SourceMarks,
    private readonly reader: FileReader,
    private readonly signal: AbortSignal,
  ) {}

  report(): ScanReport {
    const { files, bytes, found } = this;
    return {
      files,
      bytes,
      paths: found.filter(({ isPath }) => isPath),
      mentions: found.filter(({ isPath }) => !isPath),
    };
  }

  /** With its log, but not with the logs of those. */
  async metadata(uri: string, withLog = true): Promise<void> {
    const content = await this.read(uri);
    if (content === undefined) return;
    const { text } = metadataText(content);
    this.add(uri, scanMetadata(text, this.marks));
    const { snapshots, statistics, log } = parseMetadata(text);
    for (const { manifestList, manifests } of snapshots) {
      if (manifestList !== null) await this.manifestList(manifestList);
      for (const each of manifests) await this.manifest(each);
    }
    for (const { path } of statistics) await this.puffin(path);
    if (withLog) for (const each of log) await this.metadata(each, false);
  }

  private async manifestList(uri: string): Promise<void> {
    const content = await this.read(uri);
    if (content === undefined) return;
    this.add(uri, scanAvro(content, this.marks));
    const { header, blocks } = openContainer(content);
    const reader = new ManifestListReader(header);
    for (const block of blocks) for (const { path } of reader.read(block)) await this.manifest(path);
  }

  private async manifest(uri: string): Promise<void> {
    const content = await this.read(uri);
    if (content === undefined) return;
    this.add(uri, scanAvro(content, this.marks));
    const { header, blocks } = openContainer(content);
    const reader = new ManifestReader(header);
    for (const block of blocks)
      for (const entry of reader.read(block))
        if (entry.isLive && entry.content === 'position-deletes') await this.deleteFile(entry.path, entry.format);
  }

  private async deleteFile(uri: string, format: string): Promise<void> {
    if (format === 'PUFFIN') return this.puffin(uri);
    const content = await this.read(uri);
    if (content === undefined) return;
    if (format === 'AVRO') this.add(uri, scanAvro(content, this.marks));
    else for await (const found of scanParquet(content, this.marks)) this.add(uri, [found]);
  }

  private async puffin(uri: string): Promise<void> {
    const content = await this.read(uri);
    if (content !== undefined) this.add(uri, scanPuffin(content, this.marks));
  }

  private add(file: string, found: Iterable<FoundText>): void {
    for (const each of found) this.found.push({ ...each, file });
  }

  /** `undefined` when it was scanned before, or is missing. */
  private async read(uri: string): Promise<Buffer | undefined> {
    if (this.seen.has(uri)) return undefined;
    this.seen.add(uri);
    this.signal.throwIfAborted();
    const content = await this.reader.read(uri, this.signal);
    if (content === undefined) return undefined;
    this.files++;
    this.bytes += content.length;
    return content;
  }
}
