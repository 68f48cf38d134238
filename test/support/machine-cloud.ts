import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a machine asks of its cloud (its metadata, a token, secrets, objects), answered from memory. */
export interface MachineCloud {
  readonly url: string;
  /** Content of `clouds.yaml`. */
  readonly clouds: string;
  /** By `/container/object`. What machines put is there too. */
  readonly objects: Map<string, Buffer>;
  /** What the metadata service says of a machine; it can be changed. */
  metadataOf(name: string): Record<string, string>;
  stop(): Promise<void>;
}

/** The machine's metadata is under `url/name`. The real control plane is for the integration tests. */
export async function startMachineCloud(metadata: ReadonlyMap<string, Record<string, string>>): Promise<MachineCloud> {
  const objects = new Map<string, Buffer>();
  const metadataOf = (name: string): Record<string, string> => metadata.get(name) ?? {};
  const server = createServer((request, response) => {
    void answer(request).then(([status, body, headers = {}]) => {
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  type Answer = readonly [status: number, body: string | Buffer, headers?: Record<string, string>];
  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [, first = '', ...rest] = pathname.split('/');
    if (rest.at(-1) === 'meta_data.json') return [200, JSON.stringify({ name: first, meta: metadataOf(first) })];
    if (pathname === '/v3/auth/tokens') return [201, tokenOf(url), { 'X-Subject-Token': 'of-the-stub' }];
    if (first === 'barbican' && rest.at(-1) === 'payload') return [200, `${rest.at(-2) ?? ''}:payload`];
    if (first === 'barbican') {
      const ref = `${url}/barbican/v1/secrets/${searchParams.get('name') ?? ''}`;
      return [200, JSON.stringify({ secrets: [{ secret_ref: ref }] })];
    }
    const object = `/${rest.join('/')}`;
    if (request.method === 'PUT') {
      objects.set(object, Buffer.concat(chunks));
      return [201, ''];
    }
    const found = objects.get(object);
    return found === undefined ? [404, ''] : [200, found];
  }

  const auth = { auth_url: `${url}/v3`, application_credential_id: 'id', application_credential_secret: 'secret' };
  return {
    url,
    clouds: JSON.stringify({ clouds: { openstack: { auth, region_name: 'RegionOne' } } }),
    objects,
    metadataOf,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => {
          stopped();
        });
        server.closeAllConnections();
      }),
  };
}

function tokenOf(url: string): string {
  const service = (type: string, path: string): object => ({
    type,
    endpoints: [{ interface: 'public', region: 'RegionOne', url: `${url}${path}` }],
  });
  return JSON.stringify({
    token: { catalog: [service('key-manager', '/barbican'), service('object-store', '/swift')] },
  });
}
