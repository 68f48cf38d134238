import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nameOfClaims, oidcSettings, roleOfClaims } from '../../../monitoring/dashboard/server/sign-in/oidc.js';
import { newSession, openSession, sealSession } from '../../../monitoring/dashboard/server/sign-in/session.js';
import { openSecrets, roleOfToken } from '../../../monitoring/dashboard/server/sign-in/tokens.js';

const key = Buffer.alloc(32, 1);
const now = new Date('2026-01-01T00:00:00Z');
const session = newSession({ who: 'anna@acme.example', role: 'viewer' }, now);

describe('a session', () => {
  const sealed = sealSession(session, key);

  test('is who signed in, until twelve hours later', () => {
    expect(openSession(sealed, key, now)).toEqual(session);
    expect(openSession(sealed, key, new Date('2026-01-01T11:59:59Z'))).toEqual(session);
    expect(openSession(sealed, key, new Date('2026-01-01T12:00:00Z'))).toBeUndefined();
  });

  test('that was changed, or signed by another key, is none', () => {
    const [body = '', signature = ''] = sealed.split('.');
    const admin = Buffer.from(JSON.stringify({ ...session, role: 'admin', until: 9e15 })).toString('base64url');
    for (const text of [`${admin}.${signature}`, body, `${body}.`, '', '.', `${body}.${signature}x`])
      expect(openSession(text, key, now)).toBeUndefined();
    expect(openSession(sealed, Buffer.alloc(32, 2), now)).toBeUndefined();
  });

  test('has an id of its own', () => {
    expect(newSession(session, now).id).not.toBe(session.id);
    expect(session.id).toMatch(/^[\w-]{22}$/);
  });

  test.each(['who', 'role', 'id', 'begun', 'until'] as const)('without %s, as of another version, is none', (name) => {
    const rest = { ...session, [name]: undefined };
    expect(openSession(sealSession(rest as never, key), key, now)).toBeUndefined();
  });
});

describe('the file of the tokens', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'a2o-tokens-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test('is made once, is readable by its owner alone, and does not hold the tokens', () => {
    const file = join(folder, 'dashboard.json');
    const made = openSecrets(file);
    if (!made.ok || made.value.made === undefined) throw new Error('not made');
    const { secrets, made: tokens } = made.value;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const [role, token] of Object.entries(tokens)) {
      expect(readFileSync(file, 'utf8')).not.toContain(token);
      expect(roleOfToken(token, secrets)).toBe(role);
    }
    expect(roleOfToken('', secrets)).toBeUndefined();
    const again = { secrets, made: undefined, madeAt: statSync(file).mtime };
    expect(openSecrets(file)).toEqual({ ok: true, value: again });

    const renewed = openSecrets(file, { renew: true });
    if (!renewed.ok) throw new Error('not renewed');
    expect(roleOfToken(tokens.admin, renewed.value.secrets)).toBeUndefined();
    expect(renewed.value.secrets.key).not.toEqual(secrets.key);
  });

  test.each(['', '{}', '{"tokens": {}, "key": "00"}', 'null'])('that says %j is refused', (text) => {
    const file = join(folder, 'dashboard.json');
    writeFileSync(file, text);
    expect(openSecrets(file)).toMatchObject({ ok: false, error: [{ code: 'dashboard-secrets', path: file }] });
  });
});

describe('OpenID Connect', () => {
  const env = {
    A2O_OIDC_ISSUER: 'https://idp.acme.example',
    A2O_OIDC_CLIENT_ID: 'lake',
    A2O_OIDC_CLIENT_SECRET: 'secret',
    A2O_OIDC_ADMIN_GROUP: 'lake-admins',
    A2O_OIDC_OPERATOR_GROUP: 'lake-operators',
  };

  test('is off without an issuer, and complete with one', () => {
    expect(oidcSettings({}, new URL('http://127.0.0.1:8420/'))).toEqual({ ok: true, value: undefined });
    expect(oidcSettings(env, new URL('http://127.0.0.1:8420/'))).toMatchObject({
      ok: true,
      value: { groupsClaim: 'groups', publicUrl: new URL('http://127.0.0.1:8420/') },
    });
  });

  test.each(['A2O_OIDC_CLIENT_ID', 'A2O_OIDC_CLIENT_SECRET'])('without %s, it is refused', (name) => {
    expect(oidcSettings({ ...env, [name]: '' }, new URL('http://127.0.0.1/'))).toMatchObject({
      ok: false,
      error: [{ code: 'oidc-setting', path: name }],
    });
  });

  test.each([
    [{ email: 'anna@acme.example', email_verified: true, sub: '1' }, 'anna@acme.example'],
    [{ email: 'anna@acme.example', sub: '1' }, 'anna@acme.example'],
    [{ email: 'anna@acme.example', email_verified: false, preferred_username: 'bob', sub: '1' }, 'bob'],
    [{ email: 'anna@acme.example', email_verified: false, sub: '1' }, '1'],
    [{ email: '', sub: 'a\0b\ud800' }, 'a\ufffdb\ufffd'],
    [{ email_verified: false, preferred_username: 'anna@acme.example', sub: '1' }, '1'],
    [{ preferred_username: 'anna@acme.example', sub: '1' }, 'anna@acme.example'],
    [{ preferred_username: 'local-admin', sub: '1' }, 'oidc:local-admin'],
  ])('who %j is: %s', (claims, name) => {
    expect(nameOfClaims(claims)).toBe(name);
  });

  test.each([
    [['lake-admins', 'lake-operators'], undefined, 'admin'],
    [['lake-operators'], undefined, 'operator'],
    [[], undefined, 'viewer'],
    [undefined, undefined, 'viewer'],
    ['lake-admins', undefined, 'admin'],
    [[], 'lake-viewers', undefined],
    [['lake-viewers'], 'lake-viewers', 'viewer'],
  ])('groups %j, viewers %j: %s', (groups, viewer, role) => {
    const settings = {
      groupsClaim: 'groups',
      groups: { admin: 'lake-admins', operator: 'lake-operators', viewer },
    };
    expect(roleOfClaims(groups === undefined ? {} : { groups }, settings)).toBe(role);
  });
});
