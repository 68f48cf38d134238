import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { canonicalJson } from '../../core/canonical-json.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { pendingMigrations } from '../schema-versions/migrate.js';
import { queueSchemaVersion } from '../queue/queue.js';
import type { StateTables } from '../schema/tables.js';
import type { State } from '../store/state.js';
import { columnsOf } from './columns.js';
import type { Column } from './columns.js';
import {
  cannotRead,
  damaged,
  interrupted,
  isSystemError,
  newerFormat,
  newerSchema,
  notAnExport,
  notEmpty,
  olderSchema,
} from './failures.js';
import { linesOf } from './lines.js';
import { fileFormat, fileKind, transferTables } from './transfer-file.js';
import type { Header, RowCounts, Trailer, TransferProgress } from './transfer-file.js';

export interface ImportOptions {
  readonly file: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TransferProgress) => void;
}

/** A batch is sent when it has this many rows or characters. */
const batchRows = 5_000;
const batchCharacters = 2_000_000;
/** Limit of the first line, because a file of another kind may be a single endless line. */
const maxHeaderBytes = 1_000_000;

/**
 * Reads an export into an empty store, completely or not at all. Fails on what the user can correct; throws the
 * database's errors.
 */
export async function importStore(state: State, options: ImportOptions): Promise<Result<RowCounts>> {
  const { file, signal } = options;
  try {
    return ok(
      await state.db.transaction().execute(async (db) => {
        // A second import waits here, and then finds the store filled.
        await sql`SELECT pg_advisory_xact_lock(hashtext('aws2openstack state import'))`.execute(db);
        await requireEmpty(state, db);
        return await importLines(db, options);
      }),
    );
  } catch (error) {
    if (error instanceof Refusal) return fail([error.diagnostic]);
    if (signal?.aborted === true) return fail([interrupted(file, 'Nothing was stored.')]);
    if (isSystemError(error)) return fail([cannotRead(file, error)]);
    const diagnostic = fileFailure(error, file);
    if (diagnostic === undefined) throw error;
    return fail([diagnostic]);
  }
}

/** Ends the transaction. */
class Refusal extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(diagnostic.message);
  }
}

async function requireEmpty({ location }: State, db: Kysely<StateTables>): Promise<void> {
  const found: { table: string; rows: number }[] = [];
  for (const { name } of transferTables) {
    const { rows } = await sql<{ count: number }>`SELECT count(*) AS count FROM ${sql.raw(name)}`.execute(db);
    const count = Number(rows[0]?.count);
    if (count > 0) found.push({ table: name, rows: count });
  }
  if (found.length > 0) throw new Refusal(notEmpty(location, found));
}

async function importLines(db: Kysely<StateTables>, { file, signal, onProgress }: ImportOptions): Promise<RowCounts> {
  const hash = createHash('sha256');
  const batch = new Batch(db);
  const counts: Record<string, number> = Object.fromEntries(transferTables.map(({ name }) => [name, 0]));
  let rows = 0;
  let header: Header | undefined;
  let trailer: Trailer | undefined;
  for await (const line of linesOf(unpacked(file), maxHeaderBytes)) {
    signal?.throwIfAborted();
    if (trailer !== undefined) throw new Refusal(damaged(file, 'there is content after its last line'));
    if (header === undefined) {
      header = parseHeader(line.text, file);
      await requireSameSchema(db, header, file);
    } else {
      const [, table = '', row] = /^\{"([a-z_.]+)":(.*)\}$/s.exec(line.text) ?? [];
      if (row === undefined) throw new Refusal(damaged(file, 'a line is not a row'));
      if (table === 'end') {
        trailer = parseTrailer(line.text, file);
        continue;
      }
      if (counts[table] === undefined) throw new Refusal(damaged(file, `it has rows of the unknown table '${table}'`));
      counts[table] += 1;
      rows += 1;
      if (await batch.add(table, row)) onProgress?.({ table, rows });
    }
    hash.update(line.bytes);
  }
  await batch.send();
  if (header === undefined) throw new Refusal(notAnExport(file));
  if (trailer === undefined) throw new Refusal(damaged(file, 'its end is missing'));
  if (canonicalJson(trailer.end.rows) !== canonicalJson(counts))
    throw new Refusal(damaged(file, 'its row counts do not match its last line'));
  if (trailer.end.sha256 !== hash.digest('hex')) throw new Refusal(damaged(file, 'its checksum does not match'));
  return counts;
}

