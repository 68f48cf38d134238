import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sha256 } from '../../../core/canonical-json.js';
import { cli } from '../../support/run-cli.js';
import type { CliRun } from '../../support/run-cli.js';
import { startCloud } from '../../support/openstack-cloud.js';
import type { Cloud, CloudProject } from '../../support/openstack-cloud.js';
import { assessmentWith, table } from '../../support/assessment-builder.js';

const name = 'it-check';
let cloud: Cloud;
let lake: CloudProject;
let folder: string;

beforeAll(async () => {
  cloud = await startCloud();
  lake = await cloud.project(name);
  folder = mkdtempSync(join(tmpdir(), 'a2o-check-'));
  const report = assessmentWith([table('sales.orders', { location: 's3://it-check-sales/orders/' })]);
  writeFileSync(join(folder, 'glue-catalog-assessment.json'), JSON.stringify(report));
  // The key pair that an operator stores; nothing here uses it.
  const body = JSON.stringify({ name: 'lake-keys', payload: 'a:b', payload_content_type: 'text/plain' });
  const headers = { 'Content-Type': 'application/json' };
  expect(await lake.session.send('key-manager', '/v1/secrets', { method: 'POST', body, headers })).toMatchObject({
    value: { status: 201 },
  });
}, 600_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Lines of the mapping, from 1 on, so that what is said of a line can be held against it. */
function mapping(changes: Readonly<Record<string, string>> = {}): { file: string; lineOf: (key: string) => number } {
  const settings = {
    name: 'it-check',
    topology: 'standard',
    network: '{ external: public, cidr: 10.20.0.0/24 }',
    image: 'debian-12',
    flavors: '{ trino: lakehouse.trino, services: lakehouse.services }',
    objectStore: `{ type: ceph-rgw, endpoint: ${cloud.s3Endpoint}, credentialsSecret: lake-keys }`,
    catalogs: '{ iceberg: { type: iceberg-rest, warehouse: it-check-warehouse } }',
    sizing: '{ dataVolumeGb: 50 }',
    ...changes,
  };
  const head = [
    'apiVersion: aws2openstack/v1',
    'kind: MappingTemplate',
    'metadata: { name: it-check }',
    'extends: default',
    'target:',
  ];
  const lines = [...head, ...Object.entries(settings).map(([key, value]) => `  ${key}: ${value}`)];
  const file = join(folder, `mapping-${sha256(lines.join()).slice(0, 8)}.yaml`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return { file, lineOf: (key) => lines.findIndex((line) => line.startsWith(`  ${key}:`)) + 1 };
}

function check(file: string, env: Readonly<Record<string, string>> = lake.env): Promise<CliRun> {
  return cli(['infra', 'check', '--assessment', folder, '--mapping', file], env);
}

test('a cloud that has everything passes', async () => {
  expect(await check(mapping().file)).toEqual({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining(
      'The cloud has what the lakehouse needs: 8 servers, 4 volumes (338 GB), 1 floating IPs, 4 buckets.',
    ),
  });
});

test('each secret that operators make is missed with its line', async () => {
  const { file, lineOf } = mapping({
    access: '{ usersSecret: it-users }',
    objectStore: `{ type: ceph-rgw, endpoint: ${cloud.s3Endpoint}, credentialsSecret: it-keys }`,
  });
  const oauth2 = mapping({
    access: '{ oauth2: { issuer: "https://id.example", clientId: trino, clientSecret: it-client } }',
  });
  const runner = mapping({ runner: `{ image: "a@sha256:${'0'.repeat(64)}", sourceSecret: it-source }` });
  for (const [name, from, key] of [
    ['it-source', runner, 'runner'],
    ['it-users', { file, lineOf }, 'access'],
    ['it-keys', { file, lineOf }, 'objectStore'],
    ['it-client', oauth2, 'access'],
  ] as const) {
    const { code, stderr } = await check(from.file);
    expect(code).toBe(0);
    const line = stderr.split('\n').find((one) => one.includes(`Barbican has no secret '${name}'`));
    expect(line).toContain(`${from.file}:${from.lineOf(key)}:`);
    expect(line).toContain('warning: ');
    expect(stderr).toContain(`openstack secret store --name ${name} `);
  }
});

test.each<[string, string, string, string, string]>([
  [
    'a flavor that does not exist',
    'flavors',
    '{ trino: m9.huge, services: lakehouse.services }',
    'flavor-missing',
    "no flavor 'm9.huge' that this project may use; it has lakehouse.services, lakehouse.tiny, lakehouse.trino",
  ],
  [
    'a flavor that is smaller than what was sized',
    'flavors',
    '{ trino: lakehouse.tiny, services: lakehouse.services }',
    'flavor-too-small',
    "'lakehouse.tiny' has 1 vCPUs and 2 GB; the lakehouse is sized for machines with 16 vCPUs and 64 GB",
  ],
  [
    'an image that does not exist',
    'image',
    'debian-99',
    'image-missing',
    "no image 'debian-99' that this project may use; it has debian-12",
  ],
  ['a key pair that does not exist', 'keyPair', 'nobodys', 'key-pair-missing', "no key pair 'nobodys'; it has none"],
  [
    'an external network that does not exist',
    'network',
    '{ external: internet }',
    'external-network-missing',
    "no network 'internet' that this project can see; the external networks are public",
  ],
  [
    'more volume than the quota',
    'sizing',
    '{ dataVolumeGb: 20000 }',
    'quota-exceeded',
    "needs 20000 GB more volume space; of the project's quota of 10000 GB, 0 GB are used and 10000 GB are left",
  ],
  [
    'more workers than the quota',
    'sizing',
    '{ trinoWorkers: 60, dataVolumeGb: 50 }',
    'quota-exceeded',
    "more instances; of the project's quota of 40, 0 are used and 40 are left",
  ],
  [
    'more workers than Nova lets be apart',
    'sizing',
    '{ trinoWorkers: 11, dataVolumeGb: 50 }',
    'quota-exceeded',
    "needs 11 more servers in one server group; of the project's quota of 10, 0 are used and 10 are left",
  ],
  [
    'a region without services',
    'region',
    'RegionTwo',
    'service-missing',
    'no service compute in the region RegionTwo; it has one in RegionOne',
  ],
])('%s is named with its line', async (_what, key, value, code, message) => {
  const { file, lineOf } = mapping({ [key]: value });
  const { code: exit, stderr, stdout } = await check(file);
  expect([exit, stdout]).toEqual([1, '']);
  const line = stderr.split('\n').find((one) => one.includes(message)) ?? stderr;
  expect(line).toContain(`${file}:${lineOf(key)}:`);
  expect(line).toContain(`error: `);
  expect(line).toContain(`[${code}]`);
});

test('a zone that servers or volumes do not have is named with its line', async () => {
  const { file, lineOf } = mapping({ topology: 'ha', zones: '[az-1, az-2, az-9]', volumeZones: 'same' });
  const { code, stderr } = await check(file);
  expect(code).toBe(1);
  const line = (whose: string): string =>
    stderr
      .split('\n')
      .find((one) => one.includes(`${whose} has no availability zone 'az-9'; it has az-1, az-2, az-3.`)) ?? stderr;
  expect(line('The cloud')).toContain(`${file}:${lineOf('zones')}:`);
  expect(line('The block storage')).toContain(`${file}:${lineOf('volumeZones')}:`);

  const any = await check(mapping({ topology: 'ha', zones: '[az-1, az-2, az-9]', volumeZones: 'any' }).file);
  expect(any.stderr).not.toContain('The block storage has no');
  expect(await check(mapping({ topology: 'ha', zones: '[az-1, az-2, az-3]' }).file)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('20 servers'),
  });
});

test('a network that another one overlaps behind the same router is named with its line', async () => {
  const { file, lineOf } = mapping({ network: '{ external: public, cidr: 10.77.8.0/24 }' });
  const network = await make('networks', { network: { name: 'theirs' } });
  const range = { network_id: network, name: 'theirs', ip_version: 4, cidr: '10.77.0.0/16' };
  const subnet = await make('subnets', { subnet: range });
  const { id: external } = (await neutron('GET', '/networks?name=public'))['networks']?.[0] ?? {};
  const router = await make('routers', { router: { name: 'theirs', external_gateway_info: { network_id: external } } });
  try {
    // Nothing joins them yet.
    expect(await check(file)).toMatchObject({ code: 0 });
    await neutron('PUT', `/routers/${router}/add_router_interface`, { subnet_id: subnet });
    const { code, stderr } = await check(file);
    expect(code).toBe(1);
    expect(stderr).toContain(`${file}:${lineOf('network')}:`);
    expect(stderr).toContain(
      "10.77.8.0/24 overlaps 10.77.0.0/16 of the network 'theirs', which is connected to 'public' by the router 'theirs'",
    );
  } finally {
    await neutron('PUT', `/routers/${router}/remove_router_interface`, { subnet_id: subnet });
    await neutron('DELETE', `/routers/${router}`);
    await neutron('DELETE', `/networks/${network}`);
  }
}, 300_000);

test('a network that overlaps the external one is named, to those who see its addresses', async () => {
  const { file, lineOf } = mapping({ network: '{ external: public, cidr: 203.0.113.0/26 }' });
  const { stderr } = await check(file, (await cloud.project('admin')).env);
  const message =
    "203.0.113.0/26 overlaps 203.0.113.0/24 of the network 'public', which is the external network itself";
  const line = stderr.split('\n').find((one) => one.includes(message)) ?? stderr;
  expect(line).toContain(`${file}:${lineOf('network')}:`);
});

test('a bucket owned by another is named with the rule that maps to it, or the setting', async () => {
  const { file, lineOf } = mapping({ catalogs: '{ iceberg: { type: iceberg-rest, warehouse: it-check-taken } }' });
  const { session } = await cloud.project('it-check-other');
  const theirs = ['it-check-sales', 'it-check-taken'];
  for (const bucket of theirs) await session.send('object-store', `/${bucket}`, { method: 'PUT' });
  try {
    const { code, stderr } = await check(file);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /default\.yaml:\d+:\d+: error: In the object store, it-check-sales already belongs to another owner; the rule 'buckets keep their names' maps to it\. \[bucket-taken\]/,
    );
    expect(stderr).toContain(`${file}:${lineOf('catalogs')}:`);
    expect(stderr).toContain('In the object store, it-check-taken already belongs to another owner.');
  } finally {
    for (const bucket of theirs) await session.send('object-store', `/${bucket}`, { method: 'DELETE' });
  }
});

