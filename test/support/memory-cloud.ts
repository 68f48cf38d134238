import { randomUUID } from 'node:crypto';
import type { CloudClient, CloudRequest } from '../../clients/openstack/index.js';
import type { TransferFailure, TransferReply } from '../../clients/transfer/index.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { fillImage, glanceStub } from './glance-stub.js';
import type { GlanceOptions, GlanceStub, StubImage } from './glance-stub.js';

type Row = Record<string, unknown> & { id: string; name: string };
type Kind = 'servers' | 'volumes' | 'snapshots' | 'ports' | 'networks' | 'subnets';
type Answer = Result<TransferReply, TransferFailure>;

export interface MemoryCloud {
  readonly client: CloudClient;
  readonly glance: GlanceStub;
  readonly rows: Readonly<Record<Kind, Map<string, Row>>>;
  /** Asked before each request: what it answers instead. */
  before: (request: CloudRequest) => Answer | undefined;
  /** What a new server, volume or snapshot becomes. @default ACTIVE, available, available */
  become: (kind: Kind, row: Row) => string;
  /** What becomes of an image that Cinder makes of a volume. @default it is active at once */
  onVolumeImage: (image: StubImage) => void;
}

export const memorySubnet = {
  id: 'subnet-1',
  name: 'real',
  network_id: 'network-1',
  ip_version: 4,
  cidr: '10.0.0.0/24',
  gateway_ip: '10.0.0.1',
  allocation_pools: [{ start: '10.0.0.10', end: '10.0.0.19' }],
};

export function refusal(status: number, reason: string): Answer {
  return fail({ status, code: `HTTP ${status}`, reason });
}

/**
 * A cloud in memory with one subnet and the flavor m1.small, as far as machines need it. Everything is ready at once, unless
 * a test says otherwise. Its real counterpart is in the integration tests.
 */
