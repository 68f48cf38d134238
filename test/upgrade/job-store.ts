import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from '../support/http-server.js';
import type { LocalServer } from '../support/http-server.js';

/** What the job of a fixture copies: `bucket/key` of the source. */
export const jobObjects: readonly string[] = ['budget', 'fx_rates'].flatMap((table) =>
  [0, 1, 2].map((part) => `acme-finance/${table}/part-${part}`),
);

export function contentOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 10);
}

/** One side of a migration, over S3's protocol on 127.0.0.1: buckets without versions. */
export class JobStore {
  /** By `bucket/key`. */
  readonly contents = new Map<string, string>();
  /** Every object that was stored, as often as it was. */
  readonly puts: string[] = [];
  /** So many objects are stored; whoever puts another waits for an answer without end. */
  storesAtMost = Number.POSITIVE_INFINITY;
  /** Objects that are on their way and never arrive. */
  waiting = 0;
  #server: LocalServer | undefined;

  get url(): string {
    return this.#server?.url ?? '';
  }

  async start(): Promise<this> {
    this.#server = await listen((request, response) => void this.#answer(request, response));
    return this;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://store');
    const name = decodeURIComponent(pathname.slice(1));
    const body = await buffer(request);
    if (searchParams.has('versioning')) answerXml(response, '<VersioningConfiguration/>');
    else if (searchParams.has('tagging')) answerXml(response, '<Tagging><TagSet/></Tagging>');
    else if (searchParams.has('uploads')) answerXml(response, '<ListMultipartUploadsResult/>');
    else if (searchParams.has('list-type')) answerXml(response, this.#listing(name, searchParams));
    else if (request.method === 'PUT') this.#put(name, body, response);
    else this.#give(name, request.method === 'HEAD', response);
  }

  #put(name: string, body: Buffer, response: ServerResponse): void {
    if (this.puts.length >= this.storesAtMost) {
      this.waiting += 1;
      return;
    }
    this.puts.push(name);
    this.contents.set(name, body.toString());
    response.writeHead(200, { etag: etagOf(body.toString()) }).end();
  }

  #give(name: string, isHead: boolean, response: ServerResponse): void {
    const content = this.contents.get(name);
    if (content === undefined) {
      response.writeHead(404).end(isHead ? undefined : '<Error><Code>NoSuchKey</Code></Error>');
      return;
    }
    const headers = {
      etag: etagOf(content),
      'content-length': content.length,
      'last-modified': modified.toUTCString(),
    };
    response.writeHead(200, headers).end(isHead ? undefined : content);
  }

  #listing(bucketPath: string, query: URLSearchParams): string {
    const bucket = bucketPath.replace(/\/$/, '');
    const [prefix, after] = [query.get('prefix') ?? '', query.get('start-after') ?? ''];
    const found = [...this.contents]
      .map(([name, content]) => ({ key: name.slice(bucket.length + 1), name, content }))
      .filter(({ key, name }) => name.startsWith(`${bucket}/`) && key.startsWith(prefix) && key > after)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const entries = found.map(
      ({ key, content }) =>
        `<Contents><Key>${encodeURIComponent(key)}</Key><LastModified>${modified.toISOString()}</LastModified>` +
        `<ETag>${etagOf(content).replaceAll('"', '&quot;')}</ETag><Size>${content.length}</Size>` +
        '<StorageClass>STANDARD</StorageClass></Contents>',
    );
    return (
      `<ListBucketResult><Name>${bucket}</Name><Prefix>${encodeURIComponent(prefix)}</Prefix>` +
      `<KeyCount>${found.length}</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>` +
      `<IsTruncated>false</IsTruncated>${entries.join('')}</ListBucketResult>`
    );
  }
}

/** Of the source: what the job copies, and nothing else. */
export async function startSource(): Promise<JobStore> {
  const store = new JobStore();
  for (const name of jobObjects) store.contents.set(name, contentOf(name));
  return await store.start();
}

const modified = new Date('2026-11-28T10:00:00Z');

function etagOf(content: string): string {
  return `"${createHash('md5').update(content).digest('hex')}"`;
}

function answerXml(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' }).end(text);
}
