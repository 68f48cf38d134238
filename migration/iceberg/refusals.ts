import { formatVersionRefusal } from '../../core/iceberg-metadata.js';
import type { ManifestEntry } from './manifests/manifest.js';
import type { TableMetadata } from './metadata/table-metadata.js';

/**
 * Seen with Trino 476: 'Unexpected PUFFIN file format'.
 * Source: AWS Prescriptive Guidance, 'Iceberg format version support in Trino': format version 3 from 483 on.
 */
const firstWithVersionThree = 483;

const typesOfVersionThree = /^(timestamp_ns|timestamptz_ns|variant|unknown|geometry|geography)\b/;

/** Why Trino of this version cannot read the table, as clauses. */
export function metadataRefusals(metadata: TableMetadata, trinoVersion: number): readonly string[] {
  const { formatVersion, properties, snapshots, currentTypes } = metadata;
  const key = properties['encryption.key-id'] ?? snapshots.find(({ keyId }) => keyId !== null)?.keyId;
  const newTypes =
    trinoVersion < firstWithVersionThree ? [...currentTypes].filter((type) => typesOfVersionThree.test(type)) : [];
  return [
    formatVersionRefusal(formatVersion) ?? [],
    key === undefined || key === null ? [] : encryption(`encrypted with the key ${key}`),
    newTypes.map((type) => `it has a column of the type ${type}, which Trino ${trinoVersion} does not read`),
  ].flat();
}

/** Something of a live file that the target cannot read. */
export interface EntryRefusal {
  readonly feature: 'deletion-vectors' | 'encryption';
  /** A clause, with a file as the example. */
  readonly reason: string;
}

export function entryRefusal(
  { path, format, isEncrypted }: Pick<ManifestEntry, 'path' | 'format' | 'isEncrypted'>,
  trinoVersion: number,
): EntryRefusal | undefined {
  if (isEncrypted) return encryptedFile(path);
  if (format !== 'PUFFIN' || trinoVersion >= firstWithVersionThree) return undefined;
  const reason = `its deleted rows are in deletion vectors (${path}), which Trino ${trinoVersion} does not read`;
  return { feature: 'deletion-vectors', reason };
}

export function encryptedFile(path: string): EntryRefusal {
  return { feature: 'encryption', reason: encryption(`encrypted (${path} has key_metadata)`) };
}

function encryption(what: string): string {
  return `its files are ${what}, which Trino's Iceberg connector cannot decrypt`;
}
