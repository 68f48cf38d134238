import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cloud } from '../../../waves/cloud/cloud.js';
import { downloadImage, imagesOf, isSame, uploadImage } from '../../../waves/cloud/images.js';
import type { Image, UploadOptions } from '../../../waves/cloud/images.js';
import { MigrationExecutionError } from '../../../waves/machines/index.js';
import { glanceStub } from '../../support/glance-stub.js';
import type { GlanceStub, StubImage } from '../../support/glance-stub.js';

const content = randomBytes(10_000);
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-image-'));
  file = join(folder, 'disk.raw');
  writeFileSync(file, content);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const name = 'a2o-m-1-disk-0-0123456789ab';

function cloudOf({ client }: GlanceStub): Cloud {
  return new Cloud(client, new AbortController().signal, MigrationExecutionError);
}

function upload(glance: GlanceStub, options: UploadOptions = {}): Promise<Image> {
  const image = { name, migrationId: 'm-1', format: 'raw', file, properties: { hw_disk_bus: 'virtio' } };
  return uploadImage(cloudOf(glance), image, { pollMs: 5, ...options });
}

function only({ images }: GlanceStub): StubImage {
  expect(images.size).toBe(1);
  const [image] = images.values();
  if (image === undefined) throw new Error('there is no image');
  return image;
}

test('without imports, the image is uploaded, labelled, and equal by hash', async () => {
  const glance = glanceStub();
  const image = await upload(glance);
  expect(only(glance)).toMatchObject({
    status: 'active',
    name,
    a2o_migration: 'm-1',
    tags: ['a2o_migration=m-1'],
    hw_disk_bus: 'virtio',
    visibility: 'private',
  });
  expect(only(glance).content.equals(content)).toBe(true);
  expect(glance.calls).not.toContain('PUT stage');
  expect(await isSame(image, file, 'raw')).toBe(true);
});

test('where the cloud imports, the image is staged and imported; `upload` never does', async () => {
  const glance = glanceStub({ importMethods: ['web-download', 'glance-direct'] });
  await upload(glance);
  expect(glance.calls).toContain('POST import');
  expect(glance.calls).not.toContain('PUT file');
  const other = glanceStub({ importMethods: ['glance-direct'] });
  await upload(other, { method: 'upload' });
  expect(other.calls).not.toContain('PUT stage');
});

test.each([
  [
    'never ends',
    (image: StubImage) => {
      image.status = 'importing';
    },
  ],
  [
    'fails',
    (image: StubImage) => {
      image['os_glance_failed_import'] = 'store1';
      image.status = 'importing';
    },
  ],
  [
    'goes back to its queue',
    (image: StubImage) => {
      image.status = 'queued';
    },
  ],
])('an import that %s is given up, and the image is uploaded', async (_how, onImport) => {
  const glance = glanceStub({ importMethods: ['glance-direct'], onImport });
  const image = await upload(glance, { importSeconds: 0.05 });
  expect(image.status).toBe('active');
  expect(only(glance).content.equals(content)).toBe(true);
  expect(glance.calls.filter((call) => call === 'PUT file')).toHaveLength(1);
});

test('a second attempt finds the image; nothing is sent again', async () => {
  const glance = glanceStub();
  const first = await upload(glance);
  glance.calls.length = 0;
  expect((await upload(glance)).id).toBe(first.id);
  expect(glance.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
});

test.each(['saving', 'uploading', 'killed'])(
  'an image that an attempt left %s is made anew under another id',
  async (status) => {
    const glance = glanceStub();
    const { id } = await upload(glance);
    only(glance).status = status;
    const again = await upload(glance);
    expect(again.id).not.toBe(id);
    expect([only(glance).id, again.status]).toEqual([again.id, 'active']);
    expect(glance.usedIds).toEqual(new Set([id]));
  },
);

test('an image that waits for its content gets it', async () => {
  const glance = glanceStub();
  const { id } = await upload(glance);
  Object.assign(only(glance), { status: 'queued', content: Buffer.alloc(0), os_hash_value: null });
  expect(await upload(glance)).toMatchObject({ id, status: 'active' });
  expect(only(glance).content.equals(content)).toBe(true);
});

test('damage is seen by the hash; what the cloud converts has to be compared otherwise', async () => {
  const damaged = glanceStub({
    onContent: (image) => {
      image.content = Buffer.from('other');
    },
  });
  expect(await isSame(await upload(damaged), file, 'raw')).toBe(false);
  const converted = glanceStub({
    onContent: (image) => {
      image.disk_format = 'qcow2';
    },
  });
  expect(await isSame(await upload(converted), file, 'raw')).toBeUndefined();
});

test('a download is whole and has Glance’s hash, or is not there', async () => {
  const glance = glanceStub();
  const image = await upload(glance);
  const copy = join(folder, 'copy.raw');
  await downloadImage(cloudOf(glance), image, copy);
  expect(readFileSync(copy).equals(content)).toBe(true);
  const damaged = Buffer.from(content);
  damaged[5000] = (damaged[5000] ?? 0) ^ 1;
  only(glance).content = damaged;
  const other = join(folder, 'other.raw');
  await expect(downloadImage(cloudOf(glance), image, other)).rejects.toMatchObject({ name: 'TransientError' });
  expect([existsSync(other), existsSync(`${other}.download`)]).toEqual([false, false]);
});

test('the images of a migration are its own', async () => {
  const glance = glanceStub();
  const { id } = await upload(glance);
  await uploadImage(
    cloudOf(glance),
    { name: 'a2o-m-2-disk-0-00', migrationId: 'm-2', format: 'raw', file, properties: {} },
    { pollMs: 5 },
  );
  expect((await imagesOf(cloudOf(glance), 'm-1')).map((image) => image.id)).toEqual([id]);
});
