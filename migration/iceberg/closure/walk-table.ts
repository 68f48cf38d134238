import { openContainer } from '../avro/container.js';
import { malformedFile, unreadableFeature } from '../diagnostics.js';
import { MalformedFile } from '../malformed-file.js';
import { ManifestListReader } from '../manifests/manifest-list.js';
import { ManifestReader } from '../manifests/manifest.js';
import type { ManifestEntry } from '../manifests/manifest.js';
import { metadataText, parseMetadata } from '../metadata/table-metadata.js';
import type { TableMetadata } from '../metadata/table-metadata.js';
import type { ProblemList } from '../problem-list.js';
import { encryptedFile, entryRefusal, metadataRefusals } from '../refusals.js';
import type { EntryRefusal } from '../refusals.js';
import type { FileReader } from '../table-files.js';
import { ahead } from './ahead.js';

export interface TableFile {
  readonly uri: string;
  readonly kind: 'data-file' | 'delete-file' | 'statistics' | 'manifest' | 'manifest-list' | 'log' | 'metadata';
  /** In bytes, as the file that names it says; `null` where it says nothing. */
  readonly size: number | null;
  readonly namedBy: string;
}

export interface Walk {
  readonly table: string;
  /** URI of the metadata file. */
  readonly metadata: string;
  readonly files: FileReader;
  readonly trinoVersion: number;
  readonly problems: ProblemList;
  readonly signal: AbortSignal;
}

const manifestsAhead = 4;

/**
 * Every file that the table's current metadata names, with all of its snapshots: what is named before what names it, the
 * metadata file last, so that copying in this order never shows a table with missing files. A data file comes once for
 * each manifest that has it. A file that is missing is given, and nothing below it. Malformed files and features that
 * this Trino does not read are added to the problems.
 */
export async function* walkTable(walk: Walk): AsyncGenerator<TableFile, void, undefined> {
  const { metadata: uri, problems, table, trinoVersion } = walk;
  const metadata = await read(walk, uri, (content) => parseMetadata(metadataText(content).text));
  if (metadata !== undefined) {
    for (const reason of metadataRefusals(metadata, trinoVersion)) problems.add(unreadableFeature(table, reason));
    yield* filesBelow(walk, metadata);
  }
  yield { uri, kind: 'metadata', size: null, namedBy: 'the catalog' };
}

async function* filesBelow(walk: Walk, metadata: TableMetadata): AsyncGenerator<TableFile, void, undefined> {
  const namedBy = walk.metadata;
  const refuse = refuseOnce(walk);
  const { lists, manifests } = await manifestsOf(walk, metadata, refuse);
  const contents = ahead(manifests.values(), manifestsAhead, async (manifest) => ({
    manifest,
    content: await read(walk, manifest.uri, (content) => content),
  }));
  for await (const { manifest, content } of contents) {
    for (const entry of content === undefined ? [] : liveEntries(walk, manifest.uri, content)) {
      const refusal = entryRefusal(entry, walk.trinoVersion);
      if (refusal !== undefined) refuse(refusal);
      const kind = entry.content === 'data' ? 'data-file' : 'delete-file';
      yield { uri: entry.path, kind, size: entry.size, namedBy: manifest.uri };
    }
    yield manifest;
  }
  yield* lists;
  for (const { path, size } of [...metadata.statistics, ...metadata.partitionStatistics])
    yield { uri: path, kind: 'statistics', size, namedBy };
  for (const uri of metadata.log) yield { uri, kind: 'log', size: null, namedBy };
}

/** The manifests of all snapshots, each once. */
async function manifestsOf(
  walk: Walk,
  { snapshots }: TableMetadata,
  refuse: (refusal: EntryRefusal) => void,
): Promise<{ readonly lists: readonly TableFile[]; readonly manifests: ReadonlyMap<string, TableFile> }> {
  const lists: TableFile[] = [];
  const manifests = new Map<string, TableFile>();
  for (const { manifestList, manifests: embedded } of snapshots) {
    for (const uri of embedded) manifests.set(uri, { uri, kind: 'manifest', size: null, namedBy: walk.metadata });
    if (manifestList !== null)
      lists.push({ uri: manifestList, kind: 'manifest-list', size: null, namedBy: walk.metadata });
  }
  const contents = ahead(lists, manifestsAhead, async ({ uri }) => ({ uri, listed: await read(walk, uri, listedIn) }));
  for await (const { uri: namedBy, listed } of contents)
    for (const { path, length, isEncrypted } of listed ?? []) {
      if (isEncrypted) refuse(encryptedFile(path));
      manifests.set(path, { uri: path, kind: 'manifest', size: length, namedBy });
    }
  return { lists, manifests };
}

function listedIn(content: Buffer) {
  const { header, blocks } = openContainer(content);
  const reader = new ManifestListReader(header);
  return [...blocks].flatMap((block) => reader.read(block));
}

/** Block by block. Ends where the manifest is malformed, which is added to the problems. */
function* liveEntries(walk: Walk, uri: string, content: Buffer): Generator<ManifestEntry, void, undefined> {
  try {
    const { header, blocks } = openContainer(content);
    const reader = new ManifestReader(header);
    for (const block of blocks) yield* reader.read(block).filter(({ isLive }) => isLive);
  } catch (error) {
    reportMalformed(walk, uri, error);
  }
}

function refuseOnce({ table, problems }: Walk): (refusal: EntryRefusal) => void {
  const refused = new Set<EntryRefusal['feature']>();
  return ({ feature, reason }) => {
    if (!refused.has(feature)) problems.add(unreadableFeature(table, reason));
    refused.add(feature);
  };
}

/** `undefined` when it is missing or malformed; the latter is added to the problems. */
async function read<T>(walk: Walk, uri: string, parse: (content: Buffer) => T): Promise<T | undefined> {
  const { files, signal } = walk;
  signal.throwIfAborted();
  const content = await files.read(uri, signal);
  try {
    return content === undefined ? undefined : parse(content);
  } catch (error) {
    reportMalformed(walk, uri, error);
    return undefined;
  }
}

/** Rethrows what is not about the file. */
function reportMalformed({ table, problems }: Walk, file: string, error: unknown): void {
  if (!(error instanceof MalformedFile)) throw error;
  problems.add(malformedFile({ table, file }, error));
}
