import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { readSettings } from '../../../environments/test-env/settings.js';

const file = parseEnv(readFileSync('.env.test', 'utf8'));

test('.env.test is complete and valid', () => {
  expect(Object.keys(file).sort()).toEqual([
    'AWS_PROFILE',
    'AWS_REGION',
    'DATABASE_URL',
    'TEST_DATA_ROWS',
    'TEST_DATA_SIZE',
  ]);
  expect(readSettings(file)).toMatchObject({
    ok: true,
    value: {
      engine: 'aws',
      region: 'eu-central-1',
      profile: undefined,
      endpoint: undefined,
      database: { host: '127.0.0.1', port: 5432, name: 'aws2openstack' },
      data: { size: 'small', rows: undefined },
      useLockfile: false,
      minFreeMb: 500,
    },
  });
});

test('an endpoint counts for the emulator only: AWS itself is never another address by accident', () => {
  const AWS_ENDPOINT_URL = 'http://127.0.0.1:5000';
  expect(readSettings({ ...file, AWS_ENDPOINT_URL })).toMatchObject({ value: { endpoint: undefined } });
  expect(readSettings({ ...file, AWS_ENDPOINT_URL, A2O_AWS: 'local' })).toMatchObject({
    value: { endpoint: AWS_ENDPOINT_URL },
  });
});

test('all wrong settings are reported together, each with an example of a valid value', () => {
  const settings = readSettings({
    A2O_AWS: 'azure',
    AWS_REGION: 'frankfurt',
    TEST_DATA_SIZE: 'huge',
    TEST_DATA_ROWS: '9',
    AWS_ENDPOINT_URL: 'counts for the emulator only',
    A2O_STATE_BUCKET: 'Acme',
    A2O_USE_LOCKFILE: 'TRUE',
    TEST_ENV_MIN_FREE_MB: 'much',
    DATABASE_URL: 'mysql://u:p@h/d',
  });
  expect(settings.ok ? [] : settings.error.map(({ path, message, fix }) => [path, message, fix])).toEqual(
    [
      'A2O_AWS',
      'AWS_REGION',
      'TEST_DATA_SIZE',
      'TEST_DATA_ROWS',
      'A2O_STATE_BUCKET',
      'A2O_USE_LOCKFILE',
      'TEST_ENV_MIN_FREE_MB',
      'DATABASE_URL',
    ].map((name) => [
      name,
      expect.stringMatching(`^${name} is '.+'; it must be `),
      expect.stringContaining(`${name}=`),
    ]),
  );
});

test.each([
  'postgresql://127.0.0.1/db',
  'postgresql://u@127.0.0.1/db',
  'postgresql://u:s3cret@127.0.0.1',
  'postgresql://u:s3cret@127.0.0.1/%ZZ',
  'mysql://u:s3cret@127.0.0.1/db',
  'not a url',
])('%s is not the URL of a database, and is not shown', (url) => {
  const settings = readSettings({ ...file, DATABASE_URL: url });
  expect(settings.ok ? [] : settings.error.map(({ path }) => path)).toEqual(['DATABASE_URL']);
  expect(JSON.stringify(settings)).not.toContain('s3cret');
});

test('an IPv6 address loses the brackets that only a URL has', () => {
  expect(readSettings({ ...file, DATABASE_URL: 'postgresql://u:p@[::1]:5433/d' })).toMatchObject({
    value: { database: { host: '::1', port: 5433, user: 'u', password: 'p', name: 'd' } },
  });
});

test('an emulator has an address', () => {
  expect(readSettings({ ...file, A2O_AWS: 'local', AWS_ENDPOINT_URL: 'here' })).toMatchObject({
    error: [{ path: 'AWS_ENDPOINT_URL' }],
  });
});
