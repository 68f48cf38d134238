import { BlockList } from 'node:net';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { Target } from '../../mappings/template.js';
import type { CloudSession } from '../session/index.js';
import { ask } from './ask.js';
import { finding, some } from './finding.js';
import type { CloudNeeds } from './needs.js';
import { quotaProblems } from './quota.js';

interface NeutronNetwork {
  readonly id: string;
  readonly name: string;
  readonly 'router:external': boolean;
  readonly subnets: readonly string[];
}
interface Subnet {
  readonly id: string;
  readonly name: string;
  readonly network_id: string;
  readonly cidr: string;
  readonly ip_version: number;
}
interface Router {
  readonly id: string;
  readonly name: string;
  readonly project_id: string;
  readonly external_gateway_info: { readonly network_id: string } | null;
}
interface Port {
  readonly device_id: string;
  readonly device_owner: string;
  readonly fixed_ips: readonly { readonly subnet_id: string }[];
}

/** The external network, overlapping addresses and quotas, as far as the project can see them. Source: Networking API v2. */
export async function checkNetwork(
  session: CloudSession,
  target: Target,
  needs: CloudNeeds,
): Promise<readonly Diagnostic[]> {
  const [networks, subnets, routers, ports] = await Promise.all([
    ask<{ networks: readonly NeutronNetwork[] }>(session, 'network', '/v2.0/networks', 'networks'),
    ask<{ subnets: readonly Subnet[] }>(session, 'network', '/v2.0/subnets', 'subnets'),
    ask<{ routers: readonly Router[] }>(session, 'network', '/v2.0/routers', 'routers'),
    ask<{ ports: readonly Port[] }>(session, 'network', '/v2.0/ports', 'ports'),
  ]);
  if (!networks.ok || !subnets.ok || !routers.ok || !ports.ok) {
    return [networks, subnets, routers, ports].flatMap((answer) => (answer.ok ? [] : [answer.error]));
  }
  const seen = { ...networks.value, ...subnets.value, ...routers.value, ...ports.value };
  const isThere = needs.networks.some(({ name }) => seen.networks.some((network) => network.name === name));
  return [
    ...missingExternal(needs, seen.networks),
    // An administrator also sees the routers of other projects, which do not matter here.
    ...overlaps(target, needs, {
      ...seen,
      routers: seen.routers.filter((router) => router.project_id === session.projectId),
    }),
    // An existing lakehouse is already counted in the quota.
    ...(isThere ? [] : await noRoom(session, needs)),
  ];
}

function missingExternal({ externalNetworks }: CloudNeeds, networks: readonly NeutronNetwork[]): Diagnostic[] {
  const known = networks.filter((network) => network['router:external']).map(({ name }) => name);
  return externalNetworks
    .filter((name) => !known.includes(name))
    .map((name) => {
      const isPlain = networks.some((network) => network.name === name);
      return finding(
        'target.network.external',
        'external-network-missing',
        isPlain
          ? `The network '${name}' is not external, so it has no floating IPs; the external networks are ${some(known.sort())}.`
          : `The cloud has no network '${name}' that this project can see; the external networks are ${some(known.sort())}.`,
        'Set `target.network.external` to one of them, or to null for no access from outside.',
      );
    });
}

interface Seen {
  readonly networks: readonly NeutronNetwork[];
  readonly subnets: readonly Subnet[];
  readonly routers: readonly Router[];
  readonly ports: readonly Port[];
}

/** Networks whose addresses would be ambiguous: the external one, and those that routers connect to it. */
function overlaps(target: Target, needs: CloudNeeds, { networks, subnets, routers, ports }: Seen): Diagnostic[] {
  const own = new Set(needs.networks.map(({ name }) => name));
  const nameOf = new Map(networks.map(({ id, name }) => [id, name]));
  const outside = networks.find((network) => network['router:external'] && network.name === target.network.external);
  if (outside === undefined) return [];
  const joined = new Map(
    routers
      .filter((router) => router.external_gateway_info?.network_id === outside.id)
      .map(({ id, name }) => [id, name]),
  );
  const routerOf = (subnet: Subnet): string | undefined =>
    ports
      .filter(
        (port) => port.device_owner.startsWith('network:') && port.fixed_ips.some((ip) => ip.subnet_id === subnet.id),
      )
      .map((port) => joined.get(port.device_id))
      .find((name) => name !== undefined);
  return needs.networks.flatMap(({ cidr }) =>
    subnets
      .filter(
        (subnet) =>
          subnet.ip_version === 4 && !own.has(nameOf.get(subnet.network_id) ?? '') && overlap(cidr, subnet.cidr),
      )
      .flatMap((subnet) => {
        const name = nameOf.get(subnet.network_id) ?? subnet.network_id;
        const router = routerOf(subnet);
        if (subnet.network_id !== outside.id && router === undefined) return [];
        const where =
          router === undefined
            ? 'the external network itself'
            : `connected to '${outside.name}' by the router '${router}'`;
        return [
          finding(
            'target.network.cidr',
            'network-overlaps',
            `The network ${cidr} overlaps ${subnet.cidr} of the network '${name}', which is ${where}.`,
            'Set `target.network.cidr` to an unused range, such as 10.21.0.0/24.',
          ),
        ];
      }),
  );
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((cidr) => {
    const [address = '0.0.0.0', prefix = '32'] = cidr.split('/');
    const list = new BlockList();
    list.addSubnet(address, Number(prefix));
    return { address, list };
  });
  return a !== undefined && b !== undefined && (a.list.check(b.address) || b.list.check(a.address));
}

async function noRoom(session: CloudSession, { counts, networks }: CloudNeeds): Promise<readonly Diagnostic[]> {
  type Quota = Readonly<Record<string, { readonly limit: number; readonly used: number }>>;
  const details = await ask<{ quota: Quota }>(
    session,
    'network',
    `/v2.0/quotas/${session.projectId}/details.json`,
    'quota',
  );
  if (!details.ok) return [details.error];
  const { quota } = details.value;
  const need = (what: string, kind: string, needed: number): Parameters<typeof quotaProblems>[2][number] => ({
    what,
    unit: '',
    needed,
    limit: quota[kind]?.limit ?? -1,
    used: quota[kind]?.used ?? 0,
  });
  return [
    ...quotaProblems('target.network.external', 'do without a floating IP', [
      need('floating IPs', 'floatingip', counts.floatingip),
      need('routers', 'router', counts.router),
    ]),
    ...quotaProblems('target.topology', 'choose a smaller topology', [
      need('networks', 'network', networks.length),
      need('subnets', 'subnet', networks.length),
      need('ports', 'port', counts.port + counts.router),
      need('security groups', 'security_group', counts.security_group),
      need('security group rules', 'security_group_rule', counts.security_group_rule),
    ]),
  ];
}
