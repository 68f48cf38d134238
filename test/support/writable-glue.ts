import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from './http-server.js';
import type { LocalServer } from './http-server.js';

/** Of the headers of a request, those that another request must make itself. */
const ofConnection = ['host', 'connection', 'content-length', 'transfer-encoding', 'expect'];

/**
 * A Glue that Trino can write tables through: moto's, which has no statistics of columns. They are taken and forgotten.
 *
 * @param moto such as `http://127.0.0.1:40123`
 */
export async function startWritableGlue(moto: string): Promise<LocalServer> {
  async function answer(request: IncomingMessage): Promise<{ readonly status: number; readonly body: Buffer }> {
    const body = await buffer(request);
    const action = String(request.headers['x-amz-target']).replace(/^AWSGlue\./, '');
    if (/^(Update|Delete)ColumnStatistics/.test(action)) return { status: 200, body: Buffer.from('{}') };
    const headers = Object.entries(request.headers).filter(([name]) => !ofConnection.includes(name));
    const forwarded = await fetch(`${moto}${request.url ?? '/'}`, {
      method: request.method ?? 'POST',
      headers: headers.map(([name, value]) => [name, String(value)] as [string, string]),
      body: new Uint8Array(body),
    });
    return { status: forwarded.status, body: Buffer.from(await forwarded.arrayBuffer()) };
  }

  return await listen((request, response) => {
    answer(request).then(
      ({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
      },
      (error: unknown) => {
        response.writeHead(502).end(String(error));
      },
    );
  });
}
