import { writeParquetDeletes } from '../../../migration/iceberg/deletes/parquet-deletes.js';
import { avroFile } from './avro-encoder.js';
import type { Codec } from './avro-encoder.js';
import { avroDeletes, listV1, listV2, manifestV1, manifestV2 } from './iceberg-schemas.js';
import { MemoryFiles } from './memory-files.js';

const filePathId = 2147483546;

/** Of a manifest's record; the rest is filled in. */
export interface EntryParts {
  readonly path: string;
  /** @default its size in the files */
  readonly size?: number;
  /** 0 existing, 1 added, 2 deleted. @default 1 */
  readonly status?: 0 | 1 | 2;
  /** 0 data, 1 position deletes, 2 equality deletes. @default 0 */
  readonly content?: 0 | 1 | 2;
  /** @default PARQUET */
  readonly format?: string;
  readonly city?: string | null;
  readonly pathBounds?: readonly [lower: string, upper: string];
  readonly referencedDataFile?: string;
  readonly keyMetadata?: Buffer;
  /** Without what describes the layout of the file, which a rewritten delete file does not have. */
  readonly withoutLayout?: boolean;
}

interface SampleSnapshot {
  readonly id: bigint;
  readonly list: string;
  readonly embedded?: readonly string[];
}

/** Makes the files of an Iceberg table in memory, in the order in which a writer does. */
export class SampleTable {
  readonly files = new MemoryFiles();
  private readonly snapshots: SampleSnapshot[] = [];
  private readonly log: string[] = [];

  constructor(
    readonly location: string,
    private readonly version: 1 | 2 | 3 = 2,
    private readonly codec: Codec = 'deflate',
  ) {}

  put(name: string, content: Buffer | string): string {
    const uri = name.includes('://') ? name : `${this.location}/${name}`;
    this.files.files.set(uri, Buffer.from(content));
    return uri;
  }

  /** Returns its URI, as all of these do. */
  dataFile(name: string): string {
    return this.put(name, `rows of ${name}`);
  }

  parquetDeletes(name: string, rows: readonly (readonly [path: string, position: number])[]): string {
    const paths = rows.map(([path]) => path);
    const positions = rows.map(([, position]) => BigInt(position));
    return this.put(
      name,
      writeParquetDeletes({ paths, positions, keyValues: [{ key: 'delete-type', value: 'position' }] }),
    );
  }

  avroDeletes(name: string, rows: readonly (readonly [path: string, position: number])[]): string {
    const records = rows.map(([file_path, pos]) => ({ file_path, pos }));
    return this.put(name, avroFile(avroDeletes, records, { codec: this.codec }));
  }

  /** A Puffin file with a vector for each data file. */
  vectors(name: string, dataFiles: readonly string[]): string {
    const blobs = dataFiles.map((_, i) => Buffer.from(`vector ${i}`));
    const payload = JSON.stringify({
      blobs: dataFiles.map((path, i) => ({
        type: 'deletion-vector-v1',
        fields: [],
        'snapshot-id': -1,
        'sequence-number': -1,
        offset: 4 + i * 8,
        length: 8,
        properties: { 'referenced-data-file': path, cardinality: '1' },
      })),
      properties: { 'created-by': 'test' },
    });
    return this.put(name, puffin(blobs, payload));
  }

  manifest(name: string, entries: readonly EntryParts[]): string {
    const records = entries.map((entry) => this.entry(entry));
    const metadata = { 'format-version': String(this.version), schema: '{"type":"struct","fields":[]}' };
    const schema = this.version === 1 ? manifestV1 : manifestV2;
    return this.put(name, avroFile(schema, records, { codec: this.codec, metadata }));
  }

