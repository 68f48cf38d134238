import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { reportSha256 } from '../../assessments/index.js';
import type { AssessedTable } from '../../assessments/index.js';
import {
  assessmentsOfOutput,
  compareAssessments,
  deleteAssessment,
  dependentsOf,
  exportStore,
  findAssessment,
  findAssessmentOfReport,
  findRun,
  findingsOf,
  listAssessments,
  shownId,
  storeAssessment,
  storeRun,
  storeTransformationResult,
  transformationResultsOf,
} from '../../state/index.js';
import type { State } from '../../state/index.js';
import { assessmentWith, database, table } from '../support/assessment-builder.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';
import { valueOf } from '../support/assess-run.js';

const everything = { limit: 1000 };
const gigabytes = (count: number): AssessedTable['size'] => ({
  value: count * 1e9,
  source: 'crawler',
  confidence: 'low',
});

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let state: State;
  beforeAll(async () => {
    engine = await startEngine(name);
    state = await opened(await engine.fresh());
  }, 120_000);
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  test('of several that store the same report at once, one does, and the others take it', async () => {
    const assessment = assessmentWith([table('once.t')]);
    const ids = await Promise.all([1, 2, 3, 4].map(() => storeAssessment(state, assessment, { once: true })));
    expect(new Set(ids).size).toBe(1);
    await deleteAssessment(state, ids[0] ?? '');
  });

  test('a run is stored once for each Plan, and changed by that Plan alone', async () => {
    const assessmentId = await storeAssessment(state, assessmentWith([table('run.t')]));
    const run = { assessmentId, connections: {}, limits: { objectsAtOnce: 1 } };
    const plans = await Promise.all(['a', 'b'].map((planSha256) => storeRun(state, { ...run, planSha256 })));
    expect(plans.filter((isStored) => isStored)).toHaveLength(1);
    const planSha256 = (await findRun(state, assessmentId))?.plan_sha256 ?? '';
    expect(await storeRun(state, { ...run, planSha256, limits: { objectsAtOnce: 2 } })).toBe(true);
    expect(await findRun(state, assessmentId)).toMatchObject({ limits: { objectsAtOnce: 2 } });
    await deleteAssessment(state, assessmentId);
  });

  test('the connections of a run are found as they were stored, apart from a password', async () => {
    const assessmentId = await storeAssessment(state, assessmentWith([table('run.named')]));
    const connections = {
      buckets: { 'acme-tokens': 'lake-tokens', 'signature-scans': 'scans', 'account-keys-audit': 'audit' },
      dataSync: { targetSecret: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:target-Ab12Cd' },
      source: { endpoint: 'https://ceph:hunter2@rgw.acme.example' },
    };
    await storeRun(state, { assessmentId, planSha256: 'p', connections, limits: {} });
    expect((await findRun(state, assessmentId))?.connections).toEqual({
      ...connections,
      source: { endpoint: 'https://[redacted]@rgw.acme.example' },
    });
    await deleteAssessment(state, assessmentId);
  });

  test('the columns in SPEC are stored', async () => {
    const assessment = {
      ...assessmentWith(
        [
          table('sales.orders', {
            size: gigabytes(2.5),
            columns: [{ name: 'id', type: 'bigint', comment: 'key' }],
            partitionKeys: [{ name: 'dt', type: 'string' }],
            lastUpdated: '2026-02-03T04:05:06.789Z',
            notes: ['first', 'with "quotes", {braces} and, commas'],
          }),
          table('sales.prices', { format: 'ICEBERG' }),
        ],
        [database('sales', { description: 'what we sold', locationUri: 's3://lake/sales/', tableCount: 2 })],
      ),
      findings: [{ code: 'odd', severity: 'info' as const, asset: 'sales', message: 'it is odd', fix: 'look' }],
    };
    const id = await storeAssessment(state, assessment);
    expect(await findAssessment(state, id)).toMatchObject({
      ok: true,
      value: {
        id,
        timestamp: new Date('2026-01-01T00:00:00Z'),
        region: 'eu-central-1',
        aws_account_id: '123456789012',
        tool_version: '0.1.0',
        total_databases: 1,
        total_tables: 2,
        iceberg_tables: 1,
        migration_ready: 1,
        needs_conversion: 1,
        unknown: 0,
        total_estimated_size_gb: 2.5,
        tables_by_format: { PARQUET: { tables: 1, size_bytes: 2.5e9 }, ICEBERG: { tables: 1, size_bytes: 0 } },
        report_sha256: reportSha256(assessment),
      },
    });
    expect(await findingsOf(state, id)).toEqual(assessment.findings);
    const rows = await state.db.selectFrom('tables').selectAll().where('assessment_id', '=', id).execute();
    expect(rows.find(({ table_name }) => table_name === 'orders')).toMatchObject({
      database_name: 'sales',
      table_format: 'PARQUET',
      storage_location: 's3://lake/sales/orders/',
      estimated_size_gb: 2.5,
      estimated_size_bytes: 2.5e9,
      partition_keys: ['dt'],
      column_count: 1,
      last_updated: new Date('2026-02-03T04:05:06.789Z'),
      is_iceberg: false,
      migration_readiness: 'NEEDS_CONVERSION',
      notes: ['first', 'with "quotes", {braces} and, commas'],
    });
    expect(rows.find(({ table_name }) => table_name === 'prices')).toMatchObject({
      estimated_size_gb: null,
      is_iceberg: true,
    });
    expect(await state.db.selectFrom('databases').selectAll().where('assessment_id', '=', id).execute()).toMatchObject([
      { database_name: 'sales', description: 'what we sold', location_uri: 's3://lake/sales/', table_count: 2 },
    ]);
    expect(await findAssessmentOfReport(state, reportSha256(assessment))).toBe(id);
    await deleteAssessment(state, id);
  });

  test('an assessment that breaks half-way leaves nothing behind', async () => {
    const count = async (): Promise<unknown> =>
      (
        await sql`SELECT (SELECT count(*) FROM assessments) a, (SELECT count(*) FROM databases) d,
          (SELECT count(*) FROM tables) t, (SELECT count(*) FROM table_schemas) s`.execute(state.db)
      ).rows[0];
    const before = await count();
    const twice = Array.from({ length: 5000 }, (_, index) => table(`db.table_${Math.min(index, 4998)}`));
    await expect(storeAssessment(state, assessmentWith(twice))).rejects.toThrow(/tables_by_name/);
    expect(await count()).toEqual(before);
  });

  test('texts that PostgreSQL cannot hold are stored with stand-ins', async () => {
    const odd = table('odd.names', {
      description: 'NUL \0, half a pair \ud800, a literal \\u0000 and a whole one \u{1F600}',
      columns: [{ name: 'c', type: 'string', comment: '\0' }],
    });
    const id = await storeAssessment(state, assessmentWith([odd]));
    const row = await state.db.selectFrom('tables').selectAll().where('assessment_id', '=', id).executeTakeFirst();
    expect(row?.description).toBe('NUL \u2400, half a pair \ufffd, a literal \\u0000 and a whole one \u{1F600}');
    await deleteAssessment(state, id);
  });

  test('people find an assessment by latest, its short id, a UUID or its first digits', async () => {
    const old = await storeAssessment(state, assessmentWith([]));
    const now = await storeAssessment(state, { ...assessmentWith([]), assessedAt: '2026-03-01T00:00:00.000Z' });
    const found = async (reference: string): Promise<string> => valueOf(await findAssessment(state, reference)).id;
    expect(await found('latest')).toBe(now);
    for (const reference of [old, shownId(old), old.slice(0, 6).toUpperCase(), old.slice(0, 13)])
      expect(await found(reference)).toBe(old);
    expect(await listAssessments(state, { limit: 10, region: 'eu-central-1' })).toMatchObject([
      { id: now },
      { id: old },
    ]);
    expect(await listAssessments(state, { limit: 10, accountId: '999999999999' })).toEqual([]);
    for (const [reference, code] of [
      ['', 'not-an-assessment-id'],
      ['abc', 'not-an-assessment-id'],
      ["' OR 1=1", 'not-an-assessment-id'],
      [old.replaceAll(/[0-9a-f]/g, (digit) => (digit === '0' ? '1' : '0')), 'unknown-assessment'],
    ] as const)
      expect(await findAssessment(state, reference)).toMatchObject({ ok: false, error: [{ code }] });
    await deleteAssessment(state, old);
    await deleteAssessment(state, now);
    expect(await findAssessment(state, 'latest')).toMatchObject({ ok: false, error: [{ code: 'nothing-stored' }] });
  });

  test('two assessments with the same first digits are distinguished by more digits', async () => {
    const [one, two] = ['aaaaaa11-0000-4000-8000-000000000000', 'aaaaaa22-0000-4000-8000-000000000000'];
    const stored = await storeAssessment(state, assessmentWith([]));
    await sql`UPDATE assessments SET id = ${one} WHERE id = ${stored}`.execute(state.db);
    const other = await storeAssessment(state, assessmentWith([]));
    await sql`UPDATE assessments SET id = ${two} WHERE id = ${other}`.execute(state.db);
    expect(await findAssessment(state, 'assessment-aaaaaa')).toMatchObject({
      ok: false,
      error: [
        {
          code: 'ambiguous-assessment',
          message: "'assessment-aaaaaa' is ambiguous; it matches assessment-aaaaaa110000, assessment-aaaaaa220000.",
        },
      ],
    });
    expect(valueOf(await findAssessment(state, 'assessment-aaaaaa1')).id).toBe(one);
    for (const id of [one, two]) await deleteAssessment(state, id);
  });

  test('a comparison names every table that was added, removed or changed, and how', async () => {
    const same = Array.from({ length: 50 }, (_, index) => table(`still.table_${index}`));
    const before = await storeAssessment(
      state,
      assessmentWith(
        [
          ...same,
          table('lake.columns', {
            columns: [
              { name: 'id', type: 'int' },
              { name: 'gone', type: 'string' },
            ],
          }),
          table('lake.format'),
          table('lake.order', {
            columns: [
              { name: 'a', type: 'int' },
              { name: 'b', type: 'int' },
            ],
          }),
          table('lake.partitions', { partitionKeys: [{ name: 'dt', type: 'string' }] }),
          table('lake.readiness'),
          table('lake.removed'),
          table('lake.size', { size: gigabytes(1) }),
          table('old.only'),
        ],
        [database('described', { description: 'before' })],
      ),
    );
    const partitions = { ...table('x.y').partitions, count: 7 };
    const after = await storeAssessment(
      state,
      assessmentWith(
        [
          ...same,
          table('lake.added'),
          table('lake.columns', {
            columns: [
              { name: 'id', type: 'bigint' },
              { name: 'new', type: 'string' },
            ],
          }),
          table('lake.format', { format: 'ORC' }),
          table('lake.order', {
            columns: [
              { name: 'b', type: 'int' },
              { name: 'a', type: 'int' },
            ],
          }),
          table('lake.partitions', { partitionKeys: [{ name: 'dt', type: 'string' }], partitions }),
          table('lake.readiness', { readiness: 'READY', readinessSource: 'table-parameter' }),
          table('lake.size', { size: gigabytes(2) }),
          table('new.only'),
        ],
        [database('described', { description: 'after' })],
      ),
    );
    const comparison = await compareAssessments(state, before, after, everything);
    expect(comparison).toEqual({
      databases: { added: ['new'], removed: ['old'], changed: ['described', 'lake'] },
      notCompared: [],
      tables: { added: 2, removed: 2, changed: 6 },
      truncated: false,
      changes: [
        { database_name: 'lake', table_name: 'added', change: 'added', differences: [] },
        {
          database_name: 'lake',
          table_name: 'columns',
          change: 'changed',
          differences: [{ what: 'schema', before: 'id int, gone string', after: 'id bigint, new string' }],
        },
        {
          database_name: 'lake',
          table_name: 'format',
          change: 'changed',
          differences: [{ what: 'format', before: 'PARQUET', after: 'ORC' }],
        },
        {
          database_name: 'lake',
          table_name: 'order',
          change: 'changed',
          differences: [{ what: 'schema', before: 'a, b', after: 'b, a' }],
        },
        {
          database_name: 'lake',
          table_name: 'partitions',
          change: 'changed',
          differences: [{ what: 'partitions', before: 'by dt; 0', after: 'by dt; 7' }],
        },
        {
          database_name: 'lake',
          table_name: 'readiness',
          change: 'changed',
          differences: [{ what: 'readiness', before: 'NEEDS_CONVERSION', after: 'READY' }],
        },
        { database_name: 'lake', table_name: 'removed', change: 'removed', differences: [] },
        {
          database_name: 'lake',
          table_name: 'size',
          change: 'changed',
          differences: [{ what: 'size', before: '1000000000 bytes', after: '2000000000 bytes' }],
        },
        { database_name: 'new', table_name: 'only', change: 'added', differences: [] },
        { database_name: 'old', table_name: 'only', change: 'removed', differences: [] },
      ],
    });
    const first = await compareAssessments(state, before, after, { limit: 4 });
    expect(first).toMatchObject({ truncated: true, tables: comparison.tables });
    const last = first.changes.at(-1);
    expect(last).toBeDefined();
    if (last === undefined) return;
    const rest = await compareAssessments(state, before, after, { limit: 100, after: last });
    expect([...first.changes, ...rest.changes]).toEqual(comparison.changes);
    expect(await compareAssessments(state, after, after, everything)).toMatchObject({ changes: [], truncated: false });
    await deleteAssessment(state, before);
    await deleteAssessment(state, after);
  });

  test('only what both assessed is compared: not what a filter left out, nor what could not be read', async () => {
    const all = assessmentWith([table('a.one'), table('b.two'), table('unread.x'), table('gone.y')]);
    const some = {
      ...assessmentWith(
        [table('a.one', { format: 'ORC' }), table('new.z')],
        [database('unread', { tableCount: null })],
      ),
      filter: { databases: 'a,new,{unread,gone}', databasesLeftOut: 1 },
    };
    const [before, after] = [await storeAssessment(state, all), await storeAssessment(state, some)];
    expect(await compareAssessments(state, before, after, everything)).toMatchObject({
      databases: { added: ['new'], removed: ['gone'], changed: ['a'] },
      notCompared: ['b', 'unread'],
      tables: { added: 1, removed: 1, changed: 1 },
      changes: [{ database_name: 'a' }, { database_name: 'gone' }, { database_name: 'new' }],
    });
    expect((await compareAssessments(state, after, before, everything)).databases).toEqual({
      added: ['gone'],
      removed: ['new'],
      changed: ['a'],
    });
    expect(await findAssessment(state, after)).toMatchObject({ value: { database_filter: 'a,new,{unread,gone}' } });
    for (const id of [before, after]) await deleteAssessment(state, id);
  });

  test('deleting takes everything that depends on it, and schemas that nothing else uses', async () => {
    const shared = table('db.shared', { columns: [{ name: 'shared', type: 'int' }] });
    const keep = await storeAssessment(state, assessmentWith([shared]));
    const drop = await storeAssessment(
      state,
      assessmentWith([shared, table('db.own', { columns: [{ name: 'own', type: 'int' }] })]),
    );
    await storeTransformationResult(state, synthOf(drop));
    expect(await dependentsOf(state, drop)).toEqual({
      transformation_results: 1,
      migration_jobs: 0,
      validation_results: 0,
    });
    await deleteAssessment(state, drop);
    expect(await listAssessments(state, everything)).toMatchObject([{ id: keep }]);
    expect(await state.db.selectFrom('transformation_results').selectAll().execute()).toEqual([]);
    const schemas = await state.db.selectFrom('table_schemas').select('columns').execute();
    expect(schemas).toEqual([{ columns: [{ name: 'shared', type: 'int' }] }]);
    await deleteAssessment(state, keep);
    expect(await state.db.selectFrom('table_schemas').selectAll().execute()).toEqual([]);
  });

  test('Terraform is traced to the assessment and the template that made it', async () => {
    const id = await storeAssessment(state, assessmentWith([table('a.b')]));
    await storeTransformationResult(state, synthOf(id));
    await storeTransformationResult(state, synthOf(id));
    await storeTransformationResult(state, { ...synthOf(id), outputSha256: 'b'.repeat(64) });
    const twin = await storeAssessment(state, assessmentWith([table('a.b')]));
    await storeTransformationResult(state, synthOf(twin));
    expect(await assessmentsOfOutput(state, 'a'.repeat(64))).toEqual([twin, id]);
    expect(await assessmentsOfOutput(state, 'd'.repeat(64))).toEqual([]);
    const results = await transformationResultsOf(state, { assessmentId: id, limit: 10 });
    expect(results.map(({ output_sha256 }) => output_sha256[0])).toEqual(['b', 'a']);
    expect(results[0]).toMatchObject({ template_name: 'acme', plan_sha256: 'c'.repeat(64), tool_version: '0.1.0' });
    const templates = (): Promise<unknown[]> => state.db.selectFrom('mapping_templates').selectAll().execute();
    expect(await templates()).toHaveLength(1);
    await deleteAssessment(state, id);
    expect(await templates()).toHaveLength(1);
    await deleteAssessment(state, twin);
    expect(await templates()).toEqual([]);
  });

  test('nothing that looks like a credential is stored', async () => {
    const secrets = [
      'AKIAIOSFODNN7EXAMPLE',
      'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      'hunter2hunter2',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
      'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
      'f00dfacef00dfacef00dfacef00dface',
    ];
    const [keyId, key, password, token, pem, signature] = secrets;
    const text = [
      `loaded with ${keyId}:${key}`,
      `aws_secret_access_key = "${key}"`,
      `jdbc:postgresql://etl:${password}@db.example/x?password=${password}`,
      `Authorization: Bearer ${token}`,
      `-----BEGIN PRIVATE KEY-----\n${pem}\n-----END PRIVATE KEY-----`,
      `https://b.s3.amazonaws.com/k?X-Amz-Credential=${keyId}%2F20260101&X-Amz-Signature=${signature}`,
      `{"client_secret": "${password}"}`,
    ].join('\n');
    const assessment = assessmentWith(
      [
        table('db.leaky', {
          description: text,
          location: `s3://bucket/?password=${password}`,
          notes: [text],
          columns: [{ name: 'c', type: 'string', comment: text }],
          parameters: { password: String(password), note: text },
          serde: { ...table('a.b').serde, parameters: { 'fs.s3a.secret.key': String(key) } } as AssessedTable['serde'],
          view: { dialect: 'hive', sql: text, catalog: null, schema: null },
        }),
      ],
      [database('db', { description: text, locationUri: `s3://${keyId}:${password}@bucket/`, parameters: { text } })],
    );
    const leaky = {
      ...assessment,
      findings: [{ code: 'x', severity: 'error' as const, asset: 'db', message: text, fix: text }],
    };
    const id = await storeAssessment(state, leaky);
    await storeTransformationResult(state, {
      ...synthOf(id),
      template: {
        ...synthOf(id).template,
        description: text,
        sources: [{ name: 'acme', text: `variables:\n  password: ${password}\n# ${text}\n` }],
        variables: { password: String(password), note: text },
      },
    });
    const tables = await sql<{ name: string }>`
      SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`.execute(state.db);
    let dump = '';
    for (const { name: each } of tables.rows) {
      const { rows } = await sql<{ row: string }>`SELECT t::text AS row FROM ${sql.table(each)} t`.execute(state.db);
      dump += rows.map(({ row }) => row).join('\n');
    }
    const folder = mkdtempSync(join(tmpdir(), 'a2o-dump-'));
    const file = join(folder, 'state.ndjson.gz');
    valueOf(await exportStore(state, { file, toolVersion: '0.1.0', now: new Date() }));
    const exported = gunzipSync(readFileSync(file)).toString();
    rmSync(folder, { recursive: true });
    for (const text of [dump, exported]) {
      expect(text).toContain('[redacted]');
      expect(text).toContain('leaky');
      expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    }
    await deleteAssessment(state, id);
  });
});

function synthOf(assessmentId: string): Parameters<typeof storeTransformationResult>[1] {
  return {
    assessmentId,
    template: {
      name: 'acme',
      description: null,
      sources: [{ name: 'acme', text: 'kind: MappingTemplate\n' }],
      sha256: 'e'.repeat(64),
      variables: { team: 'analytics' },
    },
    planSha256: 'c'.repeat(64),
    outputSha256: 'a'.repeat(64),
    toolVersion: '0.1.0',
    totals: { table: { assessed: 1, mapped: 1, skipped: 0, blocked: 0 } },
  };
}
