import { expect, test } from '@jest/globals';
import { layOutTestEnvironment } from '../../stacks/lay-out-test-environment.js';
import { expectGolden } from '../support/golden.js';
import { resourcesOf, synthesizeApp } from '../support/synth.js';

const place = { bucket: 'acme-terraform-state', lockTable: 'acme-locks', region: 'eu-central-1' };

function synth(useLockfile = false): ReadonlyMap<string, string> {
  return synthesizeApp((app) => {
    layOutTestEnvironment(app, { ...place, useLockfile });
  });
}

function stack(name: string, files = synth()): Record<string, Record<string, unknown>> {
  return JSON.parse(files.get(`stacks/${name}/cdk.tf.json`) ?? '{}') as Record<string, Record<string, unknown>>;
}

test.each(['bootstrap', 'test-env'])('the Terraform of %s', (name) => {
  expectGolden(`${name}.json`, synth().get(`stacks/${name}/cdk.tf.json`) ?? '');
});

test('everything that can carry tags carries those that tell what may go', () => {
  const tagsOf = (name: string): unknown =>
    (stack(name)['provider'] as { aws: { default_tags: { tags: unknown }[] }[] }).aws[0]?.default_tags[0]?.tags;
  expect(tagsOf('bootstrap')).toEqual({
    Project: 'aws2openstack',
    Component: 'terraform-state',
    Lifecycle: 'permanent',
  });
  expect(tagsOf('test-env')).toEqual({
    Environment: '${var.environment}',
    ManagedBy: 'terraform',
    Project: 'aws2openstack',
    Lifecycle: 'ephemeral',
  });
});

test('the state lies in S3 with a lock table, and with a lock file too where that is asked for', () => {
  const { bucket, region, lockTable } = place;
  const s3 = { bucket, region, dynamodb_table: lockTable, encrypt: true, key: 'test-env/terraform.tfstate' };
  expect(stack('test-env')['terraform']).toMatchObject({ backend: { s3 } });
  expect(stack('test-env')['terraform']).not.toHaveProperty('backend.s3.use_lockfile');
  expect(stack('test-env', synth(true))['terraform']).toMatchObject({ backend: { s3: { ...s3, use_lockfile: true } } });
  expect(stack('bootstrap')['terraform']).toMatchObject({
    backend: { local: { path: '../../../terraform.bootstrap.tfstate' } },
  });
});

test('region, environment, number of databases and of tables are variables', () => {
  expect(Object.keys(stack('test-env')['variable'] ?? {}).sort()).toEqual([
    'aws_region',
    'bucket_suffix',
    'database_count',
    'environment',
    'tables_per_database',
  ]);
});

test('every one of the five tables is marked as ready', () => {
  const tables = [...resourcesOf(synth(), 'test-env')].filter(
    ([address]) => address.startsWith('aws_glue_catalog_table.') && !address.includes('test_extra'),
  );
  expect(tables.map(([, { parameters }]) => (parameters as Record<string, string>)['migration_readiness'])).toEqual(
    Array.from({ length: 5 }, () => 'ready'),
  );
});

test('what is permanent cannot be destroyed by accident', () => {
  const guarded = [...resourcesOf(synth(), 'bootstrap')].filter(
    ([, { lifecycle }]) => (lifecycle as { prevent_destroy?: boolean } | undefined)?.prevent_destroy === true,
  );
  expect(guarded.map(([address]) => address.split('.')[0]).sort()).toEqual(['aws_dynamodb_table', 'aws_s3_bucket']);
});
