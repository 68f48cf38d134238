import { expect, test } from '@jest/globals';
import { App, TerraformStack } from 'cdktf';
import { failedRules } from '../../../constructs/common/index.js';
import { RgwBucket, SwiftContainer } from '../../../constructs/object-store/index.js';

function codesFor(Bucket: typeof SwiftContainer | typeof RgwBucket, containerName: string): string[] {
  const app = new App();
  new Bucket(new TerraformStack(app, 'stack'), 'bucket', { containerName });
  return failedRules(app).map(({ code }) => code);
}

test.each([
  ['', ['container-name-empty', 'bucket-name-not-s3']],
  ['a/b', ['container-name-has-slash', 'bucket-name-not-s3']],
  ['é'.repeat(130), ['container-name-too-long', 'bucket-name-not-s3']],
  ['UPPER', ['bucket-name-not-s3']],
  ['ab', ['bucket-name-not-s3']],
  ['a..b', ['bucket-name-dots']],
  ['10.0.0.1', ['bucket-name-like-address']],
  ['acme-raw.v2', []],
])('the container name %j breaks %j', (name, codes) => {
  expect(codesFor(SwiftContainer, name)).toEqual(codes);
});

test('the fix of a bad name says where the mapping names it', () => {
  const app = new App();
  const stack = new TerraformStack(app, 'stack');
  new SwiftContainer(stack, 'mapped', { containerName: 'UPPER' });
  new SwiftContainer(stack, 'own', { containerName: 'UPPER', nameSetting: 'target.catalogs.lake.warehouse' });
  expect(failedRules(app).map(({ fix }) => fix)).toEqual([
    expect.stringContaining('`to.bucket`'),
    'Change `target.catalogs.lake.warehouse`, from which the name is derived.',
  ]);
});

test('RGW is bound by S3 names alone', () => {
  expect(codesFor(RgwBucket, 'a/b')).toEqual(['bucket-name-not-s3']);
});

function containerOf(Bucket: typeof SwiftContainer | typeof RgwBucket, versioning: 'on' | 'off' | 'keep'): unknown {
  const stack = new TerraformStack(new App(), 'stack');
  new Bucket(stack, 'bucket', { containerName: 'raw', versioning });
  const { resource } = stack.toTerraform() as { resource: Record<string, Record<string, unknown>> };
  return Object.values(resource['openstack_objectstorage_container_v1'] ?? {})[0];
}

test('data is never destroyed, and versioning is as asked for', () => {
  expect(containerOf(SwiftContainer, 'on')).toMatchObject({ versioning: true, lifecycle: { prevent_destroy: true } });
  expect(containerOf(SwiftContainer, 'keep')).toMatchObject({
    versioning: false,
    lifecycle: { prevent_destroy: true, ignore_changes: ['versioning'] },
  });
  expect(containerOf(RgwBucket, 'on')).not.toHaveProperty('versioning');
});
