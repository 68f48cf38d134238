import type { Diagnostic } from '../../../core/diagnostic.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { malformedFile, missingFile, unreadableFeature } from '../diagnostics.js';
import { MalformedFile } from '../malformed-file.js';
import { metadataText, parseMetadata } from '../metadata/table-metadata.js';
import type { Snapshot, TableMetadata } from '../metadata/table-metadata.js';
import { PathMap } from '../path-map.js';
import type { PathRule } from '../path-map.js';
import { metadataRefusals } from '../refusals.js';
import type { FileReader, FileWriter } from '../table-files.js';
import { rewriteManifest } from './rewrite-manifest.js';
import { rewriteManifestList } from './rewrite-manifest-list.js';
import { rewriteMetadataText } from './rewrite-metadata.js';
import type { RewriteJournal, RewriteProgress, RewrittenFile } from './rewritten-file.js';
import { RewriteSession } from './session.js';

export interface RewriteRequest {
  /** The asset's key, such as `table:sales.orders`, for messages. */
  readonly table: string;
  /** URI of the metadata file that is going to be registered, as the source's catalog spells it. */
  readonly metadata: string;
  readonly rules: readonly PathRule[];
  /** Of the Trino that will read the table, such as 476. */
  readonly trinoVersion: number;
}

export interface RewritePorts {
  /** Gives the files of the source by their old paths, from the source itself: never what was rewritten. */
  readonly source: FileReader;
  /** Takes files by their new paths. */
  readonly target: FileWriter;
  readonly journal?: RewriteJournal;
}

export interface RewriteOptions {
  readonly signal?: AbortSignal;
  /**
   * Files of one kind (delete files, manifests, manifest lists) at a time.
   * @default 4
   */
  readonly concurrency?: number;
  /**
   * Bytes of files of one kind at a time, as they are stored.
   * @default 32 MiB
   */
  readonly maxBytes?: number;
  readonly onProgress?: (progress: RewriteProgress) => void;
}

export interface RewrittenTable extends RewriteProgress {
  /** URI of the metadata file at the target. */
  readonly metadata: string;
  /** Of the table, at the target. */
  readonly location: string;
  /** Snapshots that can be read. */
  readonly snapshots: number;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Makes the metadata of an Iceberg table whose files were copied into buckets of other names: bottom-up, since each file
 * holds the size of those below it, and the metadata file last, without which the table cannot be registered. Can be
 * repeated: the same input gives the same bytes. Writes no metadata file when anything is wrong. Throws what the ports
 * throw, and the signal's reason.
 */
export async function rewriteTable(
  request: RewriteRequest,
  ports: RewritePorts,
  options: RewriteOptions = {},
): Promise<Result<RewrittenTable>> {
  const map = PathMap.of(request.rules);
  if (!map.ok) return map;
  const stop = new AbortController();
  const session = new RewriteSession({
    ...request,
    map: map.value,
    source: ports.source,
    target: ports.target,
    journal: ports.journal,
    signal: AbortSignal.any([stop.signal, ...(options.signal === undefined ? [] : [options.signal])]),
    concurrency: options.concurrency ?? 4,
    maxBytes: options.maxBytes ?? 32 * 1024 * 1024,
    onProgress: options.onProgress ?? (() => undefined),
  });
  try {
    return await new TableRewrite(session, request).run();
  } finally {
    // After a failure of a port, what is still under way ends before this does.
    stop.abort();
    await session.settled();
  }
}

class TableRewrite {
  constructor(
    private readonly session: RewriteSession,
    private readonly request: RewriteRequest,
  ) {}

  async run(): Promise<Result<RewrittenTable>> {
    const { session } = this;
    const { map } = session.settings;
    const metadata = await this.readCurrent();
    if (metadata !== undefined) await this.rewriteBelow(metadata);
    const written = session.problems.errors.length === 0 ? await this.writeCurrent() : undefined;
    if (metadata === undefined || written === undefined) return fail(session.problems.errors);
    return ok({
      ...session.progress(),
      metadata: written.target,
      location: map.map(metadata.location) ?? metadata.location,
      snapshots: metadata.snapshots.length,
      warnings: session.problems.warnings,
    });
  }

  private async rewriteBelow(metadata: TableMetadata): Promise<void> {
    const { session, request } = this;
    for (const reason of metadataRefusals(metadata, request.trinoVersion))
      session.report(unreadableFeature(request.table, reason), true);
    if (session.problems.errors.length > 0) return;
    await this.rewriteSnapshots(metadata.snapshots, request.metadata, true);
    if (session.problems.errors.length > 0) return;
    const live = new Set(metadata.snapshots.map(({ id }) => id));
    const known = metadata.log.filter((uri) => session.settings.map.map(uri) !== undefined);
    await Promise.all(known.map((uri) => this.rewriteEarlier(uri, live)));
  }

  private async readCurrent(): Promise<TableMetadata | undefined> {
    const { session, request } = this;
    const { source, signal } = session.settings;
    const place = { table: request.table, file: request.metadata };
    signal.throwIfAborted();
    const content = await source.read(request.metadata, signal);
    try {
      if (content !== undefined) return parseMetadata(metadataText(content).text);
      session.report(missingFile(place, 'the catalog'), true);
    } catch (error) {
      if (!(error instanceof MalformedFile)) throw error;
      session.report(malformedFile(place, error), true);
    }
    return undefined;
  }

  private async writeCurrent(): Promise<RewrittenFile | undefined> {
    const { session, request } = this;
    const file = { uri: request.metadata, kind: 'metadata', bytes: 0, namedBy: 'the catalog', isLive: true } as const;
    const outcome = await session.rewrite(file, (content) => rewriteMetadataText(session, file.uri, content, true));
    return outcome.state === 'written' ? outcome.file : undefined;
  }

  /** An earlier metadata file of the log, with what is left of the snapshots that have expired since. */
  private async rewriteEarlier(uri: string, live: ReadonlySet<string>): Promise<void> {
    const { session, request } = this;
    const file = { uri, kind: 'metadata', bytes: 0, namedBy: request.metadata, isLive: false } as const;
    await session.rewrite(file, async (content) => {
      const { snapshots } = parseMetadata(metadataText(content).text);
      const expired = snapshots.filter(({ id }) => !live.has(id));
      await this.rewriteSnapshots(expired, uri, false);
      return rewriteMetadataText(session, uri, content, false);
    });
  }

  private async rewriteSnapshots(snapshots: readonly Snapshot[], namedBy: string, isLive: boolean): Promise<void> {
    const { session } = this;
    await Promise.all(
      snapshots.flatMap(({ manifestList, manifests }) =>
        manifestList === null
          ? manifests.map((uri) => rewriteManifest(session, { uri, bytes: 0, namedBy, isLive }))
          : [rewriteManifestList(session, { uri: manifestList, namedBy, isLive })],
      ),
    );
  }
}
