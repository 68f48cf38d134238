import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { keyOfUrl } from '../key-bytes.js';
import { columnNames, rowOf } from './inventory-row.js';
import type { InventoryRow, InventoryValues } from './inventory-row.js';

type Name = keyof typeof columnNames;

/** The rows of one file, as it is read. Throws what ends the file early. */
export async function* csvRows(
  compressed: Readable,
  columns: readonly string[],
  bucket: string,
): AsyncGenerator<InventoryRow> {
  const places = Object.entries(columnNames).map(([name, { CSV }]) => [name as Name, columns.indexOf(CSV)] as const);
  const ended: { failure?: Error } = {};
  // What fails ends the lines, and is thrown below.
  const text = pipeline(compressed, createGunzip(), (error) => {
    if (error) ended.failure = error;
  });
  for await (const line of createInterface({ input: text, crlfDelay: Infinity })) {
    const fields = fieldsOf(line);
    if (fields.length === 0) continue;
    const values = Object.fromEntries(places.map(([name, at]) => [name, fields[at] ?? ''])) as InventoryValues;
    // Keys are percent-encoded.
    yield rowOf({ ...values, key: keyOfUrl(values.key) }, bucket);
  }
  if (ended.failure !== undefined) throw ended.failure;
}

/** Values are in quotation marks. */
function fieldsOf(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, value = '']) => value.replaceAll('""', '"'));
}
