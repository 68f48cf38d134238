import { gunzipSync } from 'node:zlib';
import { parseExactly } from '../../../clients/trino/index.js';
import { MalformedFile, utf8 } from '../malformed-file.js';

/** The part of a `metadata.json` about files. Source: Apache Iceberg specification, 'Table metadata fields'. */
export interface TableMetadata {
  readonly formatVersion: number;
  readonly location: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly snapshots: readonly Snapshot[];
  /** The one that is read; `null` for an empty table. */
  readonly currentSnapshotId: string | null;
  readonly statistics: readonly StatisticsFile[];
  readonly partitionStatistics: readonly StatisticsFile[];
  /** Earlier metadata files, which may have been deleted. */
  readonly log: readonly string[];
  /** Types of the columns that are read, nested ones too. */
  readonly currentTypes: ReadonlySet<string>;
}

export interface Snapshot {
  /** Decimal, up to 64 bits. */
  readonly id: string;
  /** `null` where format version 1 lists its manifests here. */
  readonly manifestList: string | null;
  readonly manifests: readonly string[];
  /** Of the key that its manifest list is encrypted with. */
  readonly keyId: string | null;
}

export interface StatisticsFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number | null;
}

/** The text of a metadata file, which may be compressed. Source: Apache Iceberg specification, 'Naming for GZIP compressed Metadata JSON files'. */
export interface MetadataText {
  readonly text: string;
  readonly isGzip: boolean;
}

export function metadataText(content: Buffer): MetadataText {
  const isGzip = content[0] === 0x1f && content[1] === 0x8b;
  if (!isGzip) return { text: utf8(content), isGzip };
  try {
    return { text: utf8(gunzipSync(content)), isGzip };
  } catch (cause) {
    throw new MalformedFile('is not a complete gzip file', { cause });
  }
}

type Json = Readonly<Record<string, unknown>>;

/** Throws `MalformedFile`. Fields that are missing, as in format version 1, are empty. */
export function parseMetadata(text: string): TableMetadata {
  const json = parseJson(text);
  const version = json['format-version'];
  if (typeof version !== 'number' || typeof json['location'] !== 'string')
    throw new MalformedFile('is not the metadata file of an Iceberg table');
  const current = json['current-snapshot-id'] as number | bigint | null | undefined;
  return {
    formatVersion: version,
    location: json['location'],
    properties: (json['properties'] ?? {}) as Readonly<Record<string, string>>,
    snapshots: items(json['snapshots']).map(snapshotOf),
    currentSnapshotId: current === undefined || current === null || current === -1 ? null : String(current),
    statistics: items(json['statistics']).map(statisticsOf),
    partitionStatistics: items(json['partition-statistics']).map(statisticsOf),
    log: items(json['metadata-log']).map((entry) => String(entry['metadata-file'])),
    currentTypes: new Set(typesIn(currentSchema(json))),
  };
}

function parseJson(text: string): Json {
  let json: unknown;
  try {
    json = parseExactly(text);
  } catch (cause) {
    throw new MalformedFile('is not JSON', { cause });
  }
  if (typeof json !== 'object' || json === null) throw new MalformedFile('is not a JSON object');
  return json as Json;
}

function snapshotOf(json: Json): Snapshot {
  return {
    id: String(json['snapshot-id']),
    manifestList: typeof json['manifest-list'] === 'string' ? json['manifest-list'] : null,
    manifests: Array.isArray(json['manifests']) ? json['manifests'].map(String) : [],
    keyId: typeof json['key-id'] === 'string' ? json['key-id'] : null,
  };
}

function statisticsOf(json: Json): StatisticsFile {
  const size = json['file-size-in-bytes'];
  return { path: String(json['statistics-path']), size: typeof size === 'number' ? size : null };
}

/** Format version 1 may have a single one. */
function currentSchema(json: Json): unknown {
  return items(json['schemas']).find((schema) => schema['schema-id'] === json['current-schema-id']) ?? json['schema'];
}

function typesIn(json: unknown): readonly string[] {
  if (typeof json === 'string') return [json];
  if (typeof json !== 'object' || json === null) return [];
  const { type, fields, element, key, value } = json as Json;
  return [type, ...items(fields), element, key, value].flatMap(typesIn);
}

function items(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
