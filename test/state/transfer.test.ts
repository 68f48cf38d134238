import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sha256 } from '../../core/canonical-json.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { Result } from '../../core/result.js';
import { exportStore, importStore } from '../../state/index.js';
import type { State, StateLocation } from '../../state/index.js';
import { storeTables } from '../../state/schema/store-tables.js';
import { knownMigrations } from '../../state/schema-versions/migrate.js';
import { transferTables } from '../../state/transfer/transfer-file.js';
import { fillStore } from '../support/filled-store.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

// One store of each engine is opened for each of several tests, and PGlite takes seconds.
jest.setTimeout(180_000);

const engines: Partial<Record<(typeof engineNames)[number], StateEngine>> = {};
const engine = (name: (typeof engineNames)[number]): StateEngine => {
  const started = engines[name];
  if (started === undefined) throw new Error('not started');
  return started;
};
let folder: string;
let exported: string;
/** An export with fewer rows, to be damaged. */
let small: string;
let source: State;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-transfer-'));
  for (const name of engineNames) engines[name] = await startEngine(name);
  source = await opened(await engine('embedded').fresh());
  // More rows than are sent at once.
  await fillStore(source, { tables: 12_000 });
  exported = join(folder, 'filled.gz');
  expect(await write(source, exported)).toMatchObject({ ok: true });
  const few = await opened(await engine('server').fresh());
  await fillStore(few, { tables: 200 });
  small = join(folder, 'small.gz');
  expect(await write(few, small)).toMatchObject({ ok: true });
  await few.close();
});
afterAll(async () => {
  await source.close();
  for (const name of engineNames) await engines[name]?.stop();
  rmSync(folder, { recursive: true });
});

const write = async (state: State, file: string): ReturnType<typeof exportStore> =>
  await exportStore(state, { file, toolVersion: '0.1.0', now: new Date('2026-11-21T00:00:00Z') });

test('embedded → server → embedded: every value is preserved, and the files are identical', async () => {
  const states = [source];
  const files = [exported];
  for (const name of ['server', 'embedded'] as const) {
    const state = await opened(await engine(name).fresh());
    states.push(state);
    expect(await importStore(state, { file: files.at(-1) ?? '' })).toMatchObject({
      ok: true,
      value: { tables: 12_000 },
    });
    files.push(join(folder, `${name}.gz`));
    expect(await write(state, files.at(-1) ?? '')).toMatchObject({ ok: true });
  }
  const [first, ...others] = await Promise.all(states.map(wholeContent));
  for (const other of others) expect(other).toEqual(first);
  const [bytes, ...copies] = files.map((file) => readFileSync(file));
  for (const copy of copies) expect(copy.equals(bytes ?? Buffer.alloc(0))).toBe(true);
  for (const state of states.slice(1)) await state.close();
});

test('the filled store leaves no table out', async () => {
  const { rows } = await sql<{ name: string }>`
    SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relname NOT LIKE 'schema_migrations%' ORDER BY 1`.execute(source.db);
  expect([...storeTables].sort()).toEqual(rows.map(({ name }) => name));
  const content = await wholeContent(source);
  expect(transferTables.filter(({ name }) => content[name]?.length === 0)).toEqual([]);
});

test('the first and the last line describe the lines between', () => {
  const lines = linesOf(exported);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    kind: 'aws2openstack-state',
    format: 1,
    schema: knownMigrations(),
    queue_schema: 43,
    tool_version: '0.1.0',
    exported_at: '2026-11-21T00:00:00.000Z',
  });
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
    end: { rows: { tables: 12_000, 'pgboss.job': 12 }, sha256: sha256(`${lines.slice(0, -1).join('\n')}\n`) },
  });
});