/** Read by a single loop: when the transaction has ended, no read or insert may still be running. */
async function* unpacked(file: string): AsyncGenerator<Buffer> {
  const source = createReadStream(file);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Buffer>;
  } finally {
    source.destroy();
  }
}

/** Rows of one table that wait to be sent. */
class Batch {
  private table = '';
  private rows: string[] = [];
  private characters = 0;
  private readonly columns = new Map<string, readonly Column[]>();

  constructor(private readonly db: Kysely<StateTables>) {}

  /** Whether something was sent. */
  async add(table: string, row: string): Promise<boolean> {
    const isFull = this.rows.length === batchRows || this.characters > batchCharacters;
    const mustSend = this.rows.length > 0 && (isFull || table !== this.table);
    if (mustSend) await this.send();
    this.table = table;
    this.rows.push(row);
    this.characters += row.length;
    return mustSend;
  }

  async send(): Promise<void> {
    if (this.rows.length === 0) return;
    const columns = this.columns.get(this.table) ?? (await columnsOf(this.db, this.table));
    this.columns.set(this.table, columns);
    const list = (item: (column: Column) => string): ReturnType<typeof sql.raw> =>
      sql.raw(columns.map(item).join(', '));
    await sql`
      INSERT INTO ${sql.raw(this.table)} (${list(({ name }) => name)})
      SELECT ${list(({ name, type }) => (type === 'jsonb' ? `${name}::jsonb` : name))}
      FROM json_to_recordset(${`[${this.rows.join(',')}]`}::json)
      AS row(${list(({ name, type }) => `${name} ${type === 'jsonb' ? 'text' : type}`)})`.execute(this.db);
    this.rows = [];
    this.characters = 0;
  }
}

function parseHeader(text: string, file: string): Header {
  const header = parsed(text) as Partial<Header> | undefined;
  if (header?.kind !== fileKind || typeof header.format !== 'number') throw new Refusal(notAnExport(file));
  const whole = { ...header, tool_version: String(header.tool_version) } as Header;
  if (header.format > fileFormat) throw new Refusal(newerFormat(file, whole));
  if (!Array.isArray(header.schema) || typeof header.queue_schema !== 'number')
    throw new Refusal(damaged(file, 'its first line is incomplete'));
  return whole;
}

async function requireSameSchema(db: Kysely<StateTables>, header: Header, file: string): Promise<void> {
  const { applied } = await pendingMigrations(db);
  const queue = await queueSchemaVersion(db);
  const versions = (schema: readonly string[], queueVersion: number): readonly string[] => [
    ...schema,
    ...Array.from({ length: queueVersion }, (_, index) => `queue schema ${index + 1}`),
  ];
  const [here, there] = [versions(applied, queue), versions(header.schema, header.queue_schema)];
  const added = there.filter((name) => !here.includes(name));
  if (added.length > 0) throw new Refusal(newerSchema(file, header, added));
  const missing = here.filter((name) => !there.includes(name));
  if (missing.length > 0) throw new Refusal(olderSchema(file, header, missing));
}

function parseTrailer(text: string, file: string): Trailer {
  const trailer = parsed(text) as { end?: Partial<Trailer['end']> | null } | undefined;
  if (typeof trailer?.end?.rows !== 'object' || typeof trailer.end.sha256 !== 'string')
    throw new Refusal(damaged(file, 'its last line is incomplete'));
  return trailer as Trailer;
}

function parsed(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Describes the errors of zlib or the database for a file that was changed after the export. */
function fileFailure(error: unknown, file: string): Diagnostic | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code !== 'string') return undefined;
  if (code.startsWith('Z_')) {
    if (message === 'incorrect header check') return notAnExport(file);
    return damaged(file, code === 'Z_BUF_ERROR' ? 'its end is missing' : String(message));
  }
  // Data and constraint errors. Source: PostgreSQL documentation, appendix A.
  return /^2[23]\w{3}$/.test(code) ? damaged(file, `the database refuses a row (${String(message)})`) : undefined;
}