  /** Commits a snapshot with these manifests: a manifest list, then the next metadata file, whose URI is returned. */
  commit(manifests: readonly string[], parts: Readonly<Record<string, unknown>> = {}): string {
    // Beyond 2^53, as Iceberg's ids are.
    const id = 9007199254740993n + BigInt(this.snapshots.length);
    const records = manifests.map((path) => ({
      manifest_path: path,
      manifest_length: this.files.files.get(path)?.length ?? 0,
      partition_spec_id: 0,
      content: 0,
      sequence_number: this.snapshots.length + 1,
      added_snapshot_id: id,
      partitions: [{ contains_null: false, lower_bound: Buffer.from('a'), upper_bound: null }],
      key_metadata: null,
    }));
    const schema = this.version === 1 ? listV1 : listV2;
    const list = this.put(`metadata/snap-${id}.avro`, avroFile(schema, records, { codec: this.codec }));
    this.snapshots.push({ id, list });
    return this.metadata(parts);
  }

  /** Forgets the oldest snapshots and removes their manifest lists, as expire_snapshots does. */
  expire(count: number): void {
    for (const { list } of this.snapshots.splice(0, count)) this.files.files.delete(list);
  }

  /** The next metadata file. */
  metadata(parts: Readonly<Record<string, unknown>> = {}): string {
    const number = String(this.log.length).padStart(5, '0');
    const current = this.snapshots.at(-1)?.id ?? -1n;
    const snapshots = this.snapshots.map(
      ({ id, list }) =>
        `{ "snapshot-id": ${id}, "manifest-list": ${JSON.stringify(list)}, "summary": {"operation":"append"} }`,
    );
    const document = JSON.stringify({
      'format-version': this.version,
      location: this.location,
      properties: { 'write.data.path': `${this.location}/data`, owner: 'me' },
      'current-schema-id': 0,
      schemas: [{ type: 'struct', 'schema-id': 0, fields: [{ id: 1, name: 'city', required: false, type: 'string' }] }],
      'metadata-log': this.log.map((uri) => ({ 'timestamp-ms': 1700000000000, 'metadata-file': uri })),
      ...parts,
    });
    // By hand, because JSON.stringify has no integers of 64 bits; with blanks, which are to stay.
    const text = document.replace(
      /\}$/,
      `,\n  "current-snapshot-id": ${current}, "snapshots": [${snapshots.join(', ')}]\n}`,
    );
    const uri = this.put(`metadata/${number}.metadata.json`, text);
    this.log.push(uri);
    return uri;
  }

  private entry(parts: EntryParts): object {
    const { path, size, status = 1, content = 0, format = 'PARQUET', city = 'Berlin', pathBounds } = parts;
    const bounds = (side: 0 | 1) => [
      { key: 1, value: Buffer.from(`s3://old/in a value ${side}`) },
      ...(pathBounds === undefined ? [] : [{ key: filePathId, value: Buffer.from(pathBounds[side]) }]),
    ];
    const bytes = size ?? this.files.files.get(path)?.length ?? 0;
    return {
      status,
      snapshot_id: 9007199254740993n,
      sequence_number: null,
      file_sequence_number: null,
      data_file: {
        content,
        file_path: path,
        file_format: format,
        partition: { city },
        record_count: 3,
        file_size_in_bytes: bytes,
        block_size_in_bytes: 64,
        column_sizes: parts.withoutLayout === true ? null : [{ key: 1, value: 40 }],
        value_counts: [{ key: 1, value: 3 }],
        lower_bounds: bounds(0),
        upper_bounds: bounds(1),
        key_metadata: parts.keyMetadata ?? null,
        split_offsets: parts.withoutLayout === true ? null : [4],
        equality_ids: content === 2 ? [1] : null,
        sort_order_id: 0,
        first_row_id: null,
        referenced_data_file: parts.referencedDataFile ?? null,
        content_offset: format === 'PUFFIN' ? 4 : null,
        content_size_in_bytes: format === 'PUFFIN' ? 8 : null,
      },
    };
  }
}

export function puffin(blobs: readonly Buffer[], payload: string, flags = 0): Buffer {
  const magic = Buffer.from('PFA1');
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32LE(Buffer.byteLength(payload));
  numbers.writeUInt32LE(flags, 4);
  return Buffer.concat([magic, ...blobs, magic, Buffer.from(payload), numbers, magic]);
}