describe.each(engineNames)('%s', (name) => {
  let state: State;
  let location: StateLocation;
  beforeAll(async () => {
    location = await engine(name).fresh();
    state = await opened(location);
  });
  afterAll(() => state.close());

  async function refused(file: string): Promise<Diagnostic> {
    const imported = await importStore(state, { file });
    const content = await wholeContent(state);
    expect(Object.values(content).flat()).toEqual([]);
    return single(imported);
  }

  const damages: readonly [string, (lines: readonly string[]) => readonly string[], string][] = [
    [
      'a changed value',
      (lines) => lines.map((line) => line.replace('"table 77"', '"table x77"')),
      'its checksum does not match',
    ],
    [
      'a row less',
      (lines) => lines.filter((line) => !line.includes('"table 77"')),
      'its row counts do not match its last line',
    ],
    ['no end', (lines) => lines.slice(0, -1), 'its end is missing'],
    ['something after its end', (lines) => [...lines, '{"tables":{}}'], 'there is content after its last line'],
    ['a line that is not a row', (lines) => lines.with(7, 'row'), 'a line is not a row'],
    [
      'a row of another table',
      (lines) => lines.with(7, '{"pg_authid":{}}'),
      "it has rows of the unknown table 'pg_authid'",
    ],
    [
      'a row that is no JSON',
      (lines) => lines.with(7, '{"tables":{]}'),
      'the database refuses a row (invalid input syntax for type json)',
    ],
    ['a row twice', (lines) => lines.toSpliced(7, 0, lines[7] ?? ''), 'the database refuses a row (duplicate key'],
    ['an odd last line', (lines) => lines.with(-1, '{"end":{"rows":null}}'), 'its last line is incomplete'],
  ];
  test.each(damages)('a file with %s is refused, and nothing is stored', async (_what, change, why) => {
    const file = join(folder, 'damaged.gz');
    writeFileSync(file, gzipSync(`${change(linesOf(small)).join('\n')}\n`));
    expect(await refused(file)).toMatchObject({ code: 'export-damaged', message: expect.stringContaining(why) });
  });

  test.each([0, 1, 9, 500, 0.5, -20, -4])('a file that is cut off at %d is refused', async (at) => {
    const bytes = readFileSync(small);
    const file = join(folder, 'cut.gz');
    writeFileSync(file, bytes.subarray(0, at > 0 && at < 1 ? bytes.length * at : at));
    expect(await refused(file)).toMatchObject({
      code: 'export-damaged',
      message: expect.stringContaining('its end is missing'),
    });
  });

  test('a file with a flipped bit is refused', async () => {
    const bytes = readFileSync(small);
    bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 4, bytes.length >> 1);
    writeFileSync(join(folder, 'flipped.gz'), bytes);
    expect(await refused(join(folder, 'flipped.gz'))).toMatchObject({ code: 'export-damaged' });
  });

  test.each([
    ['text', Buffer.from('hello')],
    ['other gzip', gzipSync('hello\n')],
    ['other JSON', gzipSync('{"kind":"cake"}\n')],
    ['null', gzipSync('null\n')],
    ['an endless line', gzipSync(Buffer.alloc(30_000_000, 'a'))],
  ])('%s is not an export', async (_what, bytes) => {
    writeFileSync(join(folder, 'foreign'), bytes);
    const { code } = await refused(join(folder, 'foreign'));
    expect(code).toBe('not-an-export');
  });

  test.each([
    [{ format: 2, tool_version: '9.0.0' }, 'newer-export', 'format 2, written by aws2openstack 9.0.0'],
    [{ schema: [...knownMigrations(), '0099-later'] }, 'newer-export', '(0099-later)'],
    [{ queue_schema: 44 }, 'newer-export', '(queue schema 44)'],
    [{ schema: [] }, 'older-export', 'lacks 0001-initial'],
    [{ queue_schema: 42 }, 'older-export', 'lacks queue schema 43'],
    [{ schema: 7 }, 'export-damaged', 'first line'],
  ])('a file of another version, %j, is refused', async (change, code, why) => {
    const [first = '', ...rest] = linesOf(small);
    const header = { ...(JSON.parse(first) as object), ...change };
    writeFileSync(join(folder, 'version.gz'), gzipSync([JSON.stringify(header), ...rest].join('\n')));
    expect(await refused(join(folder, 'version.gz'))).toMatchObject({ code, message: expect.stringContaining(why) });
  });

  test('a missing file and a folder', async () => {
    expect(await refused(join(folder, 'none'))).toMatchObject({ code: 'cannot-read' });
    expect(await refused(folder)).toMatchObject({ code: 'cannot-read' });
  });

  test('an interrupted import stores nothing', async () => {
    const interrupt = new AbortController();
    const imported = await importStore(state, {
      file: exported,
      signal: interrupt.signal,
      onProgress: ({ table }) => {
        if (table === 'tables') interrupt.abort();
      },
    });
    expect(single(imported).code).toBe('interrupted');
    expect(Object.values(await wholeContent(state)).flat()).toEqual([]);
  });

  test('an export that cannot be written, or is interrupted, leaves nothing', async () => {
    mkdirSync(join(folder, name));
    const file = join(folder, name, 'x.gz');
    const interrupt = new AbortController();
    interrupt.abort();
    const options = { file, toolVersion: '0.1.0', now: new Date() };
    expect(single(await exportStore(state, { ...options, signal: interrupt.signal })).code).toBe('interrupted');
    mkdirSync(file);
    expect(single(await exportStore(state, options)).code).toBe('cannot-write');
    expect(readdirSync(join(folder, name))).toEqual(['x.gz']);
    expect(single(await exportStore(state, { ...options, file: '/proc/x.gz' })).code).toBe('cannot-write');
    // The store goes on working.
    expect((await wholeContent(state))['tables']).toEqual([]);
  });

  test('only an empty store accepts an import; existing rows are named and kept', async () => {
    await sql`INSERT INTO mapping_templates (name, sources, sha256) VALUES ('a', '[]', 'b')`.execute(state.db);
    await sql`SELECT pgboss.create_queue('q', '{"policy": "standard"}')`.execute(state.db);
    expect(single(await importStore(state, { file: exported }))).toMatchObject({
      code: 'store-not-empty',
      message: expect.stringContaining('(1 in mapping_templates, 1 in pgboss.queue)'),
      fix: expect.stringContaining(name === 'embedded' ? 'A2O_STATE_DIR' : 'DATABASE_URL'),
    });
    expect(await state.db.selectFrom('mapping_templates').select('name').execute()).toEqual([{ name: 'a' }]);
  });
});

