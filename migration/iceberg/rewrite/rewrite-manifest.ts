import { ContainerWriter, openContainer } from '../avro/container.js';
import type { AvroBlock } from '../avro/container.js';
import { splice, textAt, withNull, withNumber, withText } from '../avro/spans.js';
import type { Edit } from '../avro/spans.js';
import { ManifestReader } from '../manifests/manifest.js';
import type { ManifestEntry } from '../manifests/manifest.js';
import { withMappedPathBounds } from '../manifests/path-bounds.js';
import { entryRefusal } from '../refusals.js';
import { rewriteDeleteFile } from './rewrite-delete-file.js';
import type { Outcome, RewriteSession } from './session.js';

interface NamedManifest {
  readonly uri: string;
  readonly bytes: number;
  readonly namedBy: string;
  readonly isLive: boolean;
}

export function rewriteManifest(session: RewriteSession, manifest: NamedManifest): Promise<Outcome> {
  return session.rewrite({ ...manifest, kind: 'manifest' }, async (content) => {
    const { header, blocks } = openContainer(content);
    const reader = new ManifestReader(header);
    const writer = new ContainerWriter(header);
    const rewriter = new EntryRewriter(session, manifest);
    let isComplete = true;
    for (const block of blocks) {
      session.settings.signal.throwIfAborted();
      const entries = reader.read(block);
      // Side by side, because each may wait for its delete file.
      const edits = await Promise.all(entries.map((entry) => rewriter.edits(block, entry)));
      const pieces = entries.flatMap(({ start, end }, i) => splice(block.data, start, end, edits[i] ?? []));
      isComplete &&= edits.every((each) => each !== undefined);
      writer.add({ count: block.count, data: Buffer.concat(pieces) });
      session.countEntries(entries.length);
    }
    return isComplete ? { content: writer.content() } : undefined;
  });
}

class EntryRewriter {
  constructor(
    private readonly session: RewriteSession,
    private readonly manifest: NamedManifest,
  ) {}

  /** `undefined` when the entry cannot be rewritten, which was reported. */
  async edits(block: AvroBlock, entry: ManifestEntry): Promise<readonly Edit[] | undefined> {
    const { session, manifest } = this;
    const isLive = manifest.isLive && entry.isLive;
    const refusal = isLive ? entryRefusal(entry, session.settings.trinoVersion) : undefined;
    if (refusal !== undefined) {
      session.refuse(refusal);
      return undefined;
    }
    const path = session.mapPath(entry.path, manifest.uri, manifest.isLive);
    if (path === undefined) return undefined;
    const pathEdit = withText(entry.spans.path, path);
    if (entry.content !== 'position-deletes') return [pathEdit];
    const [file, inside] = [await this.deleteFileEdits(entry), this.pathEdits(block.data, entry)];
    return file === undefined || inside === undefined ? undefined : [pathEdit, ...file, ...inside];
  }

  /** The edits of an entry whose delete file is replaced. A deleted file is not read. */
  private async deleteFileEdits(entry: ManifestEntry): Promise<readonly Edit[] | undefined> {
    if (!entry.isLive) return [];
    const { uri, isLive } = this.manifest;
    const outcome = await rewriteDeleteFile(this.session, entry, { manifest: uri, isLive });
    if (outcome.state !== 'written') return outcome.state === 'missing' && !isLive ? [] : undefined;
    const { spans, format } = entry;
    const { bytes, format: written } = outcome.file;
    // They describe the layout of the old file, and are optional.
    const layout = format === 'PUFFIN' ? [] : [spans.columnSizes, spans.splitOffsets];
    return [
      withNumber(spans.size, bytes),
      ...(written === null || written === format ? [] : [withText(spans.format, written)]),
      ...layout.flatMap((span) => (span === undefined ? [] : withNull(span))),
    ];
  }

  /** The paths of data files that the entry itself names. */
  private pathEdits(data: Buffer, { spans }: ManifestEntry): readonly Edit[] | undefined {
    const { map } = this.session.settings;
    const bounds = withMappedPathBounds(data, spans, map);
    const span = spans.referencedDataFile;
    const referenced = span === undefined ? undefined : textAt(data, span);
    if (span === undefined || referenced === undefined) return bounds;
    const path = this.session.mapPath(referenced, this.manifest.uri, this.manifest.isLive);
    return path === undefined ? undefined : [...bounds, withText(span, path)];
  }
}
