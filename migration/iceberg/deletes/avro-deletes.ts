import { ContainerWriter, openContainer, recordsOf } from '../avro/container.js';
import { fieldIndex, spansOf, splice, textAt, withText } from '../avro/spans.js';
import { MalformedFile } from '../malformed-file.js';
import { filePathId } from './position-deletes.js';

/**
 * A position delete file with other paths; everything else stays. Rows keep their order: no reader of Avro can
 * skip any. Throws `MalformedFile`. Source: Apache Iceberg specification, 'Position Delete Files'.
 */
export function rewriteAvroDeletes(content: Buffer, map: (path: string) => string): Buffer {
  const { header, blocks } = openContainer(content);
  const index = fieldIndex(header.schema, filePathId, 'file_path');
  const writer = new ContainerWriter(header);
  for (const block of blocks) {
    const rows = recordsOf(block, (cursor) => {
      const start = cursor.position;
      const span = spansOf(header.schema, cursor)[index ?? -1];
      const path = span === undefined ? undefined : textAt(block.data, span);
      if (span === undefined || path === undefined) throw new MalformedFile('has a row without a file_path');
      return splice(block.data, start, cursor.position, [withText(span, map(path))]);
    });
    writer.add({ count: block.count, data: Buffer.concat(rows.flat()) });
  }
  return writer.content();
}
