import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { columnNames, rowOf } from './inventory-row.js';
import type { InventoryRow, InventoryValues } from './inventory-row.js';

type Row = Readonly<Record<string, unknown>>;

/** The rows of one file on the disk, a row group in memory at a time. Throws when it is not Parquet that can be read. */
export async function* parquetRows(
  path: string,
  columns: readonly string[],
  bucket: string,
): AsyncGenerator<InventoryRow> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const wanted = Object.entries(columnNames).filter(([, { Parquet }]) => columns.includes(Parquet));
  let rowStart = 0;
  for (const { num_rows: rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(rows);
    let group: readonly Row[] = [];
    await parquetRead({
      file,
      metadata,
      columns: wanted.map(([, { Parquet }]) => Parquet),
      rowStart,
      rowEnd,
      rowFormat: 'object',
      compressors,
      onComplete: (found) => {
        group = found as Row[];
      },
    });
    for (const row of group) {
      const values = wanted.map(([name, { Parquet }]) => [name, textOf(row[Parquet])]);
      yield rowOf({ ...nothing, ...(Object.fromEntries(values) as Partial<InventoryValues>) }, bucket);
    }
    rowStart = rowEnd;
  }
}

const nothing = Object.fromEntries(Object.keys(columnNames).map((name) => [name, ''])) as InventoryValues;

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : '';
}