test('an unreachable object store is named with its line, an unreachable Keystone with what to correct', async () => {
  const url = await closedPort();
  const { file, lineOf } = mapping({
    objectStore: `{ type: ceph-rgw, endpoint: ${url}, credentialsSecret: lake-keys }`,
  });
  const { code, stderr } = await check(file);
  expect(code).toBe(1);
  expect(stderr).toContain(`${file}:${lineOf('objectStore')}:`);
  expect(stderr).toContain(`The object store does not answer at ${url} (connect ECONNREFUSED`);

  const away = await check(mapping().file, { ...lake.env, OS_AUTH_URL: `${url}/v3` });
  expect(away).toMatchObject({ code: 1, stdout: '' });
  expect(away.stderr).toContain(`Keystone does not answer at ${url}/v3 (connect ECONNREFUSED`);
  expect(away.stderr).toContain('Correct the authentication URL in the OS_* variables');
});

test('what the cloud did not answer is not said to be there', async () => {
  // Answers the same for every bucket.
  const web = createHttpServer((_request, response) => response.end('welcome'));
  await new Promise<void>((listening) => web.listen(0, '127.0.0.1', listening));
  const endpoint = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  const { file } = mapping({
    objectStore: `{ type: ceph-rgw, endpoint: "${endpoint}", credentialsSecret: lake-keys }`,
  });
  const { code, stdout, stderr } = await check(file);
  web.close();
  expect([code, stderr]).toEqual([0, expect.stringContaining('[not-checked]')]);
  expect(stdout).toMatch(/^Some checks were skipped; as far as checked, the cloud has what the lakehouse needs: /);
}, 60_000);