test('an existing export is replaced completely, or kept', async () => {
  const file = join(folder, 'kept', 'x.gz');
  mkdirSync(join(folder, 'kept'));
  writeFileSync(file, 'old');
  const interrupt = new AbortController();
  const outcome = await exportStore(source, {
    file,
    toolVersion: '0.1.0',
    now: new Date(),
    signal: interrupt.signal,
    onProgress: ({ table }) => {
      if (table === 'tables') interrupt.abort();
    },
  });
  expect(single(outcome).code).toBe('interrupted');
  expect(readFileSync(file, 'utf8')).toBe('old');
  expect(readdirSync(join(folder, 'kept'))).toEqual(['x.gz']);
  expect(await write(source, file)).toMatchObject({ ok: true });
  expect(readFileSync(file).equals(readFileSync(exported))).toBe(true);
});

test('on a server an export is one snapshot, while others write and delete', async () => {
  const location = await engine('server').fresh();
  const [state, other] = [await opened(location), await opened(location)];
  await importStore(state, { file: exported });
  const before = join(folder, 'before.gz');
  await write(state, before);
  const during = join(folder, 'during.gz');
  let changed: Promise<unknown> | undefined;
  expect(
    await exportStore(state, {
      file: during,
      toolVersion: '0.1.0',
      now: new Date('2026-11-21T00:00:00Z'),
      onProgress: () => {
        changed ??= other.db.deleteFrom('assessments').execute();
      },
    }),
  ).toMatchObject({ ok: true });
  await changed;
  expect(await state.db.selectFrom('tables').selectAll().execute()).toEqual([]);
  expect(readFileSync(during).equals(readFileSync(before))).toBe(true);
  await state.close();
  await other.close();
});

test('of two concurrent imports into one server, one succeeds and one is refused', async () => {
  const location = await engine('server').fresh();
  const states = [await opened(location), await opened(location)];
  const outcomes = await Promise.all(states.map((state) => importStore(state, { file: exported })));
  expect(outcomes.map(({ ok }) => ok).sort()).toEqual([false, true]);
  expect(outcomes.flatMap((outcome) => (outcome.ok ? [] : outcome.error.map(({ code }) => code)))).toEqual([
    'store-not-empty',
  ]);
  expect((await wholeContent(states[0] ?? source))['tables']).toHaveLength(12_000);
  for (const state of states) await state.close();
});

test('the settings of a server do not change the file', async () => {
  const location = await engine('server').fresh();
  if (location.engine !== 'server') throw new Error('no server');
  await engine('server').server?.query(
    'postgres',
    `ALTER DATABASE ${location.database ?? ''} SET TimeZone = 'Asia/Kathmandu';
     ALTER DATABASE ${location.database ?? ''} SET extra_float_digits = -3;
     ALTER DATABASE ${location.database ?? ''} SET DateStyle = 'German'`,
  );
  const state = await opened(location);
  await importStore(state, { file: exported });
  await write(state, join(folder, 'settings.gz'));
  expect(readFileSync(join(folder, 'settings.gz')).equals(readFileSync(exported))).toBe(true);
  await state.close();
});

/** By table: each row as the database's own text, generated columns too. */
async function wholeContent(state: State): Promise<Record<string, string[]>> {
  const content: Record<string, string[]> = {};
  await state.db.transaction().execute(async (db) => {
    await sql`SET LOCAL TimeZone = 'UTC'`.execute(db);
    for (const { name } of transferTables) {
      const { rows } = await sql<{ row: string }>`
        SELECT t::text AS row FROM ${sql.raw(name)} t ORDER BY t::text COLLATE "C"`.execute(db);
      content[name] = rows.map(({ row }) => row);
    }
  });
  return content;
}

function linesOf(file: string): string[] {
  return gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
}

function single(result: Result<unknown>): Diagnostic {
  if (result.ok) throw new Error('it succeeded');
  expect(result.error).toHaveLength(1);
  const [diagnostic] = result.error;
  if (diagnostic === undefined) throw new Error('none');
  return diagnostic;
}
