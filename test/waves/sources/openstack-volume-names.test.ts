import { beforeEach, expect, test } from '@jest/globals';
import type { SourceMachine } from '../../../waves/sources/disk-source.js';
import { openStackVolumeSource } from '../../../waves/sources/openstack-volume/index.js';
import type { QemuImg } from '../../../waves/sources/qemu-img.js';
import { memoryCloud } from '../../support/memory-cloud.js';
import type { MemoryCloud } from '../../support/memory-cloud.js';

const context = { migrationId: 'm-1', signal: new AbortController().signal };
let cloud: MemoryCloud;

beforeEach(() => {
  cloud = memoryCloud();
  cloud.rows.volumes.set('v-1', { id: 'v-1', name: 'boot', status: 'available', size: 1, attachments: [] });
  cloud.rows.ports.set('p-1', { id: 'p-1', name: '', network_id: 'network-1', fixed_ips: [] });
});

const source = (): ReturnType<typeof openStackVolumeSource> =>
  openStackVolumeSource({ cloud: cloud.client, qemuImg: {} as QemuImg });

test.each(['web (old)', 'c++', 'db [1', 'a.b|c'])(
  'a deleted server of the name %s is booted anew once, however often it is asked for',
  async (name) => {
    const machine: SourceMachine = {
      id: 'gone',
      name,
      wasRunning: true,
      disks: [{ id: 'v-1', sizeBytes: 2 ** 30 }],
      addresses: [],
      details: { flavorId: 'f-1', portIds: ['p-1'], zone: null, keyName: null },
    };
    cloud.become = () => 'BUILD';
    expect(await source().start(machine, context)).toMatchObject({ is: 'waiting' });
    for (const server of cloud.rows.servers.values()) Object.assign(server, { status: 'ACTIVE' });
    expect(await source().start(machine, context)).toMatchObject({ is: 'started', notRestored: [] });
    expect([...cloud.rows.servers.values()].map((server) => server.name)).toEqual([name]);
  },
);

test('a server that shares a volume with another one is refused: the other one would write on', async () => {
  cloud.rows.servers.set('s-1', {
    id: 's-1',
    name: 'web',
    status: 'ACTIVE',
    image: '',
    flavor: { id: 'f-1' },
    addresses: {},
    'os-extended-volumes:volumes_attached': [{ id: 'v-1' }],
  });
  const attach = (...servers: readonly string[]): void => {
    Object.assign(cloud.rows.volumes.get('v-1') ?? {}, {
      attachments: servers.map((server_id) => ({ server_id, device: '/dev/vda' })),
    });
  };
  attach('s-1');
  expect(await source().describe('s-1', context)).toMatchObject({ disks: [{ id: 'v-1' }], wasRunning: true });
  attach('s-1', 's-2');
  await expect(source().describe('s-1', context)).rejects.toMatchObject({
    name: 'PrerequisiteError',
    message: expect.stringContaining('(v-1)'),
  });
});
