import { openContainer, recordsOf } from '../avro/container.js';
import { readParquetDeletes } from '../deletes/parquet-deletes.js';
import { filePathId } from '../deletes/position-deletes.js';
import { readPuffin } from '../deletes/puffin.js';
import { textLeaves } from '../metadata/json-leaves.js';
import { placeKind } from '../metadata/metadata-paths.js';
import type { SourceMarks } from './source-marks.js';
import { textPlaces } from './text-places.js';

/** A text of a file that has the path of a source in it. */
export interface FoundText {
  readonly place: string;
  readonly text: string;
  /** Readers or writers follow it. False for a comment, a value of a column, a note of a writer. */
  readonly isPath: boolean;
}

const avroPaths = new Set([
  'manifest_path',
  'file_path',
  'data_file.file_path',
  'data_file.referenced_data_file',
  `data_file.lower_bounds[${filePathId}]`,
  `data_file.upper_bounds[${filePathId}]`,
]);

/** The decompressed text of a metadata file. */
export function* scanMetadata(text: string, marks: SourceMarks): Generator<FoundText, void, undefined> {
  for (const { path, text: value } of textLeaves(text))
    if (marks.areIn(value))
      yield { place: path.join('.'), text: value, isPath: ['path', 'log'].includes(placeKind(path)) };
}

/** A manifest list, a manifest or a position delete file. */
export function* scanAvro(content: Buffer, marks: SourceMarks): Generator<FoundText, void, undefined> {
  const { header, blocks } = openContainer(content);
  for (const [key, value] of header.metadata)
    if (marks.areIn(value.toString())) yield { place: `header ${key}`, text: value.toString(), isPath: false };
  for (const block of blocks) {
    if (!marks.mayBeIn(block.data)) continue;
    for (const { place, bytes } of recordsOf(block, (cursor) => [...textPlaces(header.schema, cursor, '')]).flat()) {
      const text = bytes.toString();
      if (marks.areIn(text)) yield { place, text, isPath: avroPaths.has(place) };
    }
  }
}

export async function* scanParquet(content: Buffer, marks: SourceMarks): AsyncGenerator<FoundText, void, undefined> {
  const { paths, keyValues } = await readParquetDeletes(content);
  for (const path of new Set(paths)) if (marks.areIn(path)) yield { place: 'file_path', text: path, isPath: true };
  for (const { key, value = '' } of keyValues)
    if (marks.areIn(value)) yield { place: `footer ${key}`, text: value, isPath: false };
  // Statistics of the columns, and whatever else is not compressed.
  if (marks.areInBytes(content)) yield { place: 'bytes of the file', text: '', isPath: false };
}

/** Deletion vectors or statistics. */
export function* scanPuffin(content: Buffer, marks: SourceMarks): Generator<FoundText, void, undefined> {
  for (const { path, text } of textLeaves(readPuffin(content).payload))
    if (marks.areIn(text))
      yield { place: `footer ${path.join('.')}`, text, isPath: path.at(-1) === 'referenced-data-file' };
}
