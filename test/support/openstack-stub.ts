import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OpenStackStub {
  /** Environment that points the real provider at the stub. */
  readonly env: Readonly<Record<string, string>>;
  readonly password: string;
  stop(): Promise<void>;
}

/**
 * Just enough of Keystone, Glance, Neutron and Nova for `terraform plan`: a token, an image, an external network, flavors;
 * and a project without servers and volumes.
 * Nothing can be created here; the real control plane is for the integration tests.
 */
export async function startOpenStackStub(): Promise<OpenStackStub> {
  const password = 'correct-horse-battery-staple';
  const server = createServer((request, response) => {
    request.resume();
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { pathname } = new URL(request.url ?? '/', base);
    const answer = answers(base).find(([path]) => pathname.startsWith(path))?.[1];
    if (answer === undefined) {
      response.writeHead(404).end('{}');
      return;
    }
    const isToken = pathname === '/v3/auth/tokens';
    response.writeHead(isToken ? 201 : 200, {
      'Content-Type': 'application/json',
      ...(isToken ? { 'X-Subject-Token': 'token-of-the-stub' } : {}),
    });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      OS_AUTH_URL: `http://127.0.0.1:${port}/v3`,
      OS_REGION_NAME: 'RegionOne',
      OS_USERNAME: 'planner',
      OS_PASSWORD: password,
      OS_PROJECT_NAME: 'lake',
      OS_USER_DOMAIN_NAME: 'Default',
      OS_PROJECT_DOMAIN_NAME: 'Default',
    },
    password,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => {
          stopped();
        });
      }),
  };
}

function answers(base: string): readonly (readonly [string, unknown])[] {
  const service = (type: string, path: string): object => ({
    type,
    endpoints: [{ interface: 'public', region: 'RegionOne', region_id: 'RegionOne', url: `${base}${path}` }],
  });
  const network = {
    id: '9b4a5d7e-0000-4000-8000-000000000001',
    name: 'public',
    status: 'ACTIVE',
    subnets: [],
    'router:external': true,
    admin_state_up: true,
  };
  const image = {
    id: '9b4a5d7e-0000-4000-8000-000000000002',
    name: 'debian-12',
    status: 'active',
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    tags: [],
  };
  const catalog = [
    service('identity', '/v3/'),
    service('image', '/glance/'),
    service('network', '/neutron/'),
    service('compute', '/nova/v2.1/'),
    service('volumev3', '/cinder/v3/'),
    service('key-manager', '/barbican/'),
    service('object-store', '/swift/v1/'),
  ];
  return [
    [
      '/v3/auth/tokens',
      {
        token: {
          expires_at: '2099-01-01T00:00:00.000000Z',
          catalog,
          project: { id: 'p', name: 'lake' },
          user: { id: 'u', name: 'planner' },
          roles: [],
        },
      },
    ],
    ['/v3', { version: { id: 'v3.14', status: 'stable', links: [{ rel: 'self', href: `${base}/v3/` }] } }],
    ['/glance/v2/images', { images: [image] }],
    ['/neutron/v2.0/networks', { networks: [network] }],
    ['/neutron/v2.0/extensions', { extensions: [] }],
    ['/nova/v2.1/servers/detail', { servers: [] }],
    ['/cinder/v3/volumes/detail', { volumes: [] }],
    ['/nova/v2.1', { version: { id: 'v2.1', status: 'CURRENT', version: '2.90', min_version: '2.1' } }],
  ];
}
