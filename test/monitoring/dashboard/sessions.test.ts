import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { newSession } from '../../../monitoring/dashboard/server/sign-in/session.js';
import type { Session } from '../../../monitoring/dashboard/server/sign-in/session.js';
import { SessionEnds } from '../../../monitoring/dashboard/server/sign-in/session-ends.js';
import { grantRoles } from '../../../state/index.js';
import type { State, StateLocation } from '../../../state/index.js';
import { endedSessions } from '../../../state/repositories/ended-sessions.js';
import { cookieOf, serveDashboard } from '../../support/dashboard.js';
import type { Answered, ServedDashboard } from '../../support/dashboard.js';
import { until } from '../../support/jobs.js';
import { engineNames, opened, serverLocation, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';

const sessionOf = (who = 'anna@acme.example', at = new Date()): Session => newSession({ who, role: 'operator' }, at);
const trailOf = async (app: ServedDashboard, session: Session): Promise<number> =>
  (await app.ask('/api/audit', 'nobody', { headers: { cookie: cookieOf(session) } })).status;

/** As the page does: with the CSRF token, which is one of the browser. */
async function signOut(app: ServedDashboard, session: Session, query = ''): Promise<Answered> {
  const cookie = cookieOf(session);
  const asked = await app.ask('/api/session', 'nobody', { headers: { cookie } });
  const [secret = ''] = /\S*_csrf=[^;]+/.exec(asked.headers.get('set-cookie') ?? '') ?? [];
  return await app.ask(`/api/session${query}`, 'nobody', {
    method: 'DELETE',
    headers: { cookie: `${cookie}; ${secret}`, 'x-csrf-token': (asked.json as { csrf: string }).csrf },
  });
}

describe.each(engineNames)('sessions, %s', (name) => {
  let engine: StateEngine;
  let location: StateLocation;
  let state: State;
  let app: ServedDashboard;

  beforeAll(async () => {
    engine = await startEngine(name);
    location = await engine.fresh();
    state = await opened(location);
    app = await serveDashboard(state);
  });
  afterAll(async () => {
    await app.close();
    await state.close();
    await engine.stop();
  });

  test('who signs out takes the session from everybody who has its cookie; other sessions go on', async () => {
    const [stolen, other] = [sessionOf(), sessionOf()];
    expect([await trailOf(app, stolen), await trailOf(app, other)]).toEqual([200, 200]);
    const answer = await signOut(app, stolen);
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie().join()).toMatch(/_session=;/);
    expect([await trailOf(app, stolen), await trailOf(app, other)]).toEqual([401, 200]);
  });

  test('everywhere: all sessions of the person that have begun, not later ones and not those of others', async () => {
    const [one, two, bob] = [sessionOf('eve'), sessionOf('eve'), sessionOf('bob')];
    expect((await signOut(app, one, '?everywhere=true')).status).toBe(200);
    expect([await trailOf(app, one), await trailOf(app, two), await trailOf(app, bob)]).toEqual([401, 401, 200]);
    expect(await trailOf(app, sessionOf('eve', new Date(Date.now() + 1)))).toBe(200);
  });

  test('it is known after a restart, and by other dashboards of the store', async () => {
    const other = await serveDashboard(state);
    const session = sessionOf();
    expect(await trailOf(other, session)).toBe(200);
    await signOut(app, session);
    // The other one knows it two seconds later at the latest.
    await until(async () => ((await trailOf(other, session)) === 401 ? true : undefined));
    await other.close();
    const restarted = await serveDashboard(state);
    expect(await trailOf(restarted, session)).toBe(401);
    await restarted.close();
  });

  test('the store has neither the id of a session nor who had it', async () => {
    const session = sessionOf('zoe@acme.example');
    await signOut(app, session);
    await signOut(app, sessionOf('zoe@acme.example'), '?everywhere=true');
    const text = JSON.stringify(await endedSessions(state));
    expect(text).not.toContain(session.id);
    expect(text).not.toContain('zoe');
    expect(text).toMatch(/"subject_sha256":"[0-9a-f]{64}"/);
  });

  test('what has expired is removed when the next session ends', async () => {
    const expired = { subject_sha256: 'a'.repeat(64), ended_at: new Date(0), expires_at: new Date(1000) };
    await state.db.insertInto('ended_sessions').values(expired).execute();
    await signOut(app, sessionOf());
    const rows = await state.db.selectFrom('ended_sessions').select('subject_sha256').execute();
    expect(rows.map(({ subject_sha256 }) => subject_sha256)).not.toContain(expired.subject_sha256);
  });

  test('who signs out without the CSRF token, or without a session, ends none', async () => {
    const session = sessionOf();
    const headers = { cookie: cookieOf(session) };
    expect((await app.ask('/api/session', 'nobody', { method: 'DELETE', headers })).status).toBe(403);
    expect(await trailOf(app, session)).toBe(200);
    expect((await app.send('DELETE', '/api/session', 'nobody')).status).toBe(200);
  });

  test('the events of a session that was ended stop', async () => {
    const session = sessionOf();
    const response = await fetch(`${app.origin}/api/events`, { headers: { cookie: cookieOf(session) } });
    // Until the server ends it.
    const reading = response.text();
    await signOut(app, session);
    // Whatever is sent next finds that the session is over.
    await state.db
      .insertInto('wave_messages')
      .values({ body: randomBytes(8).toString('hex') })
      .execute();
    expect(await reading).toContain('event: reset');
  });
});

