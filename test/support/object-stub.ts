import { buffer } from 'node:stream/consumers';
import { listen } from './http-server.js';
import type { LocalServer } from './http-server.js';

/** Objects that were put, over S3's protocol on 127.0.0.1, with the refusals that a test wants. */
export class ObjectStub {
  /** By `bucket/key`. */
  readonly contents = new Map<string, string>();
  refuse: (method: string) => { readonly status: number; readonly code: string } | undefined = () => undefined;
  #server: LocalServer | undefined;

  get url(): string {
    return this.#server?.url ?? '';
  }

  async start(): Promise<this> {
    this.#server = await listen((request, response) => {
      const { method = '', url = '' } = request;
      void buffer(request).then((body) => {
        const name = decodeURIComponent(new URL(url, 'http://store').pathname.slice(1));
        const refused = this.refuse(method);
        const content = this.contents.get(name);
        if (refused !== undefined) response.writeHead(refused.status).end(errorOf(refused.code));
        else if (method === 'PUT') {
          this.contents.set(name, body.toString());
          response.end();
        } else if (content === undefined) response.writeHead(404).end(errorOf('NoSuchKey'));
        else response.end(content);
      });
    });
    return this;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }
}

function errorOf(code: string): string {
  return `<Error><Code>${code}</Code><Message>the stub says so</Message></Error>`;
}
