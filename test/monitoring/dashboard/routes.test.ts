import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { fillStore } from '../../../environments/dashboard/fill-store.js';
import { questions } from '../../../monitoring/questions/index.js';
import { tableQueue } from '../../../migration/run/index.js';
import { cutoverEvents, findCutover, newestJobs } from '../../../state/index.js';
import type { State } from '../../../state/index.js';
import { askers, secrets, serveDashboard, sessionCookie } from '../../support/dashboard.js';
import type { Answered, Asker, ServedDashboard } from '../../support/dashboard.js';
import { opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';

let engine: StateEngine;
let state: State;
let app: ServedDashboard;
let assessmentId: string;

beforeAll(async () => {
  engine = await startEngine('embedded');
  state = await opened(await engine.fresh());
  ({ assessmentId } = await fillStore(state, { now: new Date(), assessments: 2, tables: 60 }));
  app = await serveDashboard(state);
});
afterAll(async () => {
  await app.close();
  await state.close();
  await engine.stop();
});

const get = (path: string, asker: Asker): Promise<Answered> => app.ask(path, asker);
const post = (path: string, asker: Asker, body: object): Promise<Answered> => app.send('POST', path, asker, body);

const countWhere = async (table: 'audit_events' | 'migration_jobs', where = 'true'): Promise<number> => {
  const { rows } = await sql
    .raw<{ count: number }>(`SELECT count(*) AS count FROM ${table} WHERE ${where}`)
    .execute(state.db);
  return rows[0]?.count ?? 0;
};

describe('who may ask what', () => {
  /** The routes that read, and the least role that may. */
  const reads: readonly (readonly [string, Asker])[] = [
    ['/', 'nobody'],
    ['/tables?formats=ORC', 'nobody'],
    ['/assets/app.css', 'nobody'],
    ['/api/session', 'nobody'],
    ['/healthz', 'nobody'],
    ['/api/questions/list_assessments', 'viewer'],
    ['/api/questions/list_tables?formats=ORC&formats=CSV&limit=5', 'viewer'],
    ['/api/tables.csv', 'viewer'],
    ['/api/openapi.json', 'viewer'],
    ['/metrics', 'viewer'],
    ['/api/audit', 'operator'],
  ];
  const cases = reads.flatMap(([url, least]) => askers.map((asker) => ({ url, least, asker })));

  test.each(cases)('$asker reads $url', async ({ url, least, asker }) => {
    const { status, headers } = await get(url, asker);
    const isAllowed = askers.indexOf(asker) >= askers.indexOf(least);
    expect(status).toBe(isAllowed ? 200 : asker === 'nobody' ? 401 : 403);
    expect(headers.get('content-security-policy')).toContain("default-src 'none';script-src 'self'");
  });

  test.each([
    ['/assets/icon.svg', 'max-age=3600'],
    ['/assets/app.js', 'no-cache'],
    ['/', 'no-cache'],
    ['/api/session', 'no-store'],
  ])('a browser may keep %s: %s', async (url, caching) => {
    expect((await get(url, 'nobody')).headers.get('cache-control')).toBe(caching);
  });

  test('every question has a route, which nobody reads without a session', async () => {
    expect(questions.length).toBeGreaterThan(10);
    for (const { name } of questions) {
      expect((await get(`/api/questions/${name}`, 'nobody')).status).toBe(401);
      expect([200, 400, 404]).toContain((await get(`/api/questions/${name}`, 'viewer')).status);
    }
  });

  test.each(askers)('%s acts on jobs', async (asker) => {
    const before = await countWhere('migration_jobs', "status = 'PAUSED'");
    const { status, text } = await post('/api/actions/resume', asker, {
      assessment_id: assessmentId,
      status: 'PAUSED',
      expected: before,
    });
    expect(status).toBe({ nobody: 401, viewer: 403, operator: 403, admin: 200 }[asker]);
    expect(await countWhere('migration_jobs', "status = 'PAUSED'")).toBe(asker === 'admin' ? 0 : before);
    expect(text).not.toContain('    at ');
  });
});

describe('actions', () => {
  const failed = { assessment_id: 'latest', status: 'FAILED' };

  test('a preview changes nothing, and says what would be touched', async () => {
    const before = await countWhere('migration_jobs', "status = 'FAILED'");
    const events = await countWhere('audit_events');
    const preview = await post('/api/actions/retry', 'operator', { ...failed, preview: true });
    expect(preview.json).toMatchObject({ preview: true, jobs: before, tables: expect.any(Array) });
    expect(await countWhere('migration_jobs', "status = 'FAILED'")).toBe(before);
    expect(await countWhere('audit_events')).toBe(events);
  });

  test('with another number of jobs than previewed, nothing is done', async () => {
    const answer = await post('/api/actions/retry', 'admin', { ...failed, expected: 99 });
    expect([answer.status, answer.json]).toMatchObject([409, { errors: [{ code: 'not-as-previewed' }] }]);
  });

  test('an admin approves the next step of a cutover; nobody else can, and no other step', async () => {
    const { id } = (await findCutover(state, assessmentId)) ?? { id: '' };
    const before = (await cutoverEvents(state, id)).length;
    const approve = (asker: Asker, step: string): Promise<Answered> =>
      post('/api/actions/approve', asker, { assessment_id: assessmentId, step });
    expect((await approve('nobody', 'prerequisites')).status).toBe(401);
    expect((await approve('viewer', 'prerequisites')).status).toBe(403);
    expect([await approve('operator', 'prerequisites'), await approve('admin', 'writers-on')]).toMatchObject([
      { status: 403, json: { errors: [{ code: 'role-not-enough' }] } },
      { status: 409, json: { errors: [{ code: 'cutover-step-not-next' }] } },
    ]);
    expect(await cutoverEvents(state, id)).toHaveLength(before);
    expect((await approve('admin', 'prerequisites')).json).toEqual({
      step: 'prerequisites',
      approved_by: 'local-admin',
    });
    expect((await cutoverEvents(state, id)).slice(before)).toMatchObject([
      { step: 'prerequisites', event: 'approved', actor: 'local-admin' },
    ]);
    const trail = (await get('/api/audit?limit=3', 'operator')).json as { items: unknown[] };
    expect(trail.items).toMatchObject([
      { actor: 'local-admin', action: 'approve', outcome: 'done', subject: { step: 'prerequisites' } },
      { actor: 'local-admin', outcome: 'refused', subject: { step: 'writers-on' } },
      { actor: 'local-operator', outcome: 'refused' },
    ]);
    expect((await approve('admin', 'made-up')).status).toBe(400);
  });

  test('without the CSRF token, nothing is done', async () => {
    const payload = { ...failed, expected: await countWhere('migration_jobs', "status = 'FAILED'") };
    const answer = await app.ask('/api/actions/retry', 'admin', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    });
    expect([answer.status, answer.json]).toMatchObject([403, { errors: [{ code: 'no-csrf-token' }] }]);
    expect(await countWhere('migration_jobs', "status = 'FAILED'")).toBe(payload.expected);
  });

  test('an admin retries what failed; the audit trail says who, what and how it ended', async () => {
    const expected = await countWhere('migration_jobs', "status = 'FAILED'");
    expect(expected).toBeGreaterThan(0);
    expect((await post('/api/actions/retry', 'admin', { ...failed, expected })).json).toMatchObject({ done: expected });
    expect(await countWhere('migration_jobs', "status = 'FAILED'")).toBe(0);
    const trail = (await get('/api/audit', 'operator')).json as { items: unknown[] };
    expect(trail.items[0]).toMatchObject({
      actor: 'local-admin',
      action: 'retry',
      outcome: 'done',
      subject: { status: 'FAILED' },
      details: { done: expected },
    });
  });

  test('an action that breaks in the middle is in the audit trail, too', async () => {
    const problems: unknown[] = [];
    const faulty = await serveDashboard(state, { onProblem: (problem) => problems.push(problem) });
    const [job] = await newestJobs(state, { assessmentId, statuses: ['PENDING'] });
    await sql`UPDATE migration_work_orders SET queue = 'gone' WHERE migration_job_id = ${job?.id}`.execute(state.db);
    const jobs = [job?.id ?? ''];
    const answer = await faulty.send('POST', '/api/actions/pause', 'admin', { assessment_id: assessmentId, jobs });
    await sql`UPDATE migration_work_orders SET queue = ${tableQueue} WHERE migration_job_id = ${job?.id}`.execute(
      state.db,
    );
    await faulty.close();
    expect([answer.status, answer.json, problems.length]).toMatchObject([
      500,
      { errors: [{ code: 'dashboard-failure' }] },
      1,
    ]);
    const trail = (await get('/api/audit?limit=1', 'operator')).json as { items: unknown[] };
    expect(trail.items).toMatchObject([{ action: 'pause', outcome: 'failed' }]);
  });

  test('what cannot be done with a job is said, and is in the audit trail', async () => {
    const { id } = await state.db
      .selectFrom('migration_jobs')
      .select('id')
      .where('status', '=', 'COMPLETED')
      .where('job_type', '<>', 'VALIDATE')
      .limit(1)
      .executeTakeFirstOrThrow();
    for (const [action, code] of [
      ['copy-again', 'copy-again-without-objects'],
      ['validate', 'validate-again-without-first'],
    ] as const) {
      const selection = { assessment_id: 'latest', jobs: [id] };
      const preview = await post(`/api/actions/${action}`, 'operator', { ...selection, preview: true });
      expect(preview.json).toMatchObject({ jobs: 1, done: 0 });
      const acted = await post(`/api/actions/${action}`, 'admin', selection);
      expect(acted.json).toMatchObject({ jobs: 1, done: 0, problems: [{ code }] });
      const trail = (await get('/api/audit?limit=1', 'operator')).json as { items: unknown[] };
      expect(trail.items).toMatchObject([{ action, outcome: 'failed', details: { done: 0 } }]);
    }
  });

  test.each([
    [{ assessment_id: 'latest' }, 'job-selection'],
    [{ assessment_id: 'latest', status: 'DONE' }, 'bad-request'],
    [{ assessment_id: 'latest', jobs: ["'; DROP TABLE tables; --"] }, 'bad-request'],
    [{ assessment_id: 'ffffffff', status: 'PENDING' }, 'unknown-assessment'],
  ])('%j is refused', async (payload, code) => {
    const answer = await post('/api/actions/pause', 'admin', payload);
    expect(answer.json).toMatchObject({ errors: [{ code }] });
  });
});

