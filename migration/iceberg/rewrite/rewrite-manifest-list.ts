import { ContainerWriter, openContainer } from '../avro/container.js';
import { splice, withNumber, withText } from '../avro/spans.js';
import { ManifestListReader } from '../manifests/manifest-list.js';
import type { ListedManifest } from '../manifests/manifest-list.js';
import { encryptedFile } from '../refusals.js';
import { rewriteManifest } from './rewrite-manifest.js';
import type { Outcome, RewriteSession } from './session.js';

/** Manifest lists are short: a record for each manifest. */
const expectedBytes = 64 * 1024;

interface NamedList {
  readonly uri: string;
  /** The metadata file. */
  readonly namedBy: string;
  readonly isLive: boolean;
}

/** Rewrites the manifests first, whose lengths the list holds. */
export function rewriteManifestList(session: RewriteSession, list: NamedList): Promise<Outcome> {
  return session.rewrite({ ...list, kind: 'manifest-list', bytes: expectedBytes }, async (content) => {
    const { header, blocks } = openContainer(content);
    const reader = new ManifestListReader(header);
    const writer = new ContainerWriter(header);
    let isComplete = true;
    for (const block of blocks) {
      const records = reader.read(block);
      const edits = await Promise.all(records.map((record) => editsOf(record)));
      const pieces = records.flatMap(({ start, end }, i) => splice(block.data, start, end, edits[i] ?? []));
      isComplete &&= edits.every((each) => each !== undefined);
      writer.add({ count: block.count, data: Buffer.concat(pieces) });
    }
    return isComplete ? { content: writer.content() } : undefined;
  });

  async function editsOf({ path, length, isEncrypted, pathSpan, lengthSpan }: ListedManifest) {
    if (isEncrypted && list.isLive) {
      session.refuse(encryptedFile(path));
      return undefined;
    }
    const mapped = session.mapPath(path, list.uri, list.isLive);
    if (mapped === undefined) return undefined;
    const manifest = { uri: path, bytes: length, namedBy: list.uri, isLive: list.isLive };
    const outcome = await rewriteManifest(session, manifest);
    if (outcome.state === 'written') return [withText(pathSpan, mapped), withNumber(lengthSpan, outcome.file.bytes)];
    return outcome.state === 'missing' && !list.isLive ? [withText(pathSpan, mapped)] : undefined;
  }
}
