import { recordsOf } from '../avro/container.js';
import type { AvroBlock, ContainerHeader } from '../avro/container.js';
import { numberAt, spansOf, textAt, valueAt } from '../avro/spans.js';
import type { Span } from '../avro/spans.js';
import { MalformedFile } from '../malformed-file.js';
import { Fields } from './fields.js';

/** A record of a manifest list, with the places that can change. */
export interface ListedManifest {
  readonly path: string;
  /** In bytes. */
  readonly length: number;
  readonly isEncrypted: boolean;
  readonly pathSpan: Span;
  readonly lengthSpan: Span;
  readonly start: number;
  readonly end: number;
}

export class ManifestListReader {
  private readonly fields: Fields;

  constructor(private readonly header: ContainerHeader) {
    this.fields = new Fields(header.schema, ['manifest_path', 'manifest_length', 'list_key_metadata']);
  }

  /** The records of a block. */
  read(block: AvroBlock): readonly ListedManifest[] {
    const { data } = block;
    return recordsOf(block, (cursor) => {
      const start = cursor.position;
      const spans = spansOf(this.header.schema, cursor);
      const pathSpan = this.fields.need(spans, 'manifest_path');
      const lengthSpan = this.fields.need(spans, 'manifest_length');
      const key = this.fields.find(spans, 'list_key_metadata');
      const path = textAt(data, pathSpan);
      if (path === undefined) throw new MalformedFile('has a record without a manifest_path');
      return {
        path,
        length: numberAt(data, lengthSpan) ?? 0,
        isEncrypted: key !== undefined && valueAt(data, key) !== undefined,
        pathSpan,
        lengthSpan,
        start,
        end: cursor.position,
      };
    });
  }
}
