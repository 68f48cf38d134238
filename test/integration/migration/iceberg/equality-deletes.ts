import { randomUUID } from 'node:crypto';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { parseExactly, stringifyExactly } from '../../../../clients/trino/index.js';
import { ContainerWriter, openContainer } from '../../../../migration/iceberg/avro/container.js';
import type { FileReader, FileWriter } from '../../../../migration/iceberg/index.js';
import { AvroEncoder, avroFile } from '../../../migration/iceberg/avro-encoder.js';
import { unpartitionedManifest } from '../../../migration/iceberg/iceberg-schemas.js';

/** A metadata file, as far as this changes it. Ids beyond 2^53 are BigInts. */
interface Metadata {
  readonly location: string;
  readonly schemas: readonly unknown[];
  'last-sequence-number': number;
  'last-updated-ms': number;
  'current-snapshot-id': number | bigint;
  refs: Record<string, { 'snapshot-id': number | bigint; type: 'branch' | 'tag' }>;
  readonly snapshots: { 'snapshot-id': number | bigint; 'manifest-list': string; [key: string]: unknown }[];
  readonly 'snapshot-log': unknown[];
  readonly 'metadata-log': unknown[];
}

const signal = new AbortController().signal;

/**
 * Commits by hand what Trino 476 does not write: equality deletes of the values of column 1, the branch `audit` and the
 * tag `first`, both at the first snapshot with rows (CREATE TABLE has made one without). The table has no partitions. Returns the URI of the new metadata file.
 */
export async function commitEqualityDeletes(
  files: FileReader & FileWriter,
  metadataFile: string,
  values: readonly bigint[],
): Promise<string> {
  const metadata = parseExactly((await whole(files, metadataFile)).toString()) as Metadata;
  const { location } = metadata;
  const snapshotId = 7_777_777_777_777_777_777n;
  const put = async (name: string, content: Buffer): Promise<string> => {
    await files.write(`${location}/${name}`, content, signal);
    return `${location}/${name}`;
  };

  const deletes = Buffer.from(
    parquetWriteBuffer({
      schema: [
        { name: 'table', num_children: 1 },
        { name: 'id', type: 'INT64', repetition_type: 'OPTIONAL', field_id: 1 },
      ],
      columnData: [{ name: 'id', data: [...values] }],
    }),
  );
  const entry = {
    status: 1,
    snapshot_id: snapshotId,
    data_file: {
      content: 2,
      file_path: await put('data/equality-deletes.parquet', deletes),
      file_format: 'PARQUET',
      partition: {},
      record_count: values.length,
      file_size_in_bytes: deletes.length,
      equality_ids: [1],
      sort_order_id: 0,
    },
  };
  const header = {
    schema: JSON.stringify(metadata.schemas[0]),
    'schema-id': '0',
    'partition-spec': '[]',
    'partition-spec-id': '0',
    'format-version': '2',
    content: 'deletes',
  };
  const manifest = avroFile(unpartitionedManifest, [entry], { metadata: header });

  const current = metadata.snapshots.find((each) => each['snapshot-id'] === metadata['current-snapshot-id']);
  const list = openContainer(await whole(files, current?.['manifest-list'] ?? ''));
  const writer = new ContainerWriter(list.header);
  for (const block of list.blocks) writer.add(block);
  const sequence = metadata['last-sequence-number'] + 1;
  const record = {
    manifest_path: await put('metadata/equality-m0.avro', manifest),
    manifest_length: manifest.length,
    partition_spec_id: 0,
    content: 1,
    sequence_number: sequence,
    min_sequence_number: sequence,
    added_snapshot_id: snapshotId,
    added_files_count: 1,
    existing_files_count: 0,
    deleted_files_count: 0,
    added_rows_count: values.length,
    existing_rows_count: 0,
    deleted_rows_count: 0,
    partitions: [],
    key_metadata: null,
  };
  const schema = JSON.parse((list.header.metadata.get('avro.schema') ?? '').toString()) as Record<string, unknown>;
  writer.add({ count: 1, data: new AvroEncoder().encode(schema, record) });
  const manifestList = await put('metadata/equality-snap.avro', writer.content());

  const [, first] = metadata.snapshots;
  const time = metadata['last-updated-ms'] + 1;
  metadata.snapshots.push({
    'sequence-number': sequence,
    'snapshot-id': snapshotId,
    'parent-snapshot-id': metadata['current-snapshot-id'],
    'timestamp-ms': time,
    summary: { operation: 'delete' },
    'manifest-list': manifestList,
    'schema-id': 0,
  });
  metadata['metadata-log'].push({ 'timestamp-ms': metadata['last-updated-ms'], 'metadata-file': metadataFile });
  metadata['snapshot-log'].push({ 'timestamp-ms': time, 'snapshot-id': snapshotId });
  metadata['last-sequence-number'] = sequence;
  metadata['last-updated-ms'] = time;
  metadata['current-snapshot-id'] = snapshotId;
  metadata.refs = {
    main: { 'snapshot-id': snapshotId, type: 'branch' },
    audit: { 'snapshot-id': first?.['snapshot-id'] ?? 0, type: 'branch' },
    first: { 'snapshot-id': first?.['snapshot-id'] ?? 0, type: 'tag' },
  };
  return put(`metadata/99999-${randomUUID()}.metadata.json`, Buffer.from(stringifyExactly(metadata)));
}

async function whole(files: FileReader, uri: string): Promise<Buffer> {
  const content = await files.read(uri, signal);
  if (content === undefined) throw new Error(`no file ${uri}`);
  return content;
}
