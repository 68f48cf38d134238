import { parquetMetadataAsync, parquetRead } from 'hyparquet';
import type { AsyncBuffer, ColumnData, FileMetaData, KeyValue } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { MalformedFile } from '../malformed-file.js';
import { deletedRowId, filePathId, positionId } from './position-deletes.js';
import type { PositionDeletes } from './position-deletes.js';

/** A position delete file, with the key-value pairs of its footer, such as `delete-type`. */
export interface ParquetDeletes extends PositionDeletes {
  readonly keyValues: readonly KeyValue[];
}

/** Throws `MalformedFile`. Source: Apache Iceberg specification, 'Position Delete Files'. */
export async function readParquetDeletes(content: Buffer): Promise<ParquetDeletes> {
  const file = asyncBuffer(content);
  const metadata = await readable(() => parquetMetadataAsync(file));
  if (metadata.schema.some(({ field_id }) => field_id === deletedRowId))
    throw new MalformedFile('holds the deleted rows beside their positions, which cannot be carried over');
  const names = {
    path: columnName(metadata, filePathId, 'file_path'),
    position: columnName(metadata, positionId, 'pos'),
  };
  const columns = new Map([names.path, names.position].map((name): [string, unknown[]] => [name, []]));
  // Column by column: a file may have millions of rows.
  const onChunk = ({ columnName: name, columnData, rowStart }: ColumnData): void => {
    const column = columns.get(name) ?? [];
    for (let i = 0; i < columnData.length; i++) column[rowStart + i] = columnData[i];
  };
  await readable(() => parquetRead({ file, metadata, columns: [...columns.keys()], compressors, onChunk }));
  const [paths, positions] = [columns.get(names.path) ?? [], columns.get(names.position) ?? []];
  if (paths.length !== Number(metadata.num_rows) || positions.length !== paths.length)
    throw new MalformedFile('has columns that are shorter than its rows');
  return {
    paths: interned(paths),
    positions: positions.map(positionOf),
    keyValues: metadata.key_value_metadata ?? [],
  };
}

export function writeParquetDeletes({ paths, positions, keyValues }: ParquetDeletes): Buffer {
  const content = parquetWriteBuffer({
    schema: [
      { name: 'table', num_children: 2 },
      {
        name: 'file_path',
        type: 'BYTE_ARRAY',
        converted_type: 'UTF8',
        logical_type: { type: 'STRING' },
        repetition_type: 'REQUIRED',
        field_id: filePathId,
      },
      { name: 'pos', type: 'INT64', repetition_type: 'REQUIRED', field_id: positionId },
    ],
    columnData: [
      { name: 'file_path', data: [...paths] },
      { name: 'pos', data: [...positions] },
    ],
    kvMetadata: [...keyValues],
  });
  return Buffer.from(content);
}

function columnName({ schema }: FileMetaData, id: number, name: string): string {
  const element = schema.find(({ field_id }) => field_id === id) ?? schema.find((each) => each.name === name);
  if (element === undefined) throw new MalformedFile(`has no column ${name}`);
  return element.name;
}

/** Equal paths become one string in memory. */
function interned(paths: readonly unknown[]): readonly string[] {
  const known = new Map<string, string>();
  return paths.map((path) => {
    if (typeof path !== 'string') throw new MalformedFile('has a row without a file_path');
    const first = known.get(path);
    if (first === undefined) known.set(path, path);
    return first ?? path;
  });
}

function positionOf(position: unknown): bigint {
  if (typeof position === 'bigint') return position;
  if (typeof position === 'number') return BigInt(position);
  throw new MalformedFile('has a row without a pos');
}

function asyncBuffer(content: Buffer): AsyncBuffer {
  return {
    byteLength: content.length,
    slice: (start, end) => new Uint8Array(content.subarray(start, end)).buffer,
  };
}

async function readable<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new MalformedFile('is not a Parquet file that can be read', { cause });
  }
}