describe('a store that takes no end of a session', () => {
  const problems: unknown[] = [];
  const onProblem = (problem: unknown): void => {
    problems.push(problem);
  };
  let engine: StateEngine;
  let owner: State;
  let location: StateLocation;
  beforeAll(async () => {
    engine = await startEngine('server');
    location = await engine.fresh();
    owner = await opened(location);
  });
  afterAll(async () => {
    await owner.close();
    await engine.stop();
  });

  test('because the login may only read: the session is over until the dashboard is restarted, and the log says so', async () => {
    const members = [{ kind: 'read_only', login: 'looker' } as const];
    await engine.server?.query('postgres', 'CREATE ROLE looker LOGIN');
    expect(await grantRoles(owner, { prefix: 'aws2openstack', members })).toMatchObject({ ok: true });
    const database = location.engine === 'server' ? (location.database ?? '') : '';
    const looker = serverLocation(engine.server?.url(database, { user: 'looker' }) ?? '');
    const state = await opened(looker, 'read');
    const app = await serveDashboard(state, { onProblem });
    const session = sessionOf();
    expect((await signOut(app, session)).status).toBe(200);
    expect(await trailOf(app, session)).toBe(401);
    expect(problems).toMatchObject([{ code: '42501' }]);
    await app.close();
    await state.close();
  });

  test('because it cannot be reached: nobody is let in or signed out meanwhile; the end is stored when it is back', async () => {
    let isDown = false;
    const db = new Proxy(owner.db, {
      get: (target, name) => {
        if (isDown) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    problems.length = 0;
    const ends = new SessionEnds({ ...owner, db }, { onProblem, freshMs: -1 });
    const [session, other] = [sessionOf(), sessionOf()];
    isDown = true;
    await expect(ends.isOver(session)).rejects.toThrow('ECONNREFUSED');
    await ends.end(session, { everywhere: false });
    expect([ends.isKnownOver(session), ends.isKnownOver(other)]).toEqual([true, false]);
    expect(problems).toHaveLength(1);
    isDown = false;
    expect([await ends.isOver(session), await ends.isOver(other)]).toEqual([true, false]);
    const elsewhere = new SessionEnds(owner, { onProblem });
    expect([await elsewhere.isOver(session), await elsewhere.isOver(other)]).toEqual([true, false]);
  });
});
