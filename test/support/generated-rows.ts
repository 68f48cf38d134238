import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export type Rows = readonly (readonly unknown[])[];

/** What the files of environments/test-data hold, as Trino's client shows it: the tables that are files by name. */
export interface GeneratedRows {
  readonly tables: Readonly<Record<string, Rows>>;
  /** Of the Iceberg table, oldest snapshot first. */
  readonly snapshots: readonly Rows[];
}

/** Read by Arrow and PyIceberg, not by Trino. */
export function generatedRows(folder: string): GeneratedRows {
  const generator = join(import.meta.dirname, '..', '..', 'environments', 'test-data');
  const python = execFileSync(join(generator, 'install.sh'), ['--check'], { encoding: 'utf8' }).trim();
  const args = [join(import.meta.dirname, 'rows_of_files.py'), generator, folder];
  return JSON.parse(execFileSync(python, args, { encoding: 'utf8', maxBuffer: 2 ** 26 })) as GeneratedRows;
}

/** As texts in an order that does not depend on theirs, times without the zeros of microseconds. */
export function sortedRows(rows: Rows = []): readonly string[] {
  return rows.map((row) => JSON.stringify(row).replace(/(:\d\d\.\d{3})0+"/g, '$1"')).sort();
}
