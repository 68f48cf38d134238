import { createHash } from 'node:crypto';
import type { S3Target } from '../../clients/s3/index.js';
import { listen } from './http-server.js';
import type { LocalServer } from './http-server.js';

export interface StoredObject {
  readonly content: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A store that only gives back objects, over HTTP: what a test has put into the map, by `bucket/key`. */
export class MemoryS3 {
  readonly objects = new Map<string, StoredObject>();
  /** Whether the caller may read no tags; their number is then not told, as by Amazon S3. */
  hidesTags = false;
  #server: LocalServer | undefined;

  async start(): Promise<this> {
    this.#server = await listen(({ url = '', headers }, response) => {
      const { pathname, searchParams } = new URL(url, 'http://store');
      const version = searchParams.get('versionId');
      const name = decodeURIComponent(pathname.slice(1)) + (version === null ? '' : `?${version}`);
      const found = this.objects.get(name);
      if (found === undefined) response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
      else if (searchParams.has('tagging') && this.hidesTags)
        response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
      else if (searchParams.has('tagging')) response.end(taggingOf(found));
      else if ((headers['if-match'] ?? `"${etagOf(found)}"`) !== `"${etagOf(found)}"`)
        response.writeHead(412).end('<Error><Code>PreconditionFailed</Code></Error>');
      else
        response
          .writeHead(200, {
            etag: `"${etagOf(found)}"`,
            'content-length': found.content.length,
            ...(found.tags && !this.hidesTags && { 'x-amz-tagging-count': Object.keys(found.tags).length }),
            ...found.headers,
          })
          .end(found.content);
    });
    return this;
  }

  get target(): S3Target {
    const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
    return { endpoint: this.#server?.url ?? '', region: 'us-east-1', credentials };
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }
}

function taggingOf({ tags = {} }: StoredObject): string {
  const set = Object.entries(tags).map(([name, value]) => `<Tag><Key>${name}</Key><Value>${value}</Value></Tag>`);
  return `<Tagging><TagSet>${set.join('')}</TagSet></Tagging>`;
}

export function etagOf({ content }: StoredObject): string {
  return createHash('md5').update(content).digest('hex');
}
