import { fieldIndex } from '../avro/spans.js';
import type { Span } from '../avro/spans.js';
import type { AvroRecord } from '../avro/schema.js';
import { MalformedFile } from '../malformed-file.js';

/** Field ids by name. Source: Apache Iceberg specification, 'Manifests', 'Manifest lists'. */
const ids = {
  status: 0,
  data_file: 2,
  file_path: 100,
  file_format: 101,
  file_size_in_bytes: 104,
  column_sizes: 108,
  lower_bounds: 125,
  upper_bounds: 128,
  key_metadata: 131,
  split_offsets: 132,
  content: 134,
  referenced_data_file: 143,
  manifest_path: 500,
  manifest_length: 501,
  list_key_metadata: 519,
} as const;

export type FieldName = keyof typeof ids;

/** Finds the spans of a record's fields; made once for a file. */
export class Fields {
  private readonly indexes = new Map<FieldName, number>();

  constructor(record: AvroRecord, names: readonly FieldName[]) {
    for (const name of names) {
      const index = fieldIndex(record, ids[name], name.replace(/^list_/, ''));
      if (index !== undefined) this.indexes.set(name, index);
    }
  }

  /** `undefined` where this format version has no such field. */
  find(spans: readonly Span[], name: FieldName): Span | undefined {
    const index = this.indexes.get(name);
    return index === undefined ? undefined : spans[index];
  }

  need(spans: readonly Span[], name: FieldName): Span {
    const span = this.find(spans, name);
    if (span === undefined) throw new MalformedFile(`has records without the field ${name}`);
    return span;
  }
}
