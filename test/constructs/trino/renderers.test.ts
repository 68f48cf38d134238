import { expect, test } from '@jest/globals';
import { renderCatalog } from '../../../constructs/trino/render-catalogs.js';
import {
  renderConfigProperties,
  renderExchangeManager,
  renderJvmConfig,
} from '../../../constructs/trino/render-node.js';
import { renderResourceGroups } from '../../../constructs/trino/render-resource-groups.js';
import { withNamesOf } from '../../../constructs/trino/trino-properties.js';
import type { TrinoProps } from '../../../constructs/trino/trino.js';
import { trinoRules } from '../../../constructs/trino/trino-rules.js';

const store = { endpoint: 'https://rgw.example', region: 'r1', credentialsSecret: 's' };
const props: TrinoProps = {
  name: 'lake',
  image: 'trino:476',
  version: '476',
  environment: 'lake',
  coordinatorAddress: '10.20.0.10',
  workers: 3,
  heapPercent: 75,
  queryMemoryGb: 42,
  concurrentQueries: 12,
  catalogs: {},
  access: { admins: [], groups: {}, grants: [] },
  objectStore: store,
};

test('nodes speak to each other encrypted; only the coordinator signs people in', () => {
  const coordinator = renderConfigProperties('coordinator', props);
  expect(coordinator).toContain('http-server.authentication.type=PASSWORD\n');
  expect(coordinator).toContain('http-server.https.keystore.path=');
  expect(coordinator).toContain('node-scheduler.include-coordinator=false\n');
  expect(renderConfigProperties('worker', props)).toBe(
    [
      'coordinator=false',
      'discovery.uri=https://10.20.0.10:8443',
      'http-server.http.enabled=false',
      'http-server.https.enabled=true',
      'http-server.https.port=8443',
      'internal-communication.https.required=true',
      'internal-communication.shared-secret=${ENV:TRINO_SHARED_SECRET}',
      'query.max-memory=42GB',
      '',
    ].join('\n'),
  );
});

test('people sign in where the mapping says, machines with a password all the same', () => {
  const oauth2 = { issuer: 'https://login.example', clientId: 'trino', clientSecret: 'trino-oauth2' };
  const coordinator = renderConfigProperties('coordinator', { ...props, oauth2 });
  expect(coordinator).toContain('http-server.authentication.type=OAUTH2,PASSWORD\n');
  expect(coordinator).toContain('http-server.authentication.oauth2.client-secret=${ENV:TRINO_OAUTH2_CLIENT_SECRET}\n');
  expect(coordinator).not.toContain('trino-oauth2');
  for (const [userField, scopes] of [
    [undefined, 'openid'],
    ['email', 'openid,email'],
    ['preferred_username', 'openid,profile'],
  ] as const) {
    const named = { ...oauth2, ...(userField !== undefined && { userField }) };
    const text = renderConfigProperties('coordinator', { ...props, oauth2: named });
    expect(text).toContain(`http-server.authentication.oauth2.scopes=${scopes}\n`);
  }
});

test('what does not fit in memory goes to disk, or through buckets in a fault-tolerant cluster', () => {
  expect(renderConfigProperties('worker', { ...props, spillsToDisk: true })).toContain('spill-enabled=true\n');
  const batch = { ...props, spillsToDisk: true, exchangeBuckets: ['a', 'b'] };
  expect(renderConfigProperties('worker', batch)).toContain('retry-policy=TASK\n');
  expect(renderConfigProperties('worker', batch)).not.toContain('spill');
  expect(renderExchangeManager(batch)).toContain('exchange.base-directories=s3://a,s3://b\n');
});

test('nobody takes more than half of the cluster, and machines do not wait for people', () => {
  const groups = JSON.parse(renderResourceGroups(5)) as { rootGroups: { name: string }[]; selectors: object[] };
  expect(groups.rootGroups).toMatchObject([
    { name: 'machines', hardConcurrencyLimit: 5 },
    { name: 'people', hardConcurrencyLimit: 5, subGroups: [{ name: '${USER}', hardConcurrencyLimit: 3 }] },
  ]);
  expect(groups.selectors.at(-1)).toEqual({ group: 'people.${USER}' });
});

test('a coordinator without workers works itself', () => {
  expect(renderConfigProperties('coordinator', { ...props, workers: 0 })).toContain(
    'node-scheduler.include-coordinator=true\n',
  );
});

test('a catalog file is sorted and takes its keys from the environment', () => {
  const text = renderCatalog({ type: 'hive', metastoreUris: ['thrift://a:9083', 'thrift://b:9083'] }, store);
  const keys = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('=')[0]);
  expect(keys).toEqual([...keys].sort());
  expect(text).toContain('hive.metastore.uri=thrift://a:9083,thrift://b:9083\n');
  expect(text).toContain('s3.aws-secret-key=${ENV:AWS_SECRET_ACCESS_KEY}\n');
});

test('times in files that name no zone are of UTC, whatever the machine is set to', () => {
  expect(renderJvmConfig(props)).toContain('\n-Duser.timezone=UTC\n');
  const text = renderCatalog({ type: 'hive', metastoreUris: [] }, store);
  for (const format of ['orc', 'parquet', 'rcfile']) expect(text).toContain(`hive.${format}.time-zone=UTC\n`);
  for (const version of ['476', '483'])
    expect(withNamesOf(version, { 'etc/catalog/hive.properties': text })['etc/catalog/hive.properties']).toContain(
      'hive.parquet.time-zone=UTC\n',
    );
});

test('a store that puts nothing conditionally and takes no chunks, as Swift, is not asked to', () => {
  const hive = { type: 'hive', metastoreUris: [] } as const;
  expect(renderCatalog(hive, store)).not.toMatch(/exclusive|signer/);
  expect(renderCatalog(hive, { ...store, conditionalPut: false })).toContain('s3.exclusive-create=false\n');
  const signer = 's3.signer-type=Aws4UnsignedPayloadSigner\n';
  expect(renderCatalog(hive, { ...store, trailingChecksums: false })).toContain(signer);
});

test('an Iceberg catalog signs in where its server asks for it', () => {
  const oauth2 = {
    credential: 'root:${ENV:POLARIS_ROOT_SECRET}',
    scope: 'PRINCIPAL_ROLE:ALL',
    serverUri: 'http://c/tokens',
  };
  const access = { uri: 'http://c', secrets: {} };
  expect(renderCatalog({ type: 'iceberg', warehouse: 'w', access }, store)).not.toContain('security');
  expect(renderCatalog({ type: 'iceberg', warehouse: 'w', access: { ...access, oauth2 } }, store)).toContain(
    'iceberg.rest-catalog.security=OAUTH2\n',
  );
});

test('the heap is a share of the memory, whatever the flavor', () => {
  expect(renderJvmConfig(props)).toContain('-XX:MaxRAMPercentage=75\n');
});

test.each([
  ['trino-environment', { environment: 'My-Lake' }],
  ['trino-heap', { heapPercent: 90 }],
] as const)('%s', (code, change) => {
  const broken = { ...props, ...change };
  expect(trinoRules.filter(({ holds }) => !holds(broken)).map((rule) => rule.code)).toEqual([code]);
  expect(trinoRules.find((rule) => rule.code === code)?.message(broken)).toMatch(/[a-z]/);
});
