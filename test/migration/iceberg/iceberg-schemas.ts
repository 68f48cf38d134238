// Avro schemas as Iceberg's writers make them. Source: Apache Iceberg specification, 'Manifests', 'Manifest lists'.

const optional = (type: unknown): unknown => ['null', type];
const field = (name: string, id: number, type: unknown): object => ({ name, type, 'field-id': id });

function mapOfIds(keyId: number, valueId: number, value: string): unknown {
  const fields = [field('key', keyId, 'int'), field('value', valueId, value)];
  return { type: 'array', logicalType: 'map', items: { type: 'record', name: `k${keyId}_v${valueId}`, fields } };
}

const partitionOf = (...fields: object[]) => field('partition', 102, { type: 'record', name: 'r102', fields });
const partition = partitionOf(field('city', 1000, optional('string')));

const statistics = [
  field('column_sizes', 108, optional(mapOfIds(117, 118, 'long'))),
  field('value_counts', 109, optional(mapOfIds(119, 120, 'long'))),
  field('lower_bounds', 125, optional(mapOfIds(126, 127, 'bytes'))),
  field('upper_bounds', 128, optional(mapOfIds(129, 130, 'bytes'))),
  field('key_metadata', 131, optional('bytes')),
  field('split_offsets', 132, optional({ type: 'array', items: 'long' })),
];

export const manifestV1 = {
  type: 'record',
  name: 'manifest_entry',
  fields: [
    field('status', 0, 'int'),
    field('snapshot_id', 1, optional('long')),
    field('data_file', 2, {
      type: 'record',
      name: 'r2',
      fields: [
        field('file_path', 100, 'string'),
        field('file_format', 101, 'string'),
        partition,
        field('record_count', 103, 'long'),
        field('file_size_in_bytes', 104, 'long'),
        field('block_size_in_bytes', 105, 'long'),
        ...statistics,
      ],
    }),
  ],
};

const manifestWith = (partitionField: object) => ({
  type: 'record',
  name: 'manifest_entry',
  fields: [
    field('status', 0, 'int'),
    field('snapshot_id', 1, optional('long')),
    field('sequence_number', 3, optional('long')),
    field('file_sequence_number', 4, optional('long')),
    field('data_file', 2, {
      type: 'record',
      name: 'r2',
      fields: [
        field('content', 134, 'int'),
        field('file_path', 100, 'string'),
        field('file_format', 101, 'string'),
        partitionField,
        field('record_count', 103, 'long'),
        field('file_size_in_bytes', 104, 'long'),
        ...statistics,
        field('equality_ids', 135, optional({ type: 'array', items: 'int' })),
        field('sort_order_id', 140, optional('int')),
        field('first_row_id', 142, optional('long')),
        field('referenced_data_file', 143, optional('string')),
        field('content_offset', 144, optional('long')),
        field('content_size_in_bytes', 145, optional('long')),
      ],
    }),
  ],
});

export const manifestV2 = manifestWith(partition);
export const unpartitionedManifest = manifestWith(partitionOf());

const summaries = field(
  'partitions',
  507,
  optional({
    type: 'array',
    items: {
      type: 'record',
      name: 'r508',
      fields: [
        field('contains_null', 509, 'boolean'),
        field('lower_bound', 510, optional('bytes')),
        field('upper_bound', 511, optional('bytes')),
      ],
    },
  }),
);

export const listV1 = {
  type: 'record',
  name: 'manifest_file',
  fields: [
    field('manifest_path', 500, 'string'),
    field('manifest_length', 501, 'long'),
    field('partition_spec_id', 502, 'int'),
    field('added_snapshot_id', 503, optional('long')),
    summaries,
  ],
};

export const listV2 = {
  type: 'record',
  name: 'manifest_file',
  fields: [
    field('manifest_path', 500, 'string'),
    field('manifest_length', 501, 'long'),
    field('partition_spec_id', 502, 'int'),
    field('content', 517, 'int'),
    field('sequence_number', 515, 'long'),
    field('added_snapshot_id', 503, 'long'),
    summaries,
    field('key_metadata', 519, optional('bytes')),
  ],
};

export const avroDeletes = {
  type: 'record',
  name: 'r',
  fields: [field('file_path', 2147483546, 'string'), field('pos', 2147483545, 'long')],
};