describe('answers', () => {
  test('the numbers are those of SQL over the same store', async () => {
    const { items } = (await get('/api/questions/list_assessments', 'viewer')).json as { items: object[] };
    const { rows } = await sql<Record<string, unknown>>`
      SELECT count(*) AS total_tables, count(*) FILTER (WHERE migration_readiness = 'READY') AS migration_ready,
        coalesce(sum(estimated_size_bytes), 0)::bigint AS total_estimated_size_bytes
      FROM tables WHERE assessment_id = ${assessmentId}`.execute(state.db);
    expect(items[0]).toMatchObject(rows[0] ?? {});
  });

  test('the CSV has every filtered table once, in the order of the list', async () => {
    const query = 'formats=PARQUET&formats=CSV&sort=size&direction=desc';
    const csv = (await get(`/api/tables.csv?${query}`, 'viewer')).text.trimEnd().split('\r\n');
    const { rows } = await sql<{ name: string }>`
      SELECT database_name || ',' || table_name AS name FROM tables
      WHERE assessment_id = ${assessmentId} AND table_format IN ('PARQUET', 'CSV')
      ORDER BY coalesce(estimated_size_bytes, -1) DESC, database_name DESC, table_name DESC`.execute(state.db);
    expect(csv[0]).toMatch(/^database_name,table_name,table_format/);
    expect(csv.slice(1).map((line) => line.split(',').slice(0, 2).join(','))).toEqual(rows.map(({ name }) => name));
  });

  test('the OpenAPI document has each question with the schema that checks it', async () => {
    const { openapi, paths } = (await get('/api/openapi.json', 'viewer')).json as {
      openapi: string;
      paths: Record<string, { get?: { parameters?: { name: string }[] } }>;
    };
    expect(openapi).toBe('3.1.0');
    for (const { name, input } of questions) {
      const parameters = (paths[`/api/questions/${name}`]?.get?.parameters ?? []).map((each) => each.name);
      expect(parameters.sort()).toEqual(Object.keys(input['properties'] ?? {}).sort());
    }
  });

  test('Prometheus reads the metrics with a token of a viewer', async () => {
    const jobs = await countWhere('migration_jobs', "status = 'COMPLETED' AND job_type <> 'VALIDATE'");
    const { text } = await get('/metrics', 'viewer');
    expect(text).toMatch(
      new RegExp(`^aws2openstack_migration_jobs\\{assessment="assessment-\\w{6}",status="COMPLETED"\\} ${jobs}$`, 'm'),
    );
    const other = await app.ask('/metrics', 'nobody', { headers: { authorization: 'Bearer made-up' } });
    expect(other.status).toBe(401);
  });

  test.each([
    ['/api/questions/list_tables?limit=many', 400, 'bad-question-input'],
    ['/api/questions/list_tables?unknown=1', 400, 'bad-question-input'],
    ['/api/questions/list_tables?assessment_id=ffff', 404, 'unknown-assessment'],
    ['/api/questions/list_tables?cursor=x', 400, 'bad-cursor'],
    ['/api/questions/made_up', 404, 'no-such-route'],
    ['/api/tables.csv?formats=PDF', 400, 'bad-question-input'],
    ['/api/questions/list_tables?search=%00', 400, 'bad-question-input'],
  ])('%s: %i %s', async (url, status, code) => {
    const answer = await get(url, 'viewer');
    expect([answer.status, answer.json]).toMatchObject([status, { errors: [{ code, fix: expect.any(String) }] }]);
  });
});

