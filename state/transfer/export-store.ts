import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { removeAbandoned, temporaryBeside } from '../../core/atomic-file.js';
import { ensureFolder } from '../../core/ensure-folder.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { pendingMigrations } from '../schema-versions/migrate.js';
import { queueSchemaVersion } from '../queue/queue.js';
import type { StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { columnsOf, keyOf } from './columns.js';
import { cannotWrite, interrupted, isSystemError } from './failures.js';
import { fileFormat, fileKind, transferTables } from './transfer-file.js';
import type { Header, RowCounts, Trailer, TransferProgress } from './transfer-file.js';

export interface ExportOptions {
  readonly file: string;
  readonly toolVersion: string;
  readonly now: Date;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TransferProgress) => void;
}

/** Limits of one fetch, so that memory use does not depend on the size of rows. */
const pageCharacters = 4_000_000;
const maxPageRows = 5_000;

/**
 * Writes the complete store to a file as one consistent snapshot, while others keep working. The file exists only when
 * it is complete. Fails on what the user can correct; throws the database's errors.
 */
export async function exportStore(state: State, options: ExportOptions): Promise<Result<RowCounts>> {
  const { file, signal } = options;
  const temporary = temporaryBeside(file);
  try {
    ensureFolder(dirname(file));
    removeAbandoned(file);
    const rows = await snapshot(state, async (db) => {
      const counts = Object.fromEntries(transferTables.map(({ name }) => [name, 0]));
      const lines = Readable.from(exportedLines(db, options, counts), { objectMode: true, highWaterMark: 1 });
      try {
        await pipeline(lines, createGzip(), createWriteStream(temporary, { flags: 'wx', flush: true, mode: 0o600 }), {
          ...(signal === undefined ? {} : { signal }),
        });
      } finally {
        // A fetch may still be running when writing the file fails; the transaction must not end before it.
        if (!lines.closed) await once(lines, 'close');
      }
      return counts;
    });
    renameSync(temporary, file);
    return ok(rows);
  } catch (error) {
    if (signal?.aborted === true) return fail([interrupted(file, 'No file was written.')]);
    if (isSystemError(error)) return fail([cannotWrite(file, error)]);
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

async function snapshot<T>(state: State, action: (db: Kysely<StateTables>) => Promise<T>): Promise<T> {
  return await state.db.transaction().execute(async (db) => {
    await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`.execute(db);
    // The format of times and numbers must not depend on the server's settings.
    await sql`SET LOCAL TimeZone = 'UTC'`.execute(db);
    await sql`SET LOCAL extra_float_digits = 1`.execute(db);
    return await action(db);
  });
}

async function* exportedLines(
  db: Kysely<StateTables>,
  { toolVersion, now, onProgress }: ExportOptions,
  counts: Record<string, number>,
): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const hashed = (text: string): string => {
    hash.update(text);
    return text;
  };
  const header: Header = {
    kind: fileKind,
    format: fileFormat,
    schema: (await pendingMigrations(db)).applied,
    queue_schema: await queueSchemaVersion(db),
    tool_version: toolVersion,
    exported_at: now.toISOString(),
  };
  yield hashed(`${JSON.stringify(header)}\n`);
  let rows = 0;
  for (const table of transferTables) {
    for await (const page of pagesOf(db, table)) {
      rows += page.length;
      counts[table.name] = (counts[table.name] ?? 0) + page.length;
      yield hashed(page.map((row) => `{"${table.name}":${row}}\n`).join(''));
      onProgress?.({ table: table.name, rows });
    }
  }
  const trailer: Trailer = { end: { rows: counts, sha256: hash.digest('hex') } };
  yield `${JSON.stringify(trailer)}\n`;
}

/** Rows as JSON text. Uses a cursor, so that the server does not sort again for each page. */
async function* pagesOf(
  db: Kysely<StateTables>,
  { name, replaced = {} }: (typeof transferTables)[number],
): AsyncGenerator<readonly string[]> {
  const columns = (await columnsOf(db, name)).map(({ name: column, type }) => {
    if (replaced[column] !== undefined) return `${replaced[column]} AS ${column}`;
    // As text inside the JSON, which distinguishes JSON null from SQL NULL.
    return type === 'jsonb' ? `${column}::text` : column;
  });
  await sql`
    DECLARE exported NO SCROLL CURSOR FOR
    SELECT row_to_json(r)::text AS row
    FROM (SELECT ${sql.raw(columns.join(', '))} FROM ${sql.raw(name)} ORDER BY ${sql.raw((await keyOf(db, name)).join(', '))}) r`.execute(
    db,
  );
  for (let size = 50; ;) {
    const { rows } = await sql<{ row: string }>`FETCH ${sql.raw(String(size))} FROM exported`.execute(db);
    if (rows.length > 0) yield rows.map(({ row }) => row);
    if (rows.length < size) break;
    const characters = rows.reduce((sum, { row }) => sum + row.length, 0);
    size = Math.min(maxPageRows, size * 10, Math.max(1, Math.floor((size * pageCharacters) / characters)));
  }
  await sql`CLOSE exported`.execute(db);
}
