import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  CopyProgress,
  DiskContent,
  DiskSource,
  Pass,
  SourceContext,
  SourceMachine,
} from '../../../waves/sources/disk-source.js';
import { openStackVolumeSource } from '../../../waves/sources/openstack-volume/index.js';
import type { QemuImg } from '../../../waves/sources/qemu-img.js';
import { memoryCloud, refusal } from '../../support/memory-cloud.js';
import type { MemoryCloud } from '../../support/memory-cloud.js';

const gib = 2 ** 30;
const converted: string[] = [];
let folder: string;
let cloud: MemoryCloud;
let source: DiskSource;
let stop: AbortController;
let context: SourceContext;

/** Its formats are all the same. */
const qemuImg: QemuImg = {
  version: () => Promise.resolve('stand-in'),
  info: () => Promise.resolve({ format: 'raw', virtualBytes: gib }),
  convert: async ({ file, format }, target) => {
    converted.push(format);
    await copyFile(file, target.file);
  },
  isEqual: (one, other) => Promise.resolve(readFileSync(one.file).equals(readFileSync(other.file))),
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-volume-source-'));
  converted.length = 0;
  cloud = memoryCloud();
  cloud.rows.servers.set('server-1', {
    id: 'server-1',
    name: 'web',
    status: 'ACTIVE',
    created: '2026-01-01T00:00:00Z',
    metadata: {},
    image: '',
    flavor: { original_name: 'm1.small' },
    addresses: { real: [{ addr: '10.0.0.12' }, { addr: '10.0.0.13' }] },
    'os-extended-volumes:volumes_attached': [{ id: 'data' }, { id: 'boot' }],
    'OS-EXT-AZ:availability_zone': 'az-1',
    key_name: 'ada',
  });
  const volume = { status: 'in-use', bootable: 'true', created_at: '2026-01-01T00:00:00Z', metadata: {} };
  const attached = (device: string): object => ({ attachments: [{ server_id: 'server-1', device }] });
  cloud.rows.volumes.set('boot', {
    ...{ ...volume, ...attached('/dev/vda'), id: 'boot', name: 'web-boot', size: 1 },
    volume_image_metadata: { hw_firmware_type: 'uefi', os_type: 'linux' },
  });
  cloud.rows.volumes.set('data', { ...volume, ...attached('/dev/vdb'), id: 'data', name: 'web-data', size: 2 });
  for (const id of ['port-1', 'port-2'])
    cloud.rows.ports.set(id, { id, name: id, device_id: 'server-1', network_id: 'network-1', fixed_ips: [] });
  stop = new AbortController();
  context = { migrationId: 'm-1', signal: stop.signal };
  source = openStackVolumeSource({ cloud: cloud.client, qemuImg, pollMs: 1 });
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function server(): Record<string, unknown> {
  const found = cloud.rows.servers.get('server-1');
  if (found === undefined) throw new Error('there is no server');
  return found;
}

function names(kind: 'servers' | 'volumes' | 'snapshots'): readonly string[] {
  return [...cloud.rows[kind].values()].map(({ name }) => name).sort();
}

function countOf(wanted: (request: { readonly method: string; readonly path: string }) => boolean): () => number {
  let count = 0;
  cloud.before = (request) => {
    if (wanted(request)) count += 1;
    return undefined;
  };
  return () => count;
}

function copy(
  machine: SourceMachine,
  pass: Pass = 'first',
  onProgress: (progress: CopyProgress) => void = () => undefined,
): Promise<DiskContent> {
  const [disk] = machine.disks;
  if (disk === undefined) throw new Error('there is no disk');
  return source.copyDisk({ machine, disk, pass, file: join(folder, 'disk.raw'), onProgress }, context);
}

/** With the snapshots of the pass. */
async function kept(pass: Pass = 'first'): Promise<SourceMachine> {
  const machine = await source.describe('server-1', context);
  expect(await source.keepPoint(machine, pass, context)).toEqual({ is: 'ready' });
  return machine;
}

describe('describing a server', () => {
  test('it has its volumes in the order of their devices, and what it is started again with', async () => {
    expect(await source.describe('server-1', context)).toEqual({
      id: 'server-1',
      name: 'web',
      wasRunning: true,
      disks: [
        { id: 'boot', device: '/dev/vda', sizeBytes: gib },
        { id: 'data', device: '/dev/vdb', sizeBytes: 2 * gib },
      ],
      firmware: 'uefi',
      os: 'linux',
      addresses: ['10.0.0.12', '10.0.0.13'],
      details: { flavorId: 'm1.small', portIds: ['port-1', 'port-2'], zone: 'az-1', keyName: 'ada' },
    });
  });

  test('what the cloud does not tell is left out', async () => {
    cloud.rows.servers.set('server-1', {
      ...{ id: 'server-1', name: 'web', status: 'SHUTOFF', image: '', addresses: {}, flavor: { id: 'f-1' } },
    });
    expect(await source.describe('server-1', context)).toEqual({
      ...{ id: 'server-1', name: 'web', wasRunning: false, disks: [], addresses: [] },
      details: { flavorId: 'f-1', portIds: ['port-1', 'port-2'], zone: null, keyName: null },
    });
  });

  test.each([
    ['that the project does not see', (): unknown => cloud.rows.servers.delete('server-1'), 'no server server-1'],
    ['that boots from an image', (): unknown => (server()['image'] = { id: 'i-1' }), 'boots from an image on its host'],
    [
      'of whose volumes one is hidden',
      (): unknown => cloud.rows.volumes.delete('data'),
      'does not show the volume data',
    ],
  ])('a server %s cannot be copied', async (_what, change, message) => {
    change();
    await expect(source.describe('server-1', context)).rejects.toMatchObject({
      name: 'PrerequisiteError',
      message: expect.stringContaining(message),
    });
  });
});

describe('keeping a moment', () => {
  test('each volume gets one snapshot a pass, however often it is asked for', async () => {
    const machine = await kept('first');
    await source.keepPoint(machine, 'first', context);
    await source.keepPoint(machine, 'final', context);
    expect(names('snapshots')).toEqual(
      ['final-0', 'final-1', 'first-0', 'first-1'].map((part) => `a2o-m-1-source-${part}`),
    );
    expect([...cloud.rows.snapshots.values()][0]).toMatchObject({ volume_id: 'boot', force: true });
  });

  test('it waits for Cinder, and says for what', async () => {
    cloud.become = (_kind, row) => (row.name.endsWith('-0') ? 'available' : 'creating');
    const machine = await source.describe('server-1', context);
    expect(await source.keepPoint(machine, 'first', context)).toEqual({
      is: 'waiting',
      what: 'snapshot a2o-m-1-source-first-1: creating',
    });
  });

  test('a snapshot that Cinder cannot take fails the step by name', async () => {
    cloud.become = () => 'error';
    const machine = await source.describe('server-1', context);
    await expect(source.keepPoint(machine, 'first', context)).rejects.toMatchObject({
      name: 'SourcePreparationError',
      message: 'Cinder could not take the snapshot a2o-m-1-source-first-0.',
    });
  });

  test('a quota that is used up fails the step in Cinder’s words', async () => {
    const machine = await source.describe('server-1', context);
    cloud.before = ({ method, path }) =>
      method === 'POST' && path === '/snapshots' ? refusal(413, 'SnapshotLimitExceeded: Maximum is 10') : undefined;
    await expect(source.keepPoint(machine, 'first', context)).rejects.toMatchObject({
      name: 'SourcePreparationError',
      message: expect.stringMatching(/of the volume boot cannot be taken: .*Maximum is 10/),
    });
  });
});

describe('copying a disk', () => {
  test('snapshot, volume and image become the file; the first two go, the image stays for another attempt', async () => {
    const machine = await kept();
    const progress: CopyProgress[] = [];
    const { contentId } = await copy(machine, 'first', (one) => progress.push(one));
    expect(readFileSync(join(folder, 'disk.raw'), 'utf8')).toBe('content of a2o-m-1-source-first-0');
    expect(progress.at(0)).toEqual({ copiedBytes: 0, totalBytes: gib });
    expect(progress.at(-1)).toEqual({ copiedBytes: gib, totalBytes: gib });
    expect(names('volumes')).toEqual(['web-boot', 'web-data']);
    expect(names('snapshots')).toEqual(['a2o-m-1-source-first-1']);
    const [image] = cloud.glance.images.values();
    expect(image).toMatchObject({
      ...{ name: 'a2o-m-1-source-first-0', a2o_migration: 'm-1', tags: ['a2o_migration=m-1'] },
      os_hash_value: contentId,
    });
    expect(readdirSync(folder).sort()).toEqual(['disk.raw', 'disk.raw.state']);
  });

  test('a second attempt downloads nothing again, and no snapshot is taken of a disk that has its image', async () => {
    const machine = await kept();
    const first = await copy(machine);
    const downloads = countOf(({ path }) => path.endsWith('/file'));
    expect(await copy(machine)).toEqual(first);
    expect(downloads()).toBe(0);
    cloud.rows.snapshots.clear();
    expect(await source.keepPoint(machine, 'first', context)).toEqual({ is: 'ready' });
    expect(names('snapshots')).toEqual(['a2o-m-1-source-first-1']);
  });

  test('the file of the first pass becomes that of the final one', async () => {
    const machine = await kept();
    const first = await copy(machine);
    await source.keepPoint(machine, 'final', context);
    const final = await copy(machine, 'final');
    expect(final.contentId).not.toBe(first.contentId);
    expect(readFileSync(join(folder, 'disk.raw'), 'utf8')).toBe('content of a2o-m-1-source-final-0');
  });

  test('an image of another format is converted', async () => {
    source = openStackVolumeSource({ cloud: cloud.client, qemuImg, pollMs: 1, format: 'qcow2' });
    await copy(await kept());
    expect(converted).toEqual(['qcow2']);
    expect(readdirSync(folder).sort()).toEqual(['disk.raw', 'disk.raw.state']);
  });

  test('an image that Cinder could not write is deleted and made again', async () => {
    const machine = await kept();
    const make = cloud.onVolumeImage;
    cloud.onVolumeImage = (image) => {
      image.status = 'killed';
      cloud.onVolumeImage = make;
    };
    await copy(machine);
    expect(cloud.glance.usedIds.size).toBe(1);
    expect([...cloud.glance.images.values()].map(({ status }) => status)).toEqual(['active']);
  });

  test('a volume of which Cinder can never write the image is given up', async () => {
    const machine = await kept();
    cloud.onVolumeImage = (image) => {
      image.status = 'killed';
    };
    await expect(copy(machine)).rejects.toMatchObject({
      name: 'SourcePreparationError',
      message: expect.stringContaining('wrote no image of the volume a2o-m-1-source-first-0 in 3 attempts'),
    });
    expect([cloud.glance.images.size, cloud.glance.usedIds.size]).toEqual([0, 3]);
  });

  test('an image that never becomes active is waited for until the step is interrupted', async () => {
    const machine = await kept();
    let looks = 0;
    cloud.onVolumeImage = (image) => {
      image.status = 'saving';
    };
    cloud.before = ({ path }) => {
      if (path.startsWith('/v2/images?') && (looks += 1) === 5) stop.abort(new Error('the lease is lost'));
      return undefined;
    };
    await expect(copy(machine)).rejects.toThrow();
    expect(looks).toBeGreaterThanOrEqual(5);
    expect(existsSync(join(folder, 'disk.raw'))).toBe(false);
  });

  test('a volume that Cinder cannot make of the snapshot fails the step', async () => {
    const machine = await kept();
    cloud.become = () => 'error';
    await expect(copy(machine)).rejects.toMatchObject({
      name: 'SourcePreparationError',
      message: expect.stringContaining('Cinder could not make the volume a2o-m-1-source-first-0 of the snapshot'),
    });
  });

  test('a snapshot that Cinder does not list yet is for another attempt', async () => {
    await expect(copy(await source.describe('server-1', context))).rejects.toMatchObject({
      name: 'TransientError',
      message: 'Cinder does not list the snapshot a2o-m-1-source-first-0.',
    });
  });

  test('a volume of which Cinder makes no image fails the step in its words', async () => {
    const machine = await kept();
    cloud.before = ({ path }) => (path.endsWith('/action') ? refusal(403, 'Policy does not allow it') : undefined);
    await expect(copy(machine)).rejects.toMatchObject({
      name: 'SourcePreparationError',
      message: 'No image can be made of the volume a2o-m-1-source-first-0: HTTP 403, Policy does not allow it',
    });
  });
});

describe('stopping for the last copy', () => {
  test.each([
    ['ACTIVE', 'waiting', 1],
    ['SHUTOFF', 'stopped', 0],
    ['SHELVED_OFFLOADED', 'stopped', 0],
  ])('a server that is %s: %s', async (status, answer, calls) => {
    const machine = await source.describe('server-1', context);
    server()['status'] = status;
    const stops = countOf(({ path }) => path.endsWith('/action'));
    expect(await source.stop(machine, context)).toBe(answer);
    expect(stops()).toBe(calls);
  });

  test('a server at which Nova is at work is left to it, and a deleted one writes no more', async () => {
    const machine = await source.describe('server-1', context);
    server()['OS-EXT-STS:task_state'] = 'powering-off';
    const stops = countOf(({ path }) => path.endsWith('/action'));
    expect(await source.stop(machine, context)).toBe('waiting');
    expect(stops()).toBe(0);
    cloud.rows.servers.clear();
    expect(await source.stop(machine, context)).toBe('stopped');
  });

  test('a conflict means that Nova is at it already; any other refusal fails the step', async () => {
    const machine = await source.describe('server-1', context);
    cloud.before = ({ path }) => (path.endsWith('/action') ? refusal(409, 'in vm_state stopped') : undefined);
    expect(await source.stop(machine, context)).toBe('waiting');
    cloud.before = ({ path }) => (path.endsWith('/action') ? refusal(403, 'the server is locked') : undefined);
    await expect(source.stop(machine, context)).rejects.toMatchObject({
      name: 'SourcePreparationError',
      message: 'Nova does not stop the server server-1: HTTP 403, the server is locked',
    });
    cloud.before = () => undefined;
    server()['status'] = 'ERROR';
    await expect(source.stop(machine, context)).rejects.toThrow('The server server-1 is in the status ERROR.');
  });
});

describe('starting again for a rollback', () => {
  test('a server that ran is started, waited for, and told', async () => {
    const machine = await source.describe('server-1', context);
    server()['status'] = 'SHUTOFF';
    expect(await source.start(machine, context)).toMatchObject({ is: 'waiting' });
    expect(await source.start(machine, context)).toEqual({
      is: 'started',
      restored: ['server web (server-1) runs on its own volumes and ports'],
      notRestored: [],
    });
    Object.assign(server(), { status: 'SHUTOFF', 'OS-EXT-STS:task_state': 'powering-on' });
    const starts = countOf(({ path }) => path.endsWith('/action'));
    expect(await source.start(machine, context)).toMatchObject({ is: 'waiting' });
    expect(starts()).toBe(0);
  });

  test('a server that was stopped stays stopped', async () => {
    server()['status'] = 'SHUTOFF';
    const machine = await source.describe('server-1', context);
    expect(await source.start(machine, context)).toMatchObject({
      is: 'started',
      restored: ['server web (server-1) stays stopped, as before'],
    });
    expect(server()['status']).toBe('SHUTOFF');
  });

  test('a server that Nova cannot start is named, with Nova’s reason', async () => {
    const machine = await source.describe('server-1', context);
    Object.assign(server(), { status: 'ERROR', fault: { message: 'No valid host was found.' } });
    expect(await source.start(machine, context)).toEqual({
      is: 'started',
      restored: [],
      notRestored: [
        {
          what: 'server web (server-1)',
          why: 'Nova reports No valid host was found.; its volumes and ports are kept',
        },
      ],
    });
  });
});

describe('a server that was deleted at the source', () => {
  let machine: SourceMachine;

  beforeEach(async () => {
    machine = await source.describe('server-1', context);
    cloud.rows.servers.clear();
    for (const id of ['boot', 'data']) Object.assign(cloud.rows.volumes.get(id) ?? {}, { status: 'available' });
    for (const port of cloud.rows.ports.values()) port['device_id'] = '';
  });

  test('is booted anew on its volumes and ports, once', async () => {
    const started = await source.start(machine, context);
    const [made] = cloud.rows.servers.values();
    expect(started).toEqual({
      is: 'started',
      restored: [`server web was booted anew (${made?.id ?? ''}) on its 2 volumes and 2 ports`],
      notRestored: [],
      isLost: false,
    });
    expect(made).toMatchObject({ flavorRef: 'm1.small', availability_zone: 'az-1', key_name: 'ada' });
    await source.start(machine, context);
    expect(names('servers')).toEqual(['web']);
  });

  test('is waited for', async () => {
    cloud.become = () => 'BUILD';
    expect(await source.start(machine, context)).toEqual({ is: 'waiting', restored: [], notRestored: [] });
  });

  test('goes without the volume and the port that are gone, and names them', async () => {
    cloud.rows.volumes.delete('data');
    cloud.rows.ports.delete('port-2');
    expect(await source.start(machine, context)).toMatchObject({
      restored: [expect.stringContaining('on its 1 volumes and 1 ports')],
      notRestored: [
        { what: 'volume data', why: 'it was deleted at the source' },
        { what: 'port port-2', why: 'it was deleted at the source' },
      ],
      isLost: true,
    });
  });

  test.each([
    ['its boot volume', (): unknown => cloud.rows.volumes.delete('boot'), 'its boot volume boot were deleted', true],
    [
      'all of its ports',
      (): unknown => ['port-1', 'port-2'].map((id) => cloud.rows.ports.delete(id)),
      'its ports were deleted',
      false,
    ],
    ['room for it', (): unknown => (cloud.become = () => 'ERROR'), 'again: No valid host was found.', false],
  ])('cannot be booted without %s', async (_what, change, why, isLost) => {
    change();
    expect(await source.start(machine, context)).toEqual({
      is: 'started',
      restored: [],
      notRestored: [{ what: 'server web', why: expect.stringContaining(why) }],
      isLost,
    });
  });
});

describe('cleaning up', () => {
  test('removes what both passes made, and leaves the machine alone', async () => {
    const machine = await kept('first');
    await copy(machine);
    await source.keepPoint(machine, 'final', context);
    expect(await source.cleanUp(machine, context)).toEqual([]);
    expect([names('volumes'), names('snapshots'), names('servers')]).toEqual([['web-boot', 'web-data'], [], ['web']]);
    expect(cloud.glance.images.size).toBe(0);
  });

  test('names an image that the cloud keeps', async () => {
    const machine = await kept('first');
    await copy(machine);
    cloud.before = ({ method, service }) =>
      method === 'DELETE' && service === 'image' ? refusal(409, 'in use') : undefined;
    expect(await source.cleanUp(machine, context)).toEqual(['image a2o-m-1-source-first-0 at the source']);
  });
});
