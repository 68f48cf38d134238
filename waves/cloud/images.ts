import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import { query } from './cloud.js';
import type { Cloud } from './cloud.js';
import { labelOf, migrationKey, uuidOf } from './names.js';

/** Source: Image service API v2. */
export interface Image {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly disk_format: string | null;
  readonly size: number | null;
  readonly os_hash_algo?: string | null;
  readonly os_hash_value?: string | null;
  readonly os_glance_failed_import?: string;
  readonly a2o_migration?: string;
}

export interface NewImage {
  readonly name: string;
  readonly migrationId: string;
  readonly format: string;
  readonly file: string;
  /** Such as `hw_firmware_type`; volumes made from it keep them. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface UploadOptions {
  /** `upload` never imports. @default import where the cloud offers it */
  readonly method?: 'upload' | 'import' | undefined;
  /** After it, an import is given up, and the image is uploaded. @default 1800 */
  readonly importSeconds?: number | undefined;
  readonly pollMs?: number | undefined;
  readonly onBytes?: (bytes: number) => void;
}

const longest = { timeoutMs: 24 * 3_600_000, idleMs: 1_800_000 };
const mostAttempts = 10;
const what = (name: string): string => `The image ${name} cannot be made`;

/**
 * An active image with the file's content. Its id follows from its name, so that two attempts make one. Whether its content
 * is the file's, `isSame` says.
 */
export async function uploadImage(cloud: Cloud, image: NewImage, options: UploadOptions = {}): Promise<Image> {
  const { name } = image;
  let mayImport = options.method !== 'upload' && (await offersImport(cloud));
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    // An id that was used is never free again, not even when its image is deleted.
    const id = uuidOf(`${name}/${attempt}`);
    const found = (await findImage(cloud, id)) ?? (await create(cloud, id, image));
    if (found === undefined) continue;
    if (found.status === 'active') return found;
    if (found.status === 'queued') await fill(cloud, found, image, { ...options, mayImport });
    if (found.status === 'queued' || found.status === 'importing') {
      const filled = await untilActive(cloud, id, options);
      if (filled !== undefined) return filled;
      mayImport = false;
    }
    // Left over from an interrupted attempt, or from an import that failed or takes too long.
    await removeImage(cloud, id);
  }
  return cloud.refuse(`${what(name)}: ${mostAttempts} attempts left no active image.`);
}

export async function findImage(cloud: Cloud, id: string): Promise<Image | undefined> {
  return await cloud.find<Image>('image', `/v2/images/${id}`, `Glance does not show the image ${id}`);
}

/** All images of a migration. */
export async function imagesOf(cloud: Cloud, migrationId: string): Promise<readonly Image[]> {
  const path = `/v2/images?${query({ [migrationKey]: migrationId, owner: await cloud.projectId(), limit: '100' })}`;
  const { images } = await cloud.get<{ readonly images: readonly Image[] }>(
    'image',
    path,
    'Glance does not list images',
  );
  return images.filter((one) => one.a2o_migration === migrationId);
}

/** `kept` where a volume depends on it. */
export async function removeImage(cloud: Cloud, id: string): Promise<'removed' | 'kept'> {
  return await cloud.remove('image', `/v2/images/${id}`, `The image ${id} cannot be deleted`);
}

/** Whether the cloud takes imports at all. Source: Image service API, 'Import methods and values discovery'. */
async function offersImport(cloud: Cloud): Promise<boolean> {
  const info = await cloud.find<{ readonly 'import-methods'?: { readonly value?: readonly string[] } }>(
    'image',
    '/v2/info/import',
    'Glance does not say how it imports images',
  );
  return info?.['import-methods']?.value?.includes('glance-direct') ?? false;
}

async function create(cloud: Cloud, id: string, image: NewImage): Promise<Image | undefined> {
  const { name, migrationId, format, properties } = image;
  const label = labelOf(migrationId);
  const json = {
    id,
    name,
    disk_format: format,
    container_format: 'bare',
    visibility: 'private',
    tags: [label],
    [migrationKey]: migrationId,
    ...properties,
  };
  const reply = await cloud.send({ method: 'POST', service: 'image', path: '/v2/images', json });
  return !reply.ok && reply.error.status === 409 ? undefined : cloud.json<Image>(reply, what(name));
}

