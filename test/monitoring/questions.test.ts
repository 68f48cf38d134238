import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { sql } from 'kysely';
import { answer, findQuestion, questions } from '../../monitoring/questions/index.js';
import type { Question } from '../../monitoring/questions/index.js';
import { object } from '../../monitoring/questions/schema.js';
import { ok } from '../../core/result.js';
import { deleteAssessment, grantRoles, shownId, storeAssessment } from '../../state/index.js';
import type { State, StateLocation } from '../../state/index.js';
import { storeTables } from '../../state/schema/store-tables.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { exampleInputs } from '../support/example-inputs.js';
import { hostileText, storeMonitoredLake } from '../support/monitored-lake.js';
import type { MonitoredLake } from '../support/monitored-lake.js';
import { problemOf, valueOf } from '../support/pages.js';
import { engineNames, opened, serverLocation, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

type Document = Readonly<Record<string, unknown>>;

const names = questions.map(({ name }) => name);

test('each question has a name of its own, a title and a description', () => {
  expect(new Set(names).size).toBe(names.length);
  for (const { name, title, description } of questions) {
    expect(name).toMatch(/^[a-z]+(_[a-z]+)+$/);
    expect([title, description].filter((text) => text.length < 5)).toEqual([]);
    expect(findQuestion(name)?.name).toBe(name);
  }
  expect(findQuestion('drop_tables')).toBeUndefined();
});

test.each(names)('%s: both schemas are strict, and describe every argument', (name) => {
  const { input, output } = questionOf(name);
  for (const schema of [input, output]) new Ajv2020({ strict: true, strictTypes: true }).compile(schema);
  const properties = Object.values(input['properties'] as Record<string, Document>);
  for (const property of properties) expect(property['description'] ?? property['items']).toBeTruthy();
  for (const [key, argument] of Object.entries(exampleInputs({ assessments: ['a', 'b'] })[name] ?? {}))
    expect([key, argument]).toEqual([key, expect.anything()]);
});

function questionOf(name: string): Question {
  const question = findQuestion(name);
  if (question === undefined) throw new Error(`no question ${name}`);
  return question;
}

describe.each(engineNames)('%s', (engineName) => {
  let engine: StateEngine;
  let location: StateLocation;
  let state: State;
  let lake: MonitoredLake;
  beforeAll(async () => {
    engine = await startEngine(engineName);
    location = await engine.fresh();
    state = await opened(location);
    lake = await storeMonitoredLake(state);
  });
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  const ask = async (name: string, input: object = {}): Promise<Document> =>
    valueOf(await answer(state, questionOf(name), input)) as Document;

  test.each(names)('%s answers with every argument, as its output schema says', async (name) => {
    const example = exampleInputs(lake)[name];
    const { input, output } = questionOf(name);
    const required = new Set(['cursor', ...Object.keys(input['properties'] as object)]);
    expect([...Object.keys(example ?? {}), 'cursor'].filter((key) => !required.has(key))).toEqual([]);
    const document = JSON.parse(JSON.stringify(await ask(name, example))) as unknown;
    const check = new Ajv2020({ allErrors: true }).compile(output);
    expect(check(document) ? [] : check.errors).toEqual([]);
  });

  test.each(
    questions.filter(({ input }) => Object.hasOwn(input['properties'] as object, 'cursor')).map(({ name }) => name),
  )('%s: pages of one row hold what one page holds', async (name) => {
    const { limit, ...example } = exampleInputs(lake)[name] as Record<string, unknown>;
    expect(limit).toBe(2);
    const whole = (await ask(name, example))['items'] as unknown[];
    expect(whole.length).toBeGreaterThan(0);
    const items: unknown[] = [];
    let cursor: unknown;
    do {
      const page = await ask(name, { ...example, limit: 1, ...(typeof cursor === 'string' && { cursor }) });
      items.push(...(page['items'] as unknown[]));
      cursor = page['nextCursor'];
    } while (cursor !== null && items.length <= whole.length);
    const clockless = (item: unknown): unknown => ({ ...(item as object), elapsed_seconds: null });
    expect(items.map(clockless)).toEqual(whole.map(clockless));
  });

  test('figures agree with SQL over the same store', async () => {
    const count = async (query: string): Promise<number> => {
      const { rows } = await sql.raw<{ n: number }>(`SELECT (${query})::bigint AS n`).execute(state.db);
      return Number(rows[0]?.n);
    };
    const latest = `(SELECT id FROM assessments ORDER BY timestamp DESC LIMIT 1)`;
    const tables = `SELECT count(*) FROM tables WHERE assessment_id = ${latest}`;
    const jobs = `SELECT count(*) FROM migration_jobs WHERE assessment_id = ${latest}`;
    const results = `SELECT count(*) FROM validation_results WHERE assessment_id = ${latest} AND NOT superseded`;
    const assessed = (await ask('get_latest_assessment', { region: 'eu-central-1', account_id: '123456789012' }))[
      'assessment'
    ] as Document;
    const progress = await ask('get_migration_progress');
    const validation = (await ask('get_validation_status', { assessment_id: 'latest' }))['jobs'];
    const formats = (await ask('get_tables_by_format'))['formats'] as readonly Document[];
    const database = (await ask('get_database_summary', { database_name: 'sales' }))['database'] as Document;
    expect({
      tables: assessed['total_tables'],
      ready: assessed['migration_ready'],
      bytes: assessed['total_estimated_size_bytes'],
      byReadiness: (await ask('query_tables_by_readiness', { status: 'UNKNOWN' }))['total'],
      listed: ((await ask('list_tables'))['items'] as unknown[]).length,
      parquet: formats.find(({ format }) => format === 'PARQUET')?.['tables'],
      ofDatabase: database['table_count'] ?? database['needs_conversion'],
      jobs: progress['jobs'],
      copied: progress['bytes_copied'],
      validation,
      failures: ((await ask('query_failed_validations', { assessment_id: 'latest' }))['items'] as unknown[]).length,
    }).toEqual({
      tables: await count(tables),
      ready: await count(`${tables} AND migration_readiness = 'READY'`),
      bytes: await count(`SELECT sum(estimated_size_bytes) FROM tables WHERE assessment_id = ${latest}`),
      byReadiness: await count(`${tables} AND migration_readiness = 'UNKNOWN'`),
      listed: await count(tables),
      parquet: await count(`${tables} AND table_format = 'PARQUET'`),
      ofDatabase: await count(`${tables} AND database_name = 'sales'`),
      jobs: {
        total: await count(jobs),
        pending: await count(`${jobs} AND status = 'PENDING'`),
        running: await count(`${jobs} AND status = 'RUNNING'`),
        paused: 0,
        completed: await count(`${jobs} AND status = 'COMPLETED'`),
        failed: await count(`${jobs} AND status = 'FAILED'`),
        cancelled: 0,
      },
      copied: await count(`SELECT sum(bytes_copied) FROM migration_jobs WHERE assessment_id = ${latest}`),
      validation: {
        passed: await count(`${jobs} AND validation_status = 'passed'`),
        warning: 0,
        failed: await count(`${jobs} AND validation_status = 'failed'`),
        none: await count(`${jobs} AND validation_status IS NULL`),
      },
      failures: await count(`${results} AND status = 'failed'`),
    });
  });

  test('a story tells what became of a table, from its assessment to the rows that differ', async () => {
    expect(await ask('get_table_story', { table_name: 'orders' })).toMatchObject({
      table: { database_name: 'sales', assessment_id: lake.assessments[1] },
      assessed: { description: hostileText, estimated_size_gb: 3 },
      mapped: { plan: { template: 'acme' }, item: { outcome: 'mapped', what: 'lake.sales.orders', rule: 'tables' } },
      jobs: [{ job_type: 'COPY', status: 'COMPLETED', validation_status: 'failed' }],
      changes: [{ status: 'RUNNING' }, { status: 'COMPLETED' }],
      validated: { checks: [{ validation_type: 'checksum' }, { validation_type: 'row_count' }, { status: 'passed' }] },
    });
    const explained = await ask('explain_validation_failure', { table_name: 'orders' });
    // In the table's order, which the store's JSON does not keep.
    expect(JSON.stringify(explained)).toContain('"missing_rows":[{"name":null,"id":"7"}]');
    expect(explained).toMatchObject({
      status: 'failed',
      checks: [
        {
          validation_type: 'checksum',
          findings: [{ code: 'rows-differ' }],
          power: { tried: 10, caught: 10 },
          rows_that_differ: {
            missing: 1,
            missing_rows: [{ id: '7', name: null }],
            changed_rows: [{ columns: ['id'] }],
          },
        },
        { validation_type: 'row_count', difference: '1 row is missing at the target.', rows_that_differ: null },
      ],
    });
    expect(await ask('explain_mapping', { asset: 'logs.raw' })).toMatchObject({
      item: { outcome: 'blocked', what: 'its format is unknown', rule: null },
    });
    expect(await ask('list_blocked_assets')).toMatchObject({
      blocked: { tables: 1 },
      items: [{ asset: 'table:logs.raw' }],
    });
  });

  test('a story has every change of its jobs, with the reason', async () => {
    expect(await ask('get_table_story', { table_name: 'returns' })).toMatchObject({
      changes: [
        { status: 'RUNNING', error_message: null },
        { status: 'FAILED', error_message: expect.stringContaining('NoSuchKey') },
      ],
    });
  });

  test.each([
    ['orders', ['table:sales.orders']],
    ['SALES.*', ['table:sales.customers', 'table:sales.orders']],
    ['s?les', ['database:sales']],
    ['*r*', ['table:logs.raw', 'table:sales.customers', 'table:sales.orders']],
    ['table:*', []],
    ['%', []],
  ])('a search for %s finds the assets %j', async (search, assets) => {
    const { items } = await ask('list_mappings', { search });
    expect((items as { asset: string }[]).map(({ asset }) => asset)).toEqual(assets);
  });

  test('statistics of a table are the newest of all assessments, or those of one', async () => {
    const newest = await storeAssessment(state, {
      ...assessmentWith([table('sales.orders')]),
      assessedAt: '2026-11-25T00:00:00Z',
    });
    const names = { source_table: 'sales.orders', target_table: 'sales.orders' };
    expect(await ask('compare_table_statistics', names)).toMatchObject({
      source: { table: { assessment_id: shownId(newest) }, result: { validation_type: 'statistics' } },
    });
    expect(await ask('compare_table_statistics', { ...names, assessment_id: newest })).toMatchObject({
      source: { result: null },
    });
    await deleteAssessment(state, newest);
  });

  test('the statements of a table are those of its job, in their order', async () => {
    expect(await ask('get_table_statements', { table_name: 'orders' })).toMatchObject({
      target: 'lake.sales.orders',
      method: 'convert',
      statements: [
        { purpose: 'schema', sql: 'CREATE SCHEMA lake.sales' },
        { purpose: 'register', sql: 'CREATE TABLE lake.sales.orders (id bigint)' },
        { purpose: 'load' },
        { purpose: 'clean-up' },
      ],
    });
  });

  test('a cutover says which step is next, and why one failed', async () => {
    expect(await ask('get_cutover')).toMatchObject({
      status: 'FAILED',
      next_step: 'freeze',
      steps: [
        { step: 'prerequisites', status: 'done' },
        { step: 'freeze', status: 'failed', approved_by: 'ada', reason: 'it ended with 1', output: hostileText },
        { step: 'writers-on', status: 'pending', happened_at: null },
      ],
    });
  });

  test('progress says how fast the copy is, what it waits for and how long it takes', async () => {
    // Of the job that runs 3 GB are left, as listed; the two that are not listed yet have 5 and 9 GB, as assessed.
    expect(await ask('get_migration_progress')).toMatchObject({
      bytes_copied: 1e9,
      bytes_total: 18e9,
      bytes_per_second: 1e8,
      eta_seconds: 170,
      bottleneck: 'source',
      jobs_not_listed: 2,
    });
    expect(await ask('list_migration_jobs', { status: 'FAILED' })).toMatchObject({
      items: [{ table_name: 'returns', error_message: expect.stringContaining('NoSuchKey') }],
    });
    expect(await ask('get_migration_history')).toMatchObject({
      success_rate: 2 / 3,
      common_errors: [{ jobs: 1 }],
    });
  });

  test('a comparison counts and lists what was added, removed and changed', async () => {
    const [before, after] = lake.assessments;
    expect(await ask('compare_assessments', { assessment_id_1: before, assessment_id_2: after })).toMatchObject({
      tables: { added: 2, removed: 1, changed: 1 },
      databases: { added: 1, removed: 0 },
      database_names: { added: ['web'] },
      items: [
        { table_name: "o'brien", change: 'added' },
        { table_name: 'gone', change: 'removed' },
        { table_name: 'returns', change: 'changed', differences: [{ what: 'size' }] },
        { table_name: 'clicks', change: 'added' },
      ],
      nextCursor: null,
    });
  });

  test.each([
    ['list_tables', { limit: 0 }, '/limit', 'must be at least 1'],
    ['list_tables', { limit: 1001 }, '/limit', 'must be at most 1000'],
    ['list_tables', { limit: '1; DROP TABLE tables' }, '/limit', 'must be of type integer'],
    ['list_tables', { formats: ['PAPYRUS'] }, '/formats/0', 'must be one of ICEBERG'],
    ['list_tables', { max_size_gb: 1e300 }, '/max_size_gb', 'must be at most 1000000000'],
    ['list_tables', { database: 'a\0b' }, '/database', 'must not contain the character NUL'],
    ['list_tables', { where: '1=1' }, '', "has the unknown key 'where'"],
    ['get_validation_status', {}, '', "lacks the key 'assessment_id'"],
    ['get_data_drift_trend', { table_name: 'orders', days: 367 }, '/days', 'must be at most 366'],
  ])('%s of %j says what is wrong', async (name, input, path, message) => {
    const problem = problemOf(await answer(state, questionOf(name), input));
    expect(problem).toMatchObject({ code: 'bad-question-input', path, message: expect.stringContaining(message) });
  });

  test.each([
    ['list_tables', { cursor: 'x' }, 'bad-cursor'],
    ['compare_assessments', { assessment_id_1: 'latest', assessment_id_2: 'latest', cursor: 'x' }, 'bad-cursor'],
    ['get_tables_by_format', { assessment_id: 'assessment-000000' }, 'unknown-assessment'],
    ['get_database_summary', { database_name: 'none' }, 'unknown-database'],
    ['query_tables_by_readiness', { status: 'READY', database: 'none' }, 'unknown-database'],
    ['get_table_story', { table_name: 'none' }, 'unknown-table'],
    ['explain_mapping', { asset: 'none.none' }, 'unknown-asset'],
    ['explain_validation_failure', { table_name: 'logs.raw' }, 'not-validated'],
    ['get_table_statements', { table_name: 'logs.raw' }, 'no-stored-statements'],
    ['get_cutover', { assessment_id: '2026' }, 'unknown-assessment'],
  ])('%s of %j fails with %s', async (name, input, code) => {
    expect(problemOf(await answer(state, questionOf(name), input))).toMatchObject({ code, fix: expect.any(String) });
  });

  test('an assessment without a Plan says which command stores one', async () => {
    const asked = answer(state, questionOf('list_blocked_assets'), { assessment_id: lake.assessments[0] });
    expect(problemOf(await asked)).toMatchObject({
      code: 'no-stored-plan',
      fix: expect.stringContaining('synth --assessment DIR --mapping FILE --save-to-db'),
    });
    expect(await answer(state, questionOf('list_mappings'), { assessment_id: lake.assessments[0] })).toMatchObject({
      ok: true,
      value: { plan: null, items: [], nextCursor: null },
    });
  });

  test.each([
    ['DELETE FROM tables', '25006'],
    ['CREATE TABLE mine ()', '25006'],
    ['SET TRANSACTION READ WRITE', '25001'],
  ])('a question that tries %s is refused', async (statement, code) => {
    const writing: Question<unknown, object> = {
      name: 'write_something',
      title: 'Write',
      description: 'Writes.',
      input: object({}),
      output: object({}),
      ask: async ({ db }) => ok(await sql.raw(statement).execute(db)),
    };
    await expect(answer(state, writing, {})).rejects.toMatchObject({ code });
    expect(await ask('list_tables', { limit: 1 })).toMatchObject({ items: [{}] });
  });
});

/** As the store writes one. */
function cursorOf(...values: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

describe('as the read-only role of a server', () => {
  let engine: StateEngine;
  let owner: State;
  let reader: State;
  let lake: MonitoredLake;
  beforeAll(async () => {
    engine = await startEngine('server');
    const location = await engine.fresh();
    owner = await opened(location);
    lake = await storeMonitoredLake(owner);
    const { database } = location as { database: string };
    await engine.server?.query('postgres', 'CREATE ROLE assistant LOGIN');
    await grantRoles(owner, { prefix: 'a2o_ask', members: [{ kind: 'read_only', login: 'assistant' }] });
    reader = await opened(serverLocation(engine.server?.url(database, { user: 'assistant' }) ?? ''), 'read');
  });
  afterAll(async () => {
    await reader.close();
    await owner.close();
    await engine.stop();
  });

  test.each(names)('%s answers', async (name) => {
    valueOf(await answer(reader, questionOf(name), exampleInputs(lake)[name] ?? {}));
  });

  test('a question that takes too long is cancelled, and says so', async () => {
    const slow: Question = {
      ...questionOf('list_assessments'),
      ask: async ({ db }) => ok(await sql`SELECT pg_sleep(60)`.execute(db)),
    };
    expect(problemOf(await answer(reader, slow, {}, { longestMs: 100 }))).toMatchObject({
      code: 'question-too-slow',
      message: 'list_assessments took longer than 0.1 s and was cancelled.',
    });
  });

  test.each([
    ['DELETE FROM tables', '25006'],
    ["COPY tables TO PROGRAM 'true'", '42501'],
    ['SELECT pg_read_file($$/etc/hostname$$)', '42501'],
    ['SELECT * FROM pg_authid', '42501'],
  ])('also a login that may do anything asks as that role: %s is refused', async (statement, code) => {
    await grantRoles(owner, { prefix: 'aws2openstack', members: [] });
    const trying: Question = {
      ...questionOf('list_assessments'),
      ask: async ({ db }) => ok(await sql.raw(statement).execute(db)),
    };
    await expect(answer(owner, trying, {})).rejects.toMatchObject({ code });
    valueOf(await answer(owner, questionOf('list_assessments'), {}));
  });

  const injections = [
    "'; DROP TABLE tables; --",
    "' OR '1'='1",
    "x'); DELETE FROM assessments; SELECT ('",
    '"; TRUNCATE migration_jobs CASCADE; --',
    "$1; UPDATE tables SET notes = '{}'",
    "\\'; COPY tables TO PROGRAM 'touch /tmp/owned'; --",
    '%" UNION SELECT * FROM pg_shadow --',
    "'||pg_sleep(30)||'",
    hostileText,
    '${jndi:ldap://example}{{7*7}}',
    ...["x'; DROP TABLE tables; --", hostileText].flatMap((text) => [
      cursorOf('tables by name asc', text, text),
      cursorOf('tables by size asc', text, 'sales', text),
      cursorOf('plan items', text),
      cursorOf('changed tables', text, text),
    ]),
  ];

  test.each(names)('%s: nothing in an argument is SQL', async (name) => {
    const before = await contents(owner);
    const example = exampleInputs(lake)[name] as Record<string, unknown>;
    const properties = questionOf(name).input['properties'] as Record<string, Document>;
    for (const key of Object.keys(properties)) {
      for (const text of injections) {
        const value = properties[key]?.['type'] === 'array' ? [text] : text;
        const answered = await answer(reader, questionOf(name), { ...example, [key]: value });
        // Either refused with a fix, or the text is the name of nothing; a cursor may name any place of a list.
        if (!answered.ok) expect(answered.error[0]?.fix).toBeTruthy();
        else if (key !== 'cursor')
          expect(((answered.value as Document)['items'] as unknown[] | undefined) ?? []).toEqual([]);
      }
    }
    expect(await contents(owner)).toEqual(before);
  });
});

/** A hash of each table. */
async function contents({ db }: State): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const name of storeTables) {
    const { rows } = await sql<{ hash: string }>`
      SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) AS hash FROM ${sql.table(name)} t`.execute(
      db,
    );
    hashes[name] = rows[0]?.hash ?? '';
  }
  return hashes;
}
