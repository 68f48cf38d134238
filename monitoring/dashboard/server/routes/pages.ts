import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { sha256 } from '../../../../core/canonical-json.js';
import { refuse } from '../access.js';
import { noSuchAddress } from '../failures.js';

interface WebFile {
  readonly type: string;
  readonly content: Buffer;
  readonly tag: string;
  readonly caching: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The front end: its few files, and its page for every address that is not of the API, because views have addresses. */
export function pageRoutes(app: FastifyInstance, folder = builtFolder()): void {
  const files = readFiles(folder);
  const page = files.get('index.html');
  if (page === undefined) throw new Error(`the front end is not built in ${folder}`);
  app.get<{ Params: { readonly '*': string } }>(
    '/assets/*',
    { config: { access: 'public' }, schema: { hide: true } },
    (request, reply) => {
      const file = files.get(request.params['*']);
      return file === undefined ? refuse(reply, 404, noSuchAddress(request)) : send(file, request, reply);
    },
  );
  app.get('/', { config: { access: 'public' }, schema: { hide: true } }, (request, reply) =>
    send(page, request, reply),
  );
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && !/^\/(api|assets|metrics|sign-in)(\/|$|\?)/.test(request.url);
    return isPage ? send(page, request, reply) : refuse(reply, 404, noSuchAddress(request));
  });
}

function send({ type, content, tag, caching }: WebFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.header('Cache-Control', caching).header('ETag', tag).type(type);
  return request.headers['if-none-match'] === tag ? reply.code(304).send() : reply.send(content);
}

function readFiles(folder: string): ReadonlyMap<string, WebFile> {
  const names = readdirSync(folder).filter((name) => extname(name) in types);
  return new Map(
    names.map((name) => {
      const content = readFileSync(join(folder, name));
      const tag = `W/"${sha256(content).slice(0, 20)}"`;
      // Chromium asks for the icon at every change of the address, beside what the view asks for.
      const caching = extname(name) === '.svg' ? 'max-age=3600' : 'no-cache';
      return [name, { type: types[extname(name)] ?? '', content, tag, caching }];
    }),
  );
}

/** In dist/ beside this file; run from the sources, in the dist/ of the checkout. */
function builtFolder(): string {
  const beside = join(import.meta.dirname, '..', '..', 'web');
  const root = join(import.meta.dirname, '..', '..', '..', '..');
  return existsSync(join(beside, 'app.js')) ? beside : join(root, 'dist', 'monitoring', 'dashboard', 'web');
}