async function fill(
  cloud: Cloud,
  { id }: Image,
  { file, name }: NewImage,
  { mayImport, onBytes }: UploadOptions & { readonly mayImport: boolean },
): Promise<void> {
  const { size } = await stat(file);
  const send = (): ReturnType<Cloud['send']> =>
    cloud.send({
      method: 'PUT',
      service: 'image',
      path: `/v2/images/${id}/${mayImport ? 'stage' : 'file'}`,
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
      body: counted(file, onBytes),
      ...longest,
    });
  let reply = await send();
  // The token had expired; the client has another one now.
  if (!reply.ok && reply.error.status === 401) reply = await send();
  cloud.value(reply, what(name));
  if (!mayImport) return;
  const order = { method: { name: 'glance-direct' } };
  await cloud.act('image', `/v2/images/${id}/import`, order, what(name));
}

async function* counted(file: string, onBytes: UploadOptions['onBytes']): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    yield chunk;
    bytes += chunk.length;
    onBytes?.(bytes);
  }
}

/** `undefined` when it will not become active. */
async function untilActive(
  cloud: Cloud,
  id: string,
  { importSeconds = 1800, pollMs = 1000 }: UploadOptions,
): Promise<Image | undefined> {
  const lastAt = performance.now() + importSeconds * 1000;
  for (;;) {
    const image = await findImage(cloud, id);
    if (image?.status === 'active') return image;
    const isOver = image === undefined || image.status === 'killed' || image.status === 'queued';
    const hasFailed = (image?.os_glance_failed_import ?? '') !== '';
    if (isOver || hasFailed || performance.now() > lastAt) return undefined;
    await delay(pollMs, undefined, { signal: cloud.signal });
  }
}

/** Whether the image is the file, by the hash that Glance computed of what it stores; undefined where it has none of it. */
export async function isSame(image: Image, file: string, format: string): Promise<boolean | undefined> {
  const { os_hash_algo: algorithm, os_hash_value: expected, disk_format } = image;
  // A cloud may convert what it imports.
  if (disk_format !== format || !algorithm || !expected) return undefined;
  return (await hashOfFile(file, algorithm)) === expected;
}

export async function hashOfFile(file: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

/** Writes the image's content to a file: whole, with the hash that Glance has of it, or not at all. */
export async function downloadImage(
  cloud: Cloud,
  image: Image,
  file: string,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<void> {
  const part = `${file}.download`;
  const algorithm = image.os_hash_algo ?? 'sha512';
  const hash = createHash(algorithm);
  const target = createWriteStream(part);
  let bytes = 0;
  const sink = {
    begin: () => undefined,
    write: (chunk: Buffer): Promise<void> | undefined => {
      hash.update(chunk);
      bytes += chunk.length;
      onBytes(bytes);
      if (target.write(chunk)) return undefined;
      return new Promise((drained) => target.once('drain', drained));
    },
  };
  const opened = new Promise<void>((settle, reject) =>
    target
      .once('open', () => {
        settle();
      })
      .once('error', reject),
  );
  try {
    await opened;
    const path = `/v2/images/${image.id}/file`;
    const headers = { accept: 'application/octet-stream' };
    const reply = await cloud.send({ method: 'GET', service: 'image', path, headers, sink, ...longest });
    await new Promise<void>((closed) => target.end(closed));
    cloud.value(reply, `The image ${image.name} cannot be downloaded`);
    const isWhole = image.size === null || image.size === bytes;
    if (!isWhole || (image.os_hash_value && hash.digest('hex') !== image.os_hash_value))
      cloud.notYet(`The image ${image.name} came damaged: its ${algorithm} or its size is not what Glance says.`);
    await rename(part, file);
  } finally {
    target.destroy();
    await rm(part, { force: true });
  }
}