test('an expired application credential, a revoked token and a wrong password are refused in words', async () => {
  const { token, userId } = await signIn();
  const expires = new Date(Date.now() + 4_000).toISOString().replace(/Z$/, '');
  const body = { application_credential: { name: `short-${expires}`, expires_at: expires } };
  const created = await keystone('POST', `/users/${userId}/application_credentials`, token, body);
  const { id, secret } = ((await created.json()) as { application_credential: { id: string; secret: string } })
    .application_credential;
  await keystone('DELETE', '/auth/tokens', token);
  await delay(Math.max(0, Date.parse(`${expires}Z`) + 1_500 - Date.now()));

  const { OS_AUTH_URL = '', OS_PROJECT_NAME = '', OS_PASSWORD = '' } = lake.env;
  const clouds = join(folder, 'clouds.yaml');
  const auth = { auth_url: OS_AUTH_URL, application_credential_id: id, application_credential_secret: secret };
  writeFileSync(clouds, JSON.stringify({ clouds: { acme: { auth } } }));
  const { file } = mapping();
  const domain = { OS_PROJECT_DOMAIN_NAME: 'Default', OS_USER_DOMAIN_NAME: 'Default' };
  for (const [env, origin, status] of [
    [{ OS_CLOUD: 'acme', OS_CLIENT_CONFIG_FILE: clouds }, `the cloud 'acme' in ${clouds}`, 401],
    [{ OS_AUTH_URL, OS_TOKEN: token, OS_PROJECT_NAME, ...domain }, 'the OS_* variables', 404],
    [{ ...lake.env, OS_PASSWORD: 'wrong' }, 'the OS_* variables', 401],
  ] as const) {
    const { code, stderr } = await check(file, env);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `refuses ${origin} (HTTP ${status}): the token or application credential has expired or was revoked`,
    );
    for (const hidden of [secret, token, OS_PASSWORD]) expect(stderr).not.toContain(hidden);
  }
  expect(await check(file, {})).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Cannot sign in: '),
  });
});

