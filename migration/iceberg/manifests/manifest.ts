import { recordsOf } from '../avro/container.js';
import type { AvroBlock, ContainerHeader } from '../avro/container.js';
import { AvroCursor } from '../avro/cursor.js';
import type { AvroRecord } from '../avro/schema.js';
import { numberAt, spansOf, textAt, valueAt } from '../avro/spans.js';
import type { Span } from '../avro/spans.js';
import { MalformedFile } from '../malformed-file.js';
import { Fields } from './fields.js';

export type FileContent = 'data' | 'position-deletes' | 'equality-deletes';

/** A record of a manifest, with the places that can change. Source: Apache Iceberg specification, 'Manifests'. */
export interface ManifestEntry {
  /** False for the record that a file was deleted: the file may be gone, and nobody reads it. */
  readonly isLive: boolean;
  readonly content: FileContent;
  readonly path: string;
  /** Upper case: PARQUET, ORC, AVRO, or PUFFIN of a deletion vector. */
  readonly format: string;
  /** In bytes. */
  readonly size: number;
  readonly isEncrypted: boolean;
  readonly spans: EntrySpans;
  readonly start: number;
  readonly end: number;
}

/** Fields that only deletes have are missing in format version 1. */
export interface EntrySpans {
  readonly path: Span;
  readonly format: Span;
  readonly size: Span;
  readonly columnSizes: Span | undefined;
  readonly lowerBounds: Span | undefined;
  readonly upperBounds: Span | undefined;
  readonly splitOffsets: Span | undefined;
  readonly referencedDataFile: Span | undefined;
}

const contents: readonly FileContent[] = ['data', 'position-deletes', 'equality-deletes'];
const deletedStatus = 2;

export class ManifestReader {
  private readonly entryFields: Fields;
  private readonly fields: Fields;
  private readonly dataFile: AvroRecord;

  constructor(private readonly header: ContainerHeader) {
    this.entryFields = new Fields(header.schema, ['status', 'data_file']);
    const type = header.schema.fields.find(({ id, name }) => id === 2 || name === 'data_file')?.type;
    if (type?.kind !== 'record') throw new MalformedFile('has records without the field data_file');
    this.dataFile = type;
    this.fields = new Fields(type, [
      ...(['content', 'file_path', 'file_format', 'file_size_in_bytes', 'column_sizes', 'lower_bounds'] as const),
      ...(['upper_bounds', 'key_metadata', 'split_offsets', 'referenced_data_file'] as const),
    ]);
  }

  /** The records of a block. */
  read(block: AvroBlock): readonly ManifestEntry[] {
    return recordsOf(block, (cursor) => {
      const start = cursor.position;
      const entry = spansOf(this.header.schema, cursor);
      return { ...this.readEntry(block.data, entry), start, end: cursor.position };
    });
  }

  private readEntry(data: Buffer, entry: readonly Span[]): Omit<ManifestEntry, 'start' | 'end'> {
    const { fields } = this;
    const file = spansOf(this.dataFile, new AvroCursor(data, this.entryFields.need(entry, 'data_file').start));
    const spans: EntrySpans = {
      path: fields.need(file, 'file_path'),
      format: fields.need(file, 'file_format'),
      size: fields.need(file, 'file_size_in_bytes'),
      columnSizes: fields.find(file, 'column_sizes'),
      lowerBounds: fields.find(file, 'lower_bounds'),
      upperBounds: fields.find(file, 'upper_bounds'),
      splitOffsets: fields.find(file, 'split_offsets'),
      referencedDataFile: fields.find(file, 'referenced_data_file'),
    };
    const contentSpan = fields.find(file, 'content');
    const content = contents[contentSpan === undefined ? 0 : (numberAt(data, contentSpan) ?? 0)];
    const path = textAt(data, spans.path);
    if (content === undefined || path === undefined)
      throw new MalformedFile('has a record without a file_path, or with an unknown content');
    const key = fields.find(file, 'key_metadata');
    return {
      isLive: numberAt(data, this.entryFields.need(entry, 'status')) !== deletedStatus,
      content,
      path,
      format: (textAt(data, spans.format) ?? '').toUpperCase(),
      size: numberAt(data, spans.size) ?? 0,
      isEncrypted: key !== undefined && valueAt(data, key) !== undefined,
      spans,
    };
  }
}
