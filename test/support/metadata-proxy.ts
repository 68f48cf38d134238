import { createHmac } from 'node:crypto';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Cloud } from './openstack-cloud.js';

/**
 * What Neutron's metadata agent does for a server on its network: hands its requests to Nova with the server's identity,
 * signed. Answers Nova's own documents.
 */
export async function startMetadataProxy(
  { metadata }: Cloud,
  server: { readonly id: string; readonly projectId: string },
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const headers = {
    'X-Instance-ID': server.id,
    'X-Tenant-ID': server.projectId,
    'X-Instance-ID-Signature': createHmac('sha256', metadata.secret).update(server.id).digest('hex'),
    'X-Forwarded-For': '10.20.0.10',
  };
  const proxy = createServer((incoming, outgoing) => {
    request(`${metadata.url}${incoming.url ?? ''}`, { headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502);
      answer.pipe(outgoing);
    })
      .on('error', () => outgoing.writeHead(502).end())
      .end();
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((stopped) => {
        proxy.close(() => {
          stopped();
        });
        proxy.closeAllConnections();
      }),
  };
}