describe('sessions', () => {
  test("two dashboards on one machine do not end each other's sessions", async () => {
    const other = await serveDashboard(state, { secrets: { ...secrets, key: Buffer.alloc(32, 8) } });
    const cookies = new Map<string, string>();
    for (const { origin } of [app, other]) {
      const { headers } = await fetch(`${origin}/api/session`, { headers: { cookie: sessionCookie('admin') } });
      for (const cookie of headers.getSetCookie())
        cookies.set(...(cookie.split(';')[0]?.split('=') as [string, string]));
    }
    await other.close();
    expect(cookies.size).toBe(2);
  });

  test('behind a proxy that terminates TLS, cookies are for HTTPS alone, and limits count whom the proxy asks for', async () => {
    const publicUrl = new URL('https://lake.example/');
    const proxied = await serveDashboard(state, { publicUrl, requestsPerMinute: 2 });
    const ask = (client: string): Promise<Answered> =>
      proxied.ask('/api/session', 'nobody', { headers: { 'x-forwarded-for': client } });
    const answers = [];
    for (const client of ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2']) answers.push(await ask(client));
    await proxied.close();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 200]);
    expect(answers[0]?.headers.get('set-cookie')).toMatch(
      /^__Host-a2o_\S+_csrf=\S+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(answers[0]?.headers.get('strict-transport-security')).toMatch(/^max-age=/);
  });

  test('without a proxy, a client cannot say that it is another', async () => {
    const small = await serveDashboard(state, { requestsPerMinute: 1 });
    const ask = async (client: string): Promise<number> =>
      (await small.ask('/api/session', 'nobody', { headers: { 'x-forwarded-for': client } })).status;
    const statuses = [await ask('192.0.2.1'), await ask('192.0.2.2')];
    await small.close();
    expect(statuses).toEqual([200, 429]);
  });
});

describe('faults', () => {
  test('one of the server is logged, and not told', async () => {
    const problems: unknown[] = [];
    const broken = {
      ...state,
      db: new Proxy(state.db, {
        get: () => {
          throw new Error('the secret cause');
        },
      }),
    };
    const faulty = await serveDashboard(broken, { onProblem: (problem) => problems.push(problem) });
    const answer = await faulty.ask('/api/questions/list_assessments', 'viewer');
    await faulty.close();
    expect([answer.status, answer.json]).toMatchObject([500, { errors: [{ code: 'dashboard-failure' }] }]);
    expect(answer.text).not.toContain('secret');
    expect(problems).toEqual([new Error('the secret cause')]);
  });

  test('too many requests from one address are refused', async () => {
    const small = await serveDashboard(state, { requestsPerMinute: 2 });
    const answers = [];
    for (let count = 0; count < 3; count += 1) answers.push((await small.ask('/api/session', 'nobody')).status);
    await small.close();
    expect(answers).toEqual([200, 200, 429]);
  });
});
