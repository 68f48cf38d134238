import { expect, test } from '@jest/globals';
import { renderCatalog } from '../../../constructs/trino/render-catalogs.js';
import { renderConfigProperties, renderJvmConfig } from '../../../constructs/trino/render-node.js';
import type { TrinoProps } from '../../../constructs/trino/trino.js';
import { trinoRules } from '../../../constructs/trino/trino-rules.js';

const store = { endpoint: 'https://rgw.example', region: 'r1', credentialsSecret: 's' };
const props: TrinoProps = {
  name: 'lake',
  image: 'trino:476',
  environment: 'lake',
  coordinatorHost: 'coordinator',
  workers: 3,
  heapPercent: 75,
  queryMemoryGb: 42,
  catalogs: {},
  access: { admins: [], groups: {}, grants: [] },
  objectStore: store,
};

test('only the coordinator serves people: encrypted and with a password', () => {
  const coordinator = renderConfigProperties('coordinator', props);
  expect(coordinator).toContain('http-server.authentication.type=PASSWORD\n');
  expect(coordinator).toContain('http-server.https.enabled=true\n');
  expect(coordinator).toContain('node-scheduler.include-coordinator=false\n');
  expect(renderConfigProperties('worker', props)).toBe(
    [
      'coordinator=false',
      'discovery.uri=http://coordinator:8080',
      'http-server.http.port=8080',
      'internal-communication.shared-secret=${ENV:TRINO_SHARED_SECRET}',
      'query.max-memory=42GB',
      '',
    ].join('\n'),
  );
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
  ['trino-catalog-name', { catalogs: { 'a/b': { type: 'hive', metastoreUris: [] } } }],
  ['trino-catalog-reserved', { catalogs: { system: { type: 'hive', metastoreUris: [] } } }],
  ['trino-heap', { heapPercent: 90 }],
] as const)('%s', (code, change) => {
  const broken = { ...props, ...change };
  expect(trinoRules.filter(({ holds }) => !holds(broken)).map((rule) => rule.code)).toEqual([code]);
  expect(trinoRules.find((rule) => rule.code === code)?.message(broken)).toMatch(/[a-z]/);
});