test('as JSON, what is needed and every problem with its place', async () => {
  const { file, lineOf } = mapping({ image: 'debian-99' });
  const { code, stdout, stderr } = await cli(['infra', 'check', '-a', folder, '-m', file, '--json'], lake.env);
  expect([code, stderr]).toEqual([1, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    needs: { images: ['debian-99'], externalNetworks: ['public'] },
    problems: [{ code: 'image-missing', path: '/target/image', at: { file, line: lineOf('image'), column: 10 } }],
  });
});

type Listed = Readonly<Record<string, readonly { readonly id: string }[] | undefined>>;

async function neutron(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object): Promise<Listed> {
  const headers = { 'Content-Type': 'application/json' };
  const request = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await lake.session.send('network', `/v2.0${path}`, request);
  if (!answer.ok || answer.value.status > 299) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return JSON.parse(answer.value.text === '' ? '{}' : answer.value.text) as Listed;
}

/** The id of what was made. */
async function make(kind: string, body: object): Promise<string> {
  const [made] = Object.values(await neutron('POST', `/${kind}`, body)) as unknown as { id: string }[];
  return made?.id ?? '';
}

async function keystone(method: string, path: string, token: string, body?: object): Promise<Response> {
  const headers = { 'X-Auth-Token': token, 'X-Subject-Token': token, 'Content-Type': 'application/json' };
  const answer = await fetch(`${lake.env['OS_AUTH_URL'] ?? ''}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.ok).toBe(true);
  return answer;
}

async function signIn(): Promise<{ token: string; userId: string }> {
  const domain = { id: 'default' };
  const user = { name, domain, password: lake.env['OS_PASSWORD'] };
  const auth = { identity: { methods: ['password'], password: { user } }, scope: { project: { name, domain } } };
  const answer = await keystone('POST', '/auth/tokens', '', { auth });
  const { token } = (await answer.json()) as { token: { user: { id: string } } };
  return { token: answer.headers.get('X-Subject-Token') ?? '', userId: token.user.id };
}

/** An address where nothing listens. */
async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}`;
}
