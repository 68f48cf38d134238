import { describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDatabaseUrl, stateLocation } from '../../state/index.js';
import { embeddedFolder } from '../../state/store/location.js';

describe('a password with characters that separate the parts of a URL', () => {
  test.each([
    'postgresql://own:12#34secret@127.0.0.1:5977/a2o',
    'postgresql://own:12/34secret@127.0.0.1:5977/a2o',
    'postgresql://own:12?34secret@127.0.0.1:5977/a2o',
    'postgresql://own:12?34secret=1@127.0.0.1:5977/a2o',
    'postgresql://own:34secret%@127.0.0.1:5977/a2o',
    'postgresql://127.0.0.1/a2o#34secret',
    'postgresql://own@[34secret',
    'mysql://own:34secret@127.0.0.1/a2o',
  ])('%s is refused, not shown, and the fix says how to write it', (url) => {
    const parsed = parseDatabaseUrl(url);
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed)).not.toContain('34secret');
    expect(JSON.stringify(parsed)).toContain('percent-encoded');
  });

  test('is taken when it is percent-encoded, and not shown', () => {
    const parsed = parseDatabaseUrl('postgresql://o%40n:%40%3A%2F%3F%23%25@[::1]:6000/a%2Fb');
    expect(parsed).toMatchObject({
      ok: true,
      value: { user: 'o@n', password: '@:/?#%', host: '::1', port: 6000, database: 'a/b' },
    });
    expect(parsed.ok && parsed.value.shown).toBe('postgresql://o%40n@[::1]:6000/a%2Fb');
  });
});

test.each([
  ['sslmode=require&sslmode=disable', "DATABASE_URL has 'sslmode' more than once."],
  ['sslmode=disable&sslrootcert=package.json', 'DATABASE_URL has certificates, which sslmode=disable does not use.'],
  ['sslcert=package.json', 'DATABASE_URL has only one of sslcert and sslkey; a client certificate needs both.'],
  ['sslmode=prefer', 'DATABASE_URL has sslmode=prefer; allowed is disable, require, verify-ca, verify-full.'],
  ['SSLMODE=require', "DATABASE_URL has the parameter 'SSLMODE'; allowed are"],
  ['pool_max_conns=0', 'DATABASE_URL has pool_max_conns=0; allowed is 1 to 100 (connections).'],
])('%s would be ignored or mean nothing, and is refused', (parameters, message) => {
  const parsed = parseDatabaseUrl(`postgresql://127.0.0.1/a2o?${parameters}`);
  expect(parsed.ok ? [] : parsed.error.map((problem) => problem.message)).toEqual([
    expect.stringContaining(message) as unknown as string,
  ]);
});

test.each([
  ['postgresql://127.0.0.1/a', false],
  ['postgresql://localhost/a', false],
  ['postgresql://db.example/a?host=/run/postgresql', false],
  ['postgresql://db.example/a', true],
  ['postgresql://db.example/a?sslmode=disable', false],
  ['postgresql://127.0.0.1/a?sslrootcert=package.json', true],
])('%s is spoken to by TLS: %s', (url, isTls) => {
  const parsed = parseDatabaseUrl(url);
  expect(parsed.ok && parsed.value.tls !== false).toBe(isTls);
});

test('without DATABASE_URL the store is a folder', () => {
  const location = (env: Record<string, string>): unknown => stateLocation(env, '/lake');
  expect(location({ HOME: '/home/ada' })).toEqual({
    ok: true,
    value: { engine: 'embedded', folder: '/home/ada/.local/state/aws2openstack' },
  });
  expect(location({ DATABASE_URL: '', A2O_STATE_DIR: '/s' })).toEqual({
    ok: true,
    value: { engine: 'embedded', folder: '/s' },
  });
});

test('PGSSLROOTCERT names the authority where the URL names none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-location-'));
  const [first, second] = ['first.pem', 'second.pem'].map((name) => {
    writeFileSync(join(folder, name), name);
    return join(folder, name);
  });
  const tls = (url: string, PGSSLROOTCERT?: string): unknown => {
    const location = stateLocation({ DATABASE_URL: url, PGSSLROOTCERT }, '/lake');
    return location.ok && location.value.engine === 'server' ? location.value.tls : location;
  };
  expect(tls('postgresql://db.acme.example/a2o', first)).toMatchObject({ ca: 'first.pem', rejectUnauthorized: true });
  expect(tls(`postgresql://db.acme.example/a2o?sslrootcert=${second ?? ''}`, first)).toMatchObject({
    ca: 'second.pem',
  });
  expect(tls('postgresql://db.acme.example/a2o?sslmode=require')).toMatchObject({ rejectUnauthorized: true });
  expect(tls('postgresql://db.acme.example/a2o', '/none.pem')).toMatchObject({
    ok: false,
    error: [{ code: 'database-url', message: expect.stringContaining('PGSSLROOTCERT') }],
  });
  rmSync(folder, { recursive: true });
});

describe('the folder of an embedded store', () => {
  test.each([
    [{ HOME: '/home/ada' }, '/home/ada/.local/state/aws2openstack'],
    [{ HOME: '/home/ada', XDG_STATE_HOME: '/state' }, '/state/aws2openstack'],
    [{ HOME: '/home/ada', XDG_STATE_HOME: 'state' }, '/home/ada/.local/state/aws2openstack'],
    [{}, join(homedir(), '.local/state/aws2openstack')],
  ])('with %j it is %s, from every folder', (env, folder) => {
    for (const cwd of ['/lake', '/', '/lake/terraform'])
      expect(embeddedFolder(env, cwd)).toEqual({ folder, chosenBy: 'XDG_STATE_HOME' });
  });

  test('a store that an earlier version made in this folder, or above, stays in use', () => {
    const lake = mkdtempSync(join(tmpdir(), 'a2o-location-'));
    const store = join(lake, '.aws2openstack', 'state');
    mkdirSync(join(lake, 'out', 'acme'), { recursive: true });
    mkdirSync(store, { recursive: true });
    const env = { XDG_STATE_HOME: '/state' };
    expect(embeddedFolder(env, lake).chosenBy).toBe('XDG_STATE_HOME');
    writeFileSync(join(store, 'PG_VERSION'), '17');
    for (const cwd of [lake, join(lake, 'out', 'acme')])
      expect(embeddedFolder(env, cwd)).toEqual({ folder: store, chosenBy: 'project' });
    expect(embeddedFolder({ ...env, A2O_STATE_DIR: '/other' }, lake)).toEqual({
      folder: '/other',
      chosenBy: 'A2O_STATE_DIR',
    });
    rmSync(lake, { recursive: true });
  });
});