export function memoryCloud(options: GlanceOptions = {}): MemoryCloud {
  const glance = glanceStub(options);
  const rows: MemoryCloud['rows'] = {
    servers: new Map(),
    volumes: new Map(),
    snapshots: new Map(),
    ports: new Map(),
    networks: new Map([['network-1', { id: 'network-1', name: 'real' }]]),
    subnets: new Map([['subnet-1', { ...memorySubnet }]]),
  };
  let made = 0;
  const cloud: MemoryCloud = {
    glance,
    rows,
    before: () => undefined,
    become: (kind) => (kind === 'servers' ? 'ACTIVE' : 'available'),
    onVolumeImage: fillImage,
    client: {
      ...glance.client,
      send: async (request) => cloud.before(request) ?? (await send(request)),
    },
  };
  const reply = (status: number, body: object): Answer => ok({ status, headers: {}, text: JSON.stringify(body) });

  const send = async (request: CloudRequest): Promise<Answer> => {
    if (request.service === 'image') return await glance.client.send(request);
    const { pathname, searchParams } = new URL(request.path, 'http://cloud');
    const parts = pathname.replace('/v2.0', '').split('/').slice(1);
    const [kind = '', id = '', action = ''] = parts;
    if (kind === 'flavors')
      return reply(200, { flavors: [{ id: 'f-1', name: 'm1.small', vcpus: 1, ram: 2048, disk: 0 }] });
    if (kind === 'limits') return reply(200, { limits: { absolute: limits } });
    if (kind === 'security-groups') return id === 'sg-1' ? reply(200, { security_group: { id } }) : refusal(404, id);
    const table = rows[kind as Kind] as Map<string, Row> | undefined;
    if (table === undefined) return refusal(404, kind);
    const singular = kind.slice(0, -1);
    if (request.method === 'POST' && id === '')
      return create(kind as Kind, (request.json as Record<string, Row>)[singular]);
    if (id === '' || id === 'detail') return reply(200, { [kind]: listed(table, kind as Kind, searchParams) });
    const row = table.get(id);
    if (row === undefined) return refusal(404, `no ${singular} ${id}`);
    if (action === 'action') return act(row, request.json as Readonly<Record<string, unknown>>);
    if (request.method === 'DELETE') return remove(kind as Kind, row);
    return reply(200, { [singular]: row });
  };

  const listed = (table: Map<string, Row>, kind: Kind, asked: URLSearchParams): readonly Row[] => {
    const name = asked.get('name') ?? undefined;
    // Nova takes it for a regular expression.
    const isNamed = (row: Row): boolean =>
      name === undefined || (kind === 'servers' ? new RegExp(name).test(row.name) : row.name === name);
    const network = asked.get('network_id');
    const address = asked.get('fixed_ips')?.replace('ip_address=', '');
    const device = asked.get('device_id');
    return [...table.values()].filter(
      (row) =>
        isNamed(row) &&
        (network === null || kind !== 'ports' || row['network_id'] === network) &&
        (device === null || row['device_id'] === device) &&
        (address === undefined || addressesOf(row).includes(address)),
    );
  };

  const create = (kind: Kind, asked: Row | undefined): Answer => {
    made += 1;
    const row: Row = { ...asked, id: randomUUID(), name: asked?.name ?? '' };
    const at = new Date(made * 1000).toISOString();
    if (kind === 'ports') {
      const [wanted] = row['fixed_ips'] as { subnet_id: string; ip_address?: string }[];
      const ip = wanted?.ip_address ?? `10.0.0.${10 + made}`;
      const isTaken = [...rows.ports.values()].some(
        (other) => other['network_id'] === row['network_id'] && addressesOf(other).includes(ip),
      );
      if (isTaken) return refusal(409, `IP address ${ip} already allocated`);
      Object.assign(row, {
        status: 'DOWN',
        device_id: '',
        mac_address: row['mac_address'] ?? 'fa:16:3e:00:00:01',
        fixed_ips: [{ subnet_id: wanted?.subnet_id, ip_address: ip }],
      });
    }
    if (kind === 'volumes')
      Object.assign(row, { status: cloud.become(kind, row), bootable: 'true', created_at: at, attachments: [] });
    if (kind === 'snapshots') row['status'] = cloud.become(kind, row);
    if (kind === 'servers') boot(row, at);
    rows[kind].set(row.id, row);
    return reply(202, { [kind.slice(0, -1)]: row });
  };

  const act = (row: Row, order: Readonly<Record<string, unknown>>): Answer => {
    if ('os-start' in order) row['status'] = 'ACTIVE';
    if ('os-stop' in order) row['status'] = 'SHUTOFF';
    if ('os-set_bootable' in order) row['bootable'] = 'true';
    if (!('os-volume_upload_image' in order)) return ok({ status: 202, headers: {}, text: '' });
    const asked = order['os-volume_upload_image'] as { readonly image_name: string; readonly disk_format: string };
    const image: StubImage = {
      id: randomUUID(),
      name: asked.image_name,
      status: 'queued',
      disk_format: asked.disk_format,
      size: null,
      os_hash_algo: null,
      os_hash_value: null,
      content: Buffer.from(`content of ${row.name}`),
    };
    glance.images.set(image.id, image);
    cloud.onVolumeImage(image);
    return reply(202, { 'os-volume_upload_image': { image_id: image.id } });
  };

  const boot = (row: Row, at: string): void => {
    const volumes = (row['block_device_mapping_v2'] as { uuid: string }[]).map(({ uuid }) => uuid);
    Object.assign(row, {
      status: cloud.become('servers', row),
      created: at,
      'os-extended-volumes:volumes_attached': volumes.map((id) => ({ id })),
    });
    if (row['status'] === 'ERROR') row['fault'] = { message: 'No valid host was found.' };
    for (const id of volumes) Object.assign(rows.volumes.get(id) ?? {}, { status: 'in-use' });
    for (const { port } of row['networks'] as { port: string }[])
      Object.assign(rows.ports.get(port) ?? {}, { device_id: row.id });
  };

  const remove = (kind: Kind, row: Row): Answer => {
    if (kind === 'networks' && [...rows.ports.values()].some((port) => port['network_id'] === row.id))
      return refusal(409, 'ports are in use');
    if (kind === 'volumes' && row['status'] === 'in-use') return refusal(400, 'the volume is in use');
    rows[kind].delete(row.id);
    if (kind === 'networks')
      for (const [id, subnet] of rows.subnets) if (subnet['network_id'] === row.id) rows.subnets.delete(id);
    if (kind === 'servers')
      for (const { id } of row['os-extended-volumes:volumes_attached'] as { id: string }[])
        Object.assign(rows.volumes.get(id) ?? {}, { status: 'available' });
    return ok({ status: 204, headers: {}, text: '' });
  };
  return cloud;
}

const limits = {
  ...{ maxTotalInstances: 10, totalInstancesUsed: 4, maxTotalCores: -1, totalCoresUsed: 7 },
  ...{ maxTotalRAMSize: 10_240, totalRAMUsed: 2048, maxTotalVolumes: 5, totalVolumesUsed: 9 },
  ...{ maxTotalVolumeGigabytes: 100, totalGigabytesUsed: 40 },
};

function addressesOf(row: Row): readonly string[] {
  return ((row['fixed_ips'] ?? []) as { ip_address?: string }[]).map(({ ip_address: ip = '' }) => ip);
}
