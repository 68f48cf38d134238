import { createHash } from 'node:crypto';
import type { CloudClient, CloudRequest } from '../../clients/openstack/index.js';
import type { TransferFailure, TransferReply } from '../../clients/transfer/index.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';

export interface StubImage {
  id: string;
  name: string;
  status: string;
  disk_format: string;
  size: number | null;
  os_hash_algo: string | null;
  os_hash_value: string | null;
  content: Buffer;
  [property: string]: unknown;
}

interface Patch {
  readonly path: string;
  readonly value: unknown;
}

export interface GlanceOptions {
  /** @default none: the cloud has no imports */
  readonly importMethods?: readonly string[];
  /** What becomes of an import. @default it is done at once */
  readonly onImport?: (image: StubImage) => void;
  /** What Glance makes of what it was sent. @default the same */
  readonly onContent?: (image: StubImage) => void;
}

export interface GlanceStub {
  readonly client: CloudClient;
  readonly images: Map<string, StubImage>;
  /** Ids of images that were deleted, which are never free again. */
  readonly usedIds: Set<string>;
  /** Such as `PUT file`. */
  readonly calls: string[];
}

/** Glance in memory, as far as uploads and downloads need it, with the faults that a test wants. */
export function glanceStub({
  importMethods,
  onImport = fillImage,
  onContent = () => undefined,
}: GlanceOptions = {}): GlanceStub {
  const images = new Map<string, StubImage>();
  const usedIds = new Set<string>();
  const calls: string[] = [];
  const json = (status: number, body: object): Result<TransferReply, TransferFailure> =>
    ok({ status, headers: {}, text: JSON.stringify(body) });
  const refuse = (status: number, reason: string): Result<TransferReply, TransferFailure> =>
    fail({ status, code: `HTTP ${status}`, reason });

  const send = async (request: CloudRequest): Promise<Result<TransferReply, TransferFailure>> => {
    const { pathname, searchParams } = new URL(request.path, 'http://glance');
    const [, , , id = '', part = ''] = pathname.split('/');
    calls.push(`${request.method} ${part || (id === '' ? 'images' : 'image')}`);
    if (pathname === '/v2/info/import')
      return importMethods === undefined
        ? refuse(404, 'no imports')
        : json(200, { 'import-methods': { type: 'array', value: importMethods } });
    if (id === '' && request.method === 'POST') return create(request.json as StubImage);
    if (id === '') {
      const asked = ['name', 'a2o_migration'].filter((key) => searchParams.has(key));
      return json(200, {
        images: [...images.values()].filter((one) => asked.every((key) => one[key] === searchParams.get(key))),
      });
    }
    const image = images.get(id);
    if (image === undefined) return refuse(404, 'no such image');
    switch (`${request.method} ${part}`) {
      case 'GET ':
        return json(200, image);
      case 'DELETE ':
        images.delete(id);
        usedIds.add(id);
        return ok({ status: 204, headers: {}, text: '' });
      case 'PATCH ':
        for (const { path, value } of JSON.parse((request.body as Buffer).toString()) as readonly Patch[])
          image[path.slice(1)] = value;
        return json(200, image);
      case 'GET file':
        request.sink?.begin({ status: 200, headers: {} });
        for (let at = 0; at < image.content.length; at += 1000)
          await request.sink?.write(image.content.subarray(at, at + 1000));
        return ok({ status: 200, headers: {}, text: '' });
      case 'PUT file':
      case 'PUT stage': {
        if (image.status !== 'queued') return refuse(409, `the image is ${image.status}`);
        const chunks: Uint8Array[] = [];
        for await (const chunk of request.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
        image.content = Buffer.concat(chunks);
        onContent(image);
        if (part === 'file') fillImage(image);
        else image.status = 'uploading';
        return ok({ status: 204, headers: {}, text: '' });
      }
      case 'POST import':
        onImport(image);
        return ok({ status: 202, headers: {}, text: '{}' });
      default:
        return refuse(405, request.method);
    }
  };

  const create = (asked: StubImage): Result<TransferReply, TransferFailure> => {
    if (images.has(asked.id) || usedIds.has(asked.id)) return refuse(409, 'the id is in use');
    const image: StubImage = {
      ...asked,
      status: 'queued',
      size: null,
      os_hash_algo: null,
      os_hash_value: null,
      content: Buffer.alloc(0),
    };
    images.set(asked.id, image);
    return json(201, image);
  };

  const access = { token: 't', projectId: 'p', region: 'r', endpoint: () => 'http://glance' };
  const client: CloudClient = {
    name: 'the test cloud',
    access: () => Promise.resolve(ok(access)),
    send,
    close: () => Promise.resolve(),
  };
  return { client, images, usedIds, calls };
}

export function fillImage(image: StubImage): void {
  image.status = 'active';
  image.size = image.content.length;
  image.os_hash_algo = 'sha512';
  image.os_hash_value = createHash('sha512').update(image.content).digest('hex');
}
