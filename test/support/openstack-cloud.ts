import { join } from 'node:path';
import { openSession } from '../../openstack/session/index.js';
import type { CloudSession, ServiceName } from '../../openstack/session/index.js';
import { outputOf, run } from './terraform.js';

const root = join(import.meta.dirname, '..', '..');
const folder = process.env['A2O_TEST_CLOUD'] ?? join(root, 'out', 'openstack');

/** The control plane that `make openstack-up` starts. It stays when the tests end: `make openstack-down` stops it. */
export interface Cloud {
  /** Where its object store speaks S3. */
  readonly s3Endpoint: string;
  /** Nova's metadata service, and what a proxy signs its requests with. */
  readonly metadata: { readonly url: string; readonly secret: string };
  readonly region: string;
  /** Holds the PEM of the authority that signed its certificates; `undefined` where it does not use TLS. */
  readonly authorityFile?: string;
  /** A project with a user who is a member of it; `admin` is the administrator's, which is there from the start. */
  project(name: string): Promise<CloudProject>;
}

export interface CloudProject {
  /** `OS_*` variables of its user. */
  readonly env: Readonly<Record<string, string>>;
  readonly session: CloudSession;
}

/** Starts it where it does not run. Throws when it does not start. */
export async function startCloud(): Promise<Cloud> {
  await openstack('start');
  const { S3_ENDPOINT, METADATA_URL, METADATA_SECRET } = variablesIn(await openstack('endpoints'));
  if (S3_ENDPOINT === undefined || METADATA_URL === undefined || METADATA_SECRET === undefined) {
    throw new Error('the control plane does not say where it is');
  }
  return {
    s3Endpoint: S3_ENDPOINT,
    metadata: { url: METADATA_URL, secret: METADATA_SECRET },
    region: 'RegionOne',
    project: async (name) => {
      if (name !== 'admin') await openstack('project', name);
      const env = variablesIn(await openstack('env', name));
      return { env, session: await sessionOf(env) };
    },
  };
}

function openstack(...args: string[]): Promise<string> {
  return outputOf(run(join(root, 'environments', 'openstack', 'openstack.sh'), [...args, '--data', folder]));
}

function variablesIn(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/^(?:export )?([A-Z0-9_]+)=(.*)$/gm)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']): [string, string] => [name, value]));
}

/** `authorities`: PEM of those that the mapping would name. */
export async function sessionOf(
  env: Readonly<Record<string, string>>,
  authorities: readonly string[] = [],
): Promise<CloudSession> {
  const session = await openSession(env, env['OS_REGION_NAME'] ?? '', authorities);
  if (!session.ok) throw new Error(JSON.stringify(session.error));
  return session.value;
}

/** One resource as its service lists it. */
export type Listed = Readonly<Record<string, unknown>>;

const lists: readonly (readonly [kind: string, service: ServiceName, path: string])[] = [
  ['servers', 'compute', '/servers/detail'],
  ['server_groups', 'compute', '/os-server-groups'],
  ['keypairs', 'compute', '/os-keypairs'],
  ['volumes', 'volume', '/volumes/detail'],
  ['networks', 'network', '/v2.0/networks?router:external=false'],
  ['subnets', 'network', '/v2.0/subnets'],
  ['routers', 'network', '/v2.0/routers'],
  ['ports', 'network', '/v2.0/ports'],
  ['floatingips', 'network', '/v2.0/floatingips'],
  ['security_groups', 'network', '/v2.0/security-groups'],
  ['secrets', 'key-manager', '/v1/secrets?limit=100'],
  ['orders', 'key-manager', '/v1/orders?limit=100'],
  ['containers', 'object-store', '?format=json'],
];

/** All that a project owns, by kind; what every project has from the start is left out. */
export async function ownedBy({ session }: CloudProject): Promise<Readonly<Record<string, readonly Listed[]>>> {
  const answers = await Promise.all(
    lists.map(async ([kind, service, path]): Promise<[string, readonly Listed[]]> => {
      const answer = await session.send(service, path);
      if (!answer.ok || answer.value.status > 299) throw new Error(`${kind}: ${JSON.stringify(answer)}`);
      const body =
        answer.value.text === '' ? [] : (JSON.parse(answer.value.text) as Listed[] | Record<string, Listed[]>);
      const all = Array.isArray(body) ? body : (body[kind] ?? []);
      return [
        kind,
        all.filter((one) => !(kind === 'security_groups' && one['name'] === 'default') && isOwn(one, session)),
      ];
    }),
  );
  return Object.fromEntries(answers.filter(([, all]) => all.length > 0));
}

function isOwn(resource: Listed, { projectId }: CloudSession): boolean {
  const owner = resource['project_id'] ?? resource['tenant_id'];
  return owner === undefined || owner === projectId;
}
