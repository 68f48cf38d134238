import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { environmentOf } from '../../../stacks/waves/function-environment.js';
import { functionNames } from '../../../stacks/waves/functions.js';
import { recordTable } from '../../../stacks/waves/record-table.js';
import { readEnvironment } from '../../../waves/aws/environment.js';

const folder = join(import.meta.dirname, '..', '..', '..', 'dist', 'lambda');
/** Callbacks go to pinned addresses, which takes an HTTP library. */
const maxBytesOf = (name: string): number => (name === 'callback_handler' ? 1_000_000 : 220_000);

test('there is one bundle for each function, small, and with the AWS SDK left to the runtime', () => {
  expect(readdirSync(folder).sort()).toEqual(functionNames.map((name) => `${name}.mjs`).sort());
  for (const name of functionNames) {
    const code = readFileSync(join(folder, `${name}.mjs`), 'utf8');
    expect(code.length).toBeLessThan(maxBytesOf(name));
    expect(code).toMatch(/from"@aws-sdk\/client-dynamodb"/);
    // Tests use it; its licence does not let it be shipped with the product.
    expect(code).not.toContain('cloud-copilot');
  }
});

test('each bundle loads in a Node of its own, and exports its handler', () => {
  const imports = functionNames.map(
    (name) =>
      `console.log(typeof (await import(${JSON.stringify(pathToFileURL(join(folder, `${name}.mjs`)).href)})).handler);`,
  );
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', imports.join('\n')], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '' },
  });
  expect(printed.trim().split('\n')).toEqual(functionNames.map(() => 'function'));
});

test('the stack sets every variable that the functions read', () => {
  const surroundings = {
    environment: 'dev',
    table: 'records',
    details: 'details',
    bus: 'bus',
    settings: {
      replicatingServers: 60,
      recordDays: 10,
      migrationFactory: { endpoint: 'https://cmf.example/prod' },
      dns: { zones: { 'acme.example': 'Z0123', '10.in-addr.arpa': 'Z4567' } },
      cmdb: { url: 'https://cmdb.example/{key}', method: 'PUT' },
    },
    secrets: {
      callbackKey: 'key-arn',
      slackWebhook: 'slack-arn',
      factoryToken: 'token-arn',
      cmdbAuthorization: 'cmdb-arn',
    },
  } as const;
  const read = (name: (typeof functionNames)[number]): object => readEnvironment(environmentOf(name, surroundings));
  for (const name of functionNames)
    expect(read(name)).toMatchObject({
      environment: 'dev',
      table: 'records',
      detailsBucket: 'details',
      replicatingServers: 60,
      recordDays: 10,
    });
  expect(read('ingress_handler')).toMatchObject({ bus: 'bus' });
  expect(read('callback_handler')).toMatchObject({
    bus: 'bus',
    callbackKey: 'key-arn',
    slackWebhook: 'slack-arn',
    factoryToken: 'token-arn',
    factoryEndpoint: 'https://cmf.example/prod',
    cmdb: { url: 'https://cmdb.example/{key}', method: 'PUT', authorization: 'cmdb-arn' },
  });
  for (const name of ['validate_input', 'verify_migration', 'rollback_handler'] as const)
    expect(read(name)).toMatchObject({ dnsZones: { 'acme.example': 'Z0123', '10.in-addr.arpa': 'Z4567' } });
  expect(read('finalize_cutover')).not.toHaveProperty('dnsZones');
  expect(read('validate_input')).not.toHaveProperty('callbackKey');
});

test('a function without its variables says which is missing', () => {
  expect(() => readEnvironment({ WAVES_ENVIRONMENT: 'dev' })).toThrow(
    'The variable WAVES_TABLE of the function is not set.',
  );
});

test('the table has what the store writes and asks for', () => {
  const source = readFileSync(
    join(import.meta.dirname, '..', '..', '..', 'waves', 'aws', 'store', 'dynamo-wave-store.ts'),
    'utf8',
  );
  for (const name of Object.keys(recordTable.indexes)) expect(source).toContain(`IndexName: '${name}'`);
});
