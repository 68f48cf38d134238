import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ok } from '../../../../core/result.js';
import { PrerequisiteError } from '../../../../waves/machines/index.js';
import type { Memory } from '../../../../waves/machines/index.js';
import type { Payload } from '../../../../waves/payload/index.js';
import type {
  Launch,
  Machine,
  MigrationService,
  ServiceContext,
} from '../../../../waves/services/migration-service.js';
import { openStackCapacity, openStackService } from '../../../../waves/services/openstack/index.js';
import type { DiskResult, OpenStackTarget } from '../../../../waves/services/openstack/index.js';
import { memoryOf } from '../../../../waves/services/openstack/memory.js';
import type { DiskSource, SourceMachine } from '../../../../waves/sources/disk-source.js';
import { longWork } from '../../../../waves/sources/long-work.js';
import type { QemuImg } from '../../../../waves/sources/qemu-img.js';
import { memoryCloud, memorySubnet, refusal } from '../../../support/memory-cloud.js';
import type { MemoryCloud } from '../../../support/memory-cloud.js';
import { payloadOf } from '../../../support/wave-payloads.js';

const gib = 2 ** 30;
let folder: string;
let cloud: MemoryCloud;
let source: FakeSource;
let memory: Memory;
const now = new Date('2026-11-29T12:00:00Z');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-service-'));
  cloud = memoryCloud();
  source = fakeSource();
  memory = {};
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface FakeSource extends DiskSource {
  running: boolean;
  /** Of each disk, now. */
  content: string;
  cleaned: number;
}

/** A machine with two disks whose contents are a few bytes. */
function fakeSource(): FakeSource {
  const machine: SourceMachine = {
    id: 'server-1',
    name: 'web',
    wasRunning: true,
    firmware: 'uefi',
    os: 'linux',
    addresses: ['10.0.0.12'],
    disks: [
      { id: 'boot', sizeBytes: gib },
      { id: 'data', sizeBytes: 2 * gib + 1 },
    ],
  };
  const fake: FakeSource = {
    name: 'fake',
    running: true,
    content: 'first',
    cleaned: 0,
    describe: () => Promise.resolve(machine),
    keepPoint: () => Promise.resolve({ is: 'ready' }),
    copyDisk: ({ disk, file }) => {
      writeFileSync(file, `${disk.id} ${fake.content}`);
      return Promise.resolve({ contentId: createHash('sha256').update(`${disk.id} ${fake.content}`).digest('hex') });
    },
    stop: () => {
      fake.running = false;
      return Promise.resolve('stopped');
    },
    start: () => {
      fake.running = true;
      return Promise.resolve({ is: 'started', restored: ['server web runs'], notRestored: [] });
    },
    cleanUp: () => {
      fake.cleaned += 1;
      return Promise.resolve([]);
    },
  };
  return fake;
}

/** Its qcow2 is the raw file. */
const qemuImg: QemuImg = {
  version: () => Promise.resolve('stand-in'),
  info: () => Promise.resolve({ format: 'raw', virtualBytes: gib }),
  convert: ({ file }, target) => copyFile(file, target.file),
  isEqual: (one, other) => Promise.resolve(readFileSync(one.file).equals(readFileSync(other.file))),
};

function serviceWith(options: Partial<OpenStackTarget> = {}): MigrationService {
  return openStackService({
    cloud: cloud.client,
    sourceOf: ({ source: from }) => (from === 'openstack' ? source : undefined),
    qemuImg,
    workFolder: join(folder, 'work'),
    work: longWork<DiskResult>({ patienceMs: 60_000 }),
    pollMs: 1,
    removalSeconds: 1,
    ...options,
  });
}

const payload = payloadOf('m-1', { network: { fixedIp: '10.0.0.12', macAddress: 'fa:16:3e:00:00:77' } });

function call(changed: Partial<Payload> = {}): [Machine, ServiceContext] {
  const context: ServiceContext = {
    signal: new AbortController().signal,
    remember: (change) => {
      memory = { ...memory, ...change };
      return Promise.resolve();
    },
    memory: () => memory,
    log: () => undefined,
    now: () => now,
  };
  return [{ migrationId: 'm-1', correlationId: 'm-1', payload: { ...payload, ...changed }, memory }, context];
}

async function until(look: () => Promise<Launch>): Promise<Launch> {
  for (let looks = 0; looks < 20; looks += 1) {
    const launch = await look();
    if (launch.is !== 'waiting') return launch;
  }
  throw new Error('it was not ready after 20 looks');
}

async function tested(service: MigrationService): Promise<void> {
  await service.validate(...call());
  await service.prepare(...call());
  await service.replicate(...call());
  expect(await service.replication(...call())).toMatchObject({ is: 'ready', totalBytes: 3 * gib + 1 });
  await service.launchTest(...call());
  expect(await until(() => service.testLaunch(...call()))).toMatchObject({ is: 'ready', address: '10.0.0.12' });
}

async function cutOver(service: MigrationService): Promise<void> {
  await tested(service);
  await service.endTest(...call());
  source.content = 'final';
  await service.cutOver(...call());
  expect(await until(() => service.cutover(...call()))).toMatchObject({ is: 'ready' });
}

function names(kind: keyof MemoryCloud['rows']): readonly string[] {
  return [...cloud.rows[kind].values()].map(({ name }) => name).sort();
}

test('the test runs beside its source, in a network of its own, with the addresses of the machine', async () => {
  const service = serviceWith();
  await tested(service);
  expect(source.running).toBe(true);
  expect(names('servers')).toEqual(['a2o-m-1-test']);
  expect(names('volumes')).toEqual(['a2o-m-1-test-disk-0', 'a2o-m-1-test-disk-1']);
  expect([...cloud.rows.volumes.values()].map(({ size }) => size)).toEqual([1, 3]);
  expect(names('networks')).toEqual(['a2o-m-1-test-network', 'real']);
  const [port] = cloud.rows.ports.values();
  expect(port).toMatchObject({ mac_address: 'fa:16:3e:00:00:77', description: 'a2o_migration=m-1' });
  expect(port?.['network_id']).not.toBe('network-1');
  await service.endTest(...call());
  expect([names('servers'), names('volumes'), names('ports'), names('networks')]).toEqual([[], [], [], ['real']]);
});

test('the cutover has what the source had when it was stopped; finalize removes the rest', async () => {
  const service = serviceWith();
  await cutOver(service);
  expect(source.running).toBe(false);
  expect(names('servers')).toEqual(['vm-m-1']);
  expect(names('ports')).toEqual(['a2o-m-1-port']);
  const { finalDisks = [], target } = memoryOf(memory);
  const contents = finalDisks.map(({ imageId }) => cloud.glance.images.get(imageId ?? '')?.content.toString());
  expect(contents).toEqual(['boot final', 'data final']);
  expect(cloud.glance.images.get(finalDisks[0]?.imageId ?? '')).toMatchObject({
    hw_firmware_type: 'uefi',
    os_type: 'linux',
    hw_disk_bus: 'virtio',
  });
  await service.finalize(...call());
  expect(cloud.glance.images.size).toBe(0);
  expect(existsSync(join(folder, 'work', 'm-1'))).toBe(false);
  expect(names('servers')).toEqual(['vm-m-1']);
  expect([...cloud.rows.volumes.keys()]).toEqual(target?.volumeIds);
  expect(memoryOf(memory).left).toEqual(['the source machine server-1, which stays stopped, with its disks']);
  expect(source.cleaned).toBe(1);
});

test('where nothing has changed since the first pass, its images serve the cutover', async () => {
  const service = serviceWith();
  await tested(service);
  await service.cutOver(...call());
  await until(() => service.cutover(...call()));
  expect(memoryOf(memory).finalDisks).toEqual(memoryOf(memory).firstDisks);
  expect(cloud.glance.images.size).toBe(2);
});

test('a rollback before the cutover is ready leaves nothing', async () => {
  const service = serviceWith();
  await tested(service);
  await service.cutOver(...call());
  expect(await service.rollBack(...call())).toEqual({ restored: ['server web runs'], notRestored: [] });
  expect([names('servers'), names('volumes'), names('ports'), names('networks')]).toEqual([[], [], [], ['real']]);
  expect([cloud.glance.images.size, existsSync(join(folder, 'work', 'm-1')), source.running]).toEqual([0, false, true]);
  expect(memoryOf(memory).left).toEqual([]);
});

test('a rollback after the cutover keeps what was written at the target, and says so', async () => {
  const service = serviceWith();
  await cutOver(service);
  const volumes = memoryOf(memory).target?.volumeIds ?? [];
  const { restored, notRestored } = await service.rollBack(...call());
  expect(restored).toEqual(['server web runs']);
  expect(notRestored).toEqual([
    {
      what: 'what was written at the target since 2026-11-29T12:00:00.000Z',
      why: `the source does not have it; the target keeps it: ${volumes.map((id) => `volume ${id}`).join(', ')}`,
    },
  ]);
  expect([names('servers'), names('ports'), [...cloud.rows.volumes.keys()]]).toEqual([[], [], volumes]);
});

test('a rollback removes the target also where somebody has renamed it and changed its metadata', async () => {
  const service = serviceWith();
  await cutOver(service);
  for (const server of cloud.rows.servers.values()) Object.assign(server, { name: 'shop', metadata: {} });
  expect(await service.rollBack(...call())).toMatchObject({ restored: ['server web runs'] });
  expect([names('servers'), source.running]).toEqual([[], true]);
});

test.each([
  ['another disk', (disks: SourceMachine['disks']) => [...disks, { id: 'log', sizeBytes: gib }]],
  ['a disk less', (disks: SourceMachine['disks']) => disks.slice(1)],
  ['larger disks', (disks: SourceMachine['disks']) => disks.map((disk) => ({ ...disk, sizeBytes: 4 * gib }))],
])('a machine that has %s since it was prepared is not cut over, and not stopped', async (_, changed) => {
  const service = serviceWith();
  await tested(service);
  const before = await source.describe('server-1', { migrationId: 'm-1', signal: new AbortController().signal });
  source.describe = () => Promise.resolve({ ...before, disks: changed(before.disks) });
  await expect(service.cutOver(...call())).rejects.toMatchObject({
    name: 'CutoverError',
    message: expect.stringMatching(/disks of server-1 have changed.*boot.*data/s),
  });
  expect(source.running).toBe(true);
});

test('a machine that was started after it was prepared is started again by a rollback', async () => {
  const service = serviceWith();
  const context = { migrationId: 'm-1', signal: new AbortController().signal };
  const running = await source.describe('server-1', context);
  source.describe = () => Promise.resolve({ ...running, wasRunning: false });
  await tested(service);
  source.describe = () => Promise.resolve(running);
  await service.cutOver(...call());
  expect(memoryOf(memory).source).toMatchObject({ wasRunning: true });
});

test('a machine that an operator has stopped for the cutover is started again by a rollback', async () => {
  const service = serviceWith();
  const running = await source.describe('server-1', { migrationId: 'm-1', signal: new AbortController().signal });
  await tested(service);
  source.describe = () => Promise.resolve({ ...running, wasRunning: false });
  await service.cutOver(...call());
  expect(memoryOf(memory).source).toMatchObject({ wasRunning: true });
});

test('a source that somebody starts during the last copy ends the cutover, since its writes would be lost', async () => {
  const service = serviceWith();
  await tested(service);
  await service.cutOver(...call());
  source.keepPoint = () => Promise.resolve({ is: 'waiting', what: 'snapshots' });
  expect(await service.cutover(...call())).toMatchObject({ is: 'waiting' });
  source.stop = () => Promise.resolve('waiting');
  await expect(service.cutover(...call())).rejects.toMatchObject({
    name: 'CutoverError',
    message: expect.stringContaining('Somebody has started the source machine server-1 again'),
  });
});

test('a source that is gone at the cutover does not end it: its disks may still be there', async () => {
  const service = serviceWith();
  await tested(service);
  source.describe = () => Promise.reject(new PrerequisiteError('no such server'));
  await service.cutOver(...call());
  expect(await until(() => service.cutover(...call()))).toMatchObject({ is: 'ready' });
});

test('a rollback does not start a source that this migration has not stopped', async () => {
  const service = serviceWith();
  await tested(service);
  source.running = false;
  expect(await service.rollBack(...call())).toEqual({
    restored: ['the source machine was not touched'],
    notRestored: [],
  });
  expect([source.running, names('servers')]).toEqual([false, []]);
});

test('a machine that was never described is rolled back, too', async () => {
  expect(await serviceWith().rollBack(...call())).toEqual({
    restored: ['the source machine was not touched'],
    notRestored: [],
  });
});

test('a server that Nova cannot start, and a volume that Cinder cannot fill, fail in their words', async () => {
  const service = serviceWith();
  cloud.become = (kind) => (kind === 'servers' ? 'ERROR' : 'available');
  await service.replicate(...call());
  expect(await until(() => service.testLaunch(...call()))).toEqual({
    is: 'failed',
    health: 'Nova could not start a2o-m-1-test: No valid host was found.',
  });
  await service.endTest(...call());
  cloud.become = (kind) => (kind === 'volumes' ? 'error' : 'ACTIVE');
  expect(await until(() => service.testLaunch(...call()))).toMatchObject({
    is: 'failed',
    health: expect.stringContaining('Cinder could not fill the volume a2o-m-1-test-disk-0'),
  });
});

test('of two volumes of the same name, the newer one goes', async () => {
  const service = serviceWith();
  await service.replicate(...call());
  await until(() => service.testLaunch(...call()));
  const [oldest] = cloud.rows.volumes.values();
  if (oldest === undefined) throw new Error('no volume');
  cloud.rows.volumes.set('surplus', {
    ...oldest,
    id: 'surplus',
    status: 'available',
    created_at: '2030-01-01T00:00:00Z',
  });
  expect(await service.testLaunch(...call())).toMatchObject({ is: 'ready' });
  expect(cloud.rows.volumes.has('surplus')).toBe(false);
});

test('an address that somebody has is refused before anything starts, and at the cutover', async () => {
  const service = serviceWith();
  const taken = { subnet_id: 'subnet-1', ip_address: '10.0.0.12' };
  cloud.rows.ports.set('p', { id: 'p', name: 'theirs', network_id: 'network-1', fixed_ips: [taken] });
  await expect(service.validate(...call())).rejects.toMatchObject({
    name: 'PrerequisiteError',
    message: 'network.fixedIp 10.0.0.12 is in use by the port theirs: free it, or choose another address.',
  });
  await service.replicate(...call());
  await service.cutOver(...call());
  await expect(until(() => service.cutover(...call()))).rejects.toMatchObject({
    name: 'CutoverError',
    message: expect.stringContaining('The address 10.0.0.12, fa:16:3e:00:00:77 is already in use'),
  });
});

test('all that the target lacks is in one error', async () => {
  const wrong = {
    instanceType: 'm9.huge',
    subnetId: 'subnet-9',
    securityGroupIds: ['sg-1', 'sg-9'],
    network: { testSubnetId: 'subnet-8' },
  };
  const problem = await serviceWith()
    .validate(...call(wrong))
    .catch((error: unknown) => error as Error);
  expect(problem).toMatchObject({ name: 'PrerequisiteError' });
  const { message } = problem as Error;
  for (const part of ["no flavor 'm9.huge'", 'no subnet subnet-9', 'no subnet subnet-8', 'no security group sg-9:'])
    expect(message).toContain(part);
  await expect(serviceWith().validate(...call({ network: { fixedIp: '10.0.9.1' } }))).rejects.toMatchObject({
    message: 'network.fixedIp 10.0.9.1 is not an address of the subnet subnet-1 (10.0.0.0/24).',
  });
});

test('a microversion that the cloud does not have is refused with its range', async () => {
  cloud.before = ({ service: asked, path }) =>
    asked === 'compute' && path.startsWith('/flavors?limit=1')
      ? path === '/flavors?limit=1'
        ? refusal(406, 'Version 2.999 is not supported by the API. Minimum is 2.1 and maximum is 2.93')
        : undefined
      : undefined;
  await expect(serviceWith().validate(...call())).rejects.toMatchObject({
    message: expect.stringContaining('maximum is 2.93'),
  });
});

test('throttling and broken connections are for another attempt; refusals are not', async () => {
  const service = serviceWith();
  const errors: string[] = [];
  for (const answer of [refusal(429, 'slow down'), refusal(503, 'busy'), refusal(403, 'policy')]) {
    cloud.before = () => answer;
    const problem = await service.validate(...call()).catch((error: unknown) => error as Error);
    errors.push((problem as Error).name);
  }
  expect(errors).toEqual(['TransientError', 'TransientError', 'PrerequisiteError']);
});

test('an image that volumes depend on is kept and named', async () => {
  const service = serviceWith();
  await cutOver(service);
  cloud.before = ({ method, service: asked }) =>
    method === 'DELETE' && asked === 'image' ? refusal(409, 'in use') : undefined;
  await service.finalize(...call());
  expect(memoryOf(memory).left).toContainEqual(
    expect.stringMatching(/^image a2o-m-1-disk-0-.* of which a volume is a clone$/),
  );
});

test('without a test, no image is made of the first pass', async () => {
  const service = serviceWith();
  const untested: Partial<Payload> = { rules: { test: false } };
  await service.replicate(...call(untested));
  expect(await service.replication(...call(untested))).toMatchObject({ is: 'ready' });
  expect(cloud.glance.images.size).toBe(0);
  // Somebody orders one after all.
  expect(await until(() => service.testLaunch(...call(untested)))).toMatchObject({ is: 'ready' });
});

test('the images of a test that is ordered after all are made once, however often they are asked for', async () => {
  const untested: Partial<Payload> = { rules: { test: false } };
  const work = longWork<DiskResult>({ patienceMs: 60_000 });
  const cancelled: string[] = [];
  const slow = {
    ...work,
    advance: async (...asked: Parameters<typeof work.advance>): ReturnType<typeof work.advance> =>
      isSlow ? { is: 'running' } : await work.advance(...asked),
    cancel: async (file: string): Promise<void> => {
      cancelled.push(file);
      await work.cancel(file);
    },
  };
  let isSlow = false;
  const service = serviceWith({ work: slow });
  await service.replicate(...call(untested));
  expect(await service.replication(...call(untested))).toMatchObject({ is: 'ready' });
  isSlow = true;
  for (let looks = 0; looks < 3; looks += 1)
    expect(await service.testLaunch(...call(untested))).toMatchObject({ is: 'waiting' });
  expect(cancelled).toHaveLength(2);
  isSlow = false;
  expect(await until(() => service.testLaunch(...call(untested)))).toMatchObject({ is: 'ready' });
});

test('it serves what it has a source for', async () => {
  const service = serviceWith();
  expect(service.serves(payload)).toBe(true);
  expect(service.serves({ ...payload, source: 'vmware' })).toBe(false);
  expect(service.serves({ ...payload, target: 'aws' })).toBe(false);
  await expect(service.prepare(...call({ source: 'aws' }))).rejects.toMatchObject({ name: 'ValidationError' });
});

test('what quotas and subnets have left', async () => {
  const taken = { subnet_id: 'subnet-1', ip_address: '10.0.0.12' };
  cloud.rows.ports.set('p', { id: 'p', name: 'x', network_id: 'network-1', fixed_ips: [taken] });
  const question = { subnetIds: ['subnet-1', 'subnet-9'], instanceTypes: ['m1.small'] };
  expect(await openStackCapacity(cloud.client).read(question, new AbortController().signal)).toEqual({
    instances: 6,
    ramGb: 8,
    volumes: 0,
    volumeGb: 60,
    instanceTypes: { 'm1.small': { vcpus: 1, ramGb: 2 }, 'f-1': { vcpus: 1, ramGb: 2 } },
    subnets: { 'subnet-1': { cidr: '10.0.0.0/24', freeAddresses: 9, taken: ['10.0.0.12'] } },
  });
});

describe('what the source does', () => {
  test('its snapshots are waited for, and their progress is logged', async () => {
    const logged: string[] = [];
    source.keepPoint = () => Promise.resolve({ is: 'waiting', what: 'snapshot s-1: creating' });
    const [machine, context] = call();
    const listening = { ...context, log: (message: string) => logged.push(message) };
    expect(await serviceWith().replication(machine, listening)).toEqual({
      is: 'waiting',
      lagSeconds: null,
      copiedBytes: 0,
      totalBytes: 3 * gib + 1,
    });
    expect(logged).toEqual(['copying: snapshot s-1: creating']);
    expect(await serviceWith().testLaunch(machine, context)).toEqual({
      is: 'waiting',
      health: 'snapshot s-1: creating',
    });
  });

  test('a copy that takes longer than a call says how far it is', async () => {
    const copied = Promise.withResolvers<undefined>();
    const copyDisk = source.copyDisk.bind(source);
    source.copyDisk = async (request, context) => {
      request.onProgress({ copiedBytes: gib / 4, totalBytes: request.disk.sizeBytes });
      await copied.promise;
      return await copyDisk(request, context);
    };
    const work = longWork<DiskResult>({ patienceMs: 200 });
    const service = serviceWith({ work });
    await service.replicate(...call());
    expect(await service.replication(...call())).toMatchObject({ is: 'waiting', copiedBytes: gib / 2 });
    copied.resolve(undefined);
    while ((await service.replication(...call())).is === 'waiting');
    expect(cloud.glance.images.size).toBe(2);
    await work.close();
  });

  test('the cutover waits until the source has stopped', async () => {
    const service = serviceWith();
    await tested(service);
    const stop = source.stop.bind(source);
    source.stop = () => Promise.resolve('waiting');
    await service.cutOver(...call());
    expect(await service.cutover(...call())).toEqual({
      is: 'waiting',
      health: 'the source machine server-1 is stopping',
    });
    expect(memoryOf(memory).finalDisks).toBeUndefined();
    source.stop = stop;
    expect(await until(() => service.cutover(...call()))).toMatchObject({ is: 'ready' });
    // Somebody starts the source again; the target has all that it had.
    source.stop = () => Promise.resolve('waiting');
    expect(await service.cutover(...call())).toMatchObject({ is: 'ready' });
  });

  test('a machine without disks is refused', async () => {
    const described = source.describe.bind(source);
    source.describe = async (...args) => ({ ...(await described(...args)), disks: [] });
    await expect(serviceWith().prepare(...call())).rejects.toMatchObject({
      name: 'PrerequisiteError',
      message: 'The machine server-m-1 has no disks to copy.',
    });
  });

  test('disks for which the work folder has no room are refused before anything is copied', async () => {
    const described = source.describe.bind(source);
    source.describe = async (...args) => ({
      ...(await described(...args)),
      disks: [{ id: 'boot', sizeBytes: Number.MAX_SAFE_INTEGER }],
    });
    await expect(serviceWith().prepare(...call())).rejects.toMatchObject({
      name: 'PrerequisiteError',
      message: expect.stringMatching(/^The work folder .* left, .*--work-folder\)\.$/),
    });
  });
});

describe('a rollback', () => {
  test('that waits for the source longer than the step may is tried again', async () => {
    const service = serviceWith({ removalSeconds: 0 });
    await tested(serviceWith());
    await serviceWith().cutOver(...call());
    source.start = () => Promise.resolve({ is: 'waiting', restored: [], notRestored: [] });
    await expect(service.rollBack(...call())).rejects.toMatchObject({
      name: 'TransientError',
      message: 'The source machine server-1 has not started yet.',
    });
  });

  test('starts the source only when the server at the target is gone', async () => {
    const service = serviceWith({ removalSeconds: 0 });
    await cutOver(serviceWith());
    cloud.before = ({ method, path }) =>
      method === 'DELETE' && path.startsWith('/servers/') ? ok({ status: 204, headers: {}, text: '' }) : undefined;
    await expect(service.rollBack(...call())).rejects.toMatchObject({
      name: 'TransientError',
      message: 'the test cloud has not removed all of m-1 yet.',
    });
    expect(source.running).toBe(false);
    cloud.before = () => undefined;
    expect(await serviceWith().rollBack(...call())).toMatchObject({ restored: ['server web runs'] });
  });

  test('keeps the copies of a machine whose disks are gone at the source, and names them', async () => {
    const service = serviceWith();
    await tested(service);
    await service.cutOver(...call());
    const lost = { what: 'instance i-1', why: 'EC2 has terminated it; its snapshots are kept' };
    source.start = () => Promise.resolve({ is: 'started', restored: [], notRestored: [lost], isLost: true });
    expect(await service.rollBack(...call())).toEqual({ restored: [], notRestored: [lost] });
    expect([names('servers'), names('volumes'), source.cleaned]).toEqual([[], [], 0]);
    expect(cloud.glance.images.size).toBe(2);
    expect(memoryOf(memory).left).toEqual([
      expect.stringMatching(/^image a2o-m-1-disk-0-.*, a copy of a disk of server-m-1$/),
      expect.stringMatching(/^image a2o-m-1-disk-1-.*, a copy of a disk of server-m-1$/),
      'what was copied of server-m-1 at the source (label a2o_migration=m-1)',
    ]);
  });

  test('before the cutover keeps the copies of a source that is gone', async () => {
    const service = serviceWith();
    await tested(service);
    source.describe = () => Promise.reject(new PrerequisiteError('The cloud has no server server-1.'));
    expect(await service.rollBack(...call())).toEqual({
      restored: [],
      notRestored: [{ what: 'the source machine server-1', why: 'The cloud has no server server-1.' }],
    });
    expect(source.cleaned).toBe(0);
    expect(cloud.glance.images.size).toBe(2);
  });
});

describe('the launch waits for the cloud, and says for what', () => {
  async function copied(): Promise<MigrationService> {
    const service = serviceWith();
    await service.replicate(...call());
    return service;
  }

  test('volumes, then the server', async () => {
    const service = await copied();
    cloud.become = () => 'downloading';
    expect(await service.testLaunch(...call())).toEqual({
      is: 'waiting',
      health: 'volume a2o-m-1-test-disk-0: downloading, volume a2o-m-1-test-disk-1: downloading',
    });
    for (const volume of cloud.rows.volumes.values()) volume['status'] = 'available';
    cloud.become = () => 'BUILD';
    expect(await service.testLaunch(...call())).toEqual({ is: 'waiting', health: 'server a2o-m-1-test: BUILD' });
    for (const server of cloud.rows.servers.values()) server['status'] = 'ACTIVE';
    expect(await service.testLaunch(...call())).toMatchObject({ is: 'ready' });
  });

  test('volumes and port of a server that Nova calls ACTIVE', async () => {
    const service = await copied();
    await until(() => service.testLaunch(...call()));
    const [server] = cloud.rows.servers.values();
    const [boot, data] = cloud.rows.volumes.values();
    const [port] = cloud.rows.ports.values();
    if (!server || !boot || !data || !port) throw new Error('something is missing');
    const attached = server['os-extended-volumes:volumes_attached'];
    server['os-extended-volumes:volumes_attached'] = [{ id: boot.id }];
    expect((await service.testLaunch(...call())).health).toBe(
      `server a2o-m-1-test: volumes ${data.id} are not attached yet`,
    );
    server['os-extended-volumes:volumes_attached'] = attached;
    data['status'] = 'attaching';
    expect(await service.testLaunch(...call())).toMatchObject({ is: 'waiting' });
    data['status'] = 'available';
    expect((await service.testLaunch(...call())).health).toBe(`volume ${data.id}: available`);
    data['status'] = 'in-use';
    port['device_id'] = '';
    expect((await service.testLaunch(...call())).health).toBe(`port ${port.id} is not bound to a2o-m-1-test yet`);
  });

  test('a volume that its image does not make bootable is made so', async () => {
    const service = await copied();
    cloud.become = () => 'creating';
    await service.testLaunch(...call());
    for (const volume of cloud.rows.volumes.values()) Object.assign(volume, { bootable: 'false', status: 'available' });
    cloud.become = () => 'ACTIVE';
    expect(await service.testLaunch(...call())).toMatchObject({ is: 'ready' });
    expect([...cloud.rows.volumes.values()].map(({ bootable }) => bootable)).toEqual(['true', 'false']);
  });
});

describe('what the target refuses at the launch', () => {
  test.each([
    [
      'a MAC address of our choice',
      (path: string) => path === '/v2.0/ports',
      refusal(403, 'policy'),
      'The cloud does not let this project choose a MAC address',
    ],
    [
      'another server',
      (path: string) => path === '/servers',
      refusal(403, 'Quota exceeded for instances'),
      'The server a2o-m-1-test cannot be made: HTTP 403, Quota exceeded for instances',
    ],
    [
      'another volume',
      (path: string) => path === '/volumes',
      refusal(413, 'VolumeSizeExceedsAvailableQuota'),
      'The volume a2o-m-1-test-disk-0 of 1 GiB cannot be made: HTTP 413, VolumeSizeExceedsAvailableQuota',
    ],
  ])('%s', async (_what, isAbout, answer, message) => {
    const service = serviceWith();
    await service.replicate(...call());
    cloud.before = ({ method, path }) => (method === 'POST' && isAbout(path) ? answer : undefined);
    await expect(service.testLaunch(...call())).rejects.toMatchObject({
      name: 'VerificationError',
      message: expect.stringContaining(message),
    });
  });

  test('a flavor or a subnet that is gone by now', async () => {
    const service = serviceWith();
    await service.replicate(...call());
    await expect(service.testLaunch(...call({ instanceType: 'm9.huge' }))).rejects.toMatchObject({
      message: expect.stringContaining("has no flavor 'm9.huge' that this project may use"),
    });
    await expect(service.testLaunch(...call({ subnetId: 'subnet-9' }))).rejects.toMatchObject({
      message: expect.stringContaining('has no subnet subnet-9 that this project sees'),
    });
  });

  test('a server that a lost answer made is found, although Nova says that there is a conflict', async () => {
    const service = serviceWith();
    await service.replicate(...call());
    let isLost = false;
    cloud.before = (request) => {
      if (request.method !== 'POST' || request.path !== '/servers' || isLost) return undefined;
      isLost = true;
      // The server is made; what answers is its second attempt.
      void cloud.client.send(request);
      return refusal(409, 'the port is in use');
    };
    expect(await until(() => service.testLaunch(...call()))).toMatchObject({ is: 'ready' });
    expect(names('servers')).toEqual(['a2o-m-1-test']);
  });
});

test('a test in a subnet that the payload names takes an address that is free there', async () => {
  cloud.rows.subnets.set('subnet-2', { ...memorySubnet, id: 'subnet-2', network_id: 'network-2' });
  const inTestNetwork: Partial<Payload> = {
    network: { fixedIp: '10.0.0.12', macAddress: 'fa:16:3e:00:00:77', testSubnetId: 'subnet-2' },
    options: { keyName: 'ada', availabilityZone: 'az-1', volumeType: 'ssd', volumeZone: 'az-2', configDrive: true },
  };
  const service = serviceWith();
  await service.replicate(...call(inTestNetwork));
  expect(await until(() => service.testLaunch(...call(inTestNetwork)))).toMatchObject({ is: 'ready' });
  const [port] = cloud.rows.ports.values();
  expect(port).toMatchObject({ network_id: 'network-2', mac_address: 'fa:16:3e:00:00:01' });
  expect(names('networks')).toEqual(['real']);
  expect([...cloud.rows.servers.values()][0]).toMatchObject({
    availability_zone: 'az-1',
    key_name: 'ada',
    config_drive: true,
  });
  expect([...cloud.rows.volumes.values()][0]).toMatchObject({ volume_type: 'ssd', availability_zone: 'az-2' });
});

test('the properties of the images follow the options', async () => {
  const chosen: Partial<Payload> = { options: { diskBus: 'scsi', vifModel: 'e1000', firmware: 'bios' } };
  await serviceWith().replicate(...call(chosen));
  expect([...cloud.glance.images.values()][0]).toMatchObject({
    hw_disk_bus: 'scsi',
    hw_scsi_model: 'virtio-scsi',
    hw_vif_model: 'e1000',
    hw_firmware_type: 'bios',
  });
});

describe('images are proven to be the disks', () => {
  test('one that the cloud stored otherwise is compared, and its proof says so', async () => {
    cloud = memoryCloud({
      onContent: (image) => {
        image.disk_format = 'raw';
      },
    });
    await serviceWith().replicate(...call());
    expect(memoryOf(memory).firstDisks?.[0]?.proof).toBe('qemu-img compare with the raw that the cloud made of it');
  });

  test('one that is not equal is deleted, and the step is tried again', async () => {
    cloud = memoryCloud({
      onContent: (image) => {
        image.content = Buffer.from('damaged');
      },
    });
    await expect(serviceWith().replicate(...call())).rejects.toMatchObject({
      name: 'TransientError',
      message: expect.stringMatching(/^The image a2o-m-1-disk-\d-.* is not equal to the disk .*; it was deleted/),
    });
    // The other disk is still on its way, perhaps.
    for (let left = 100; left > 0 && cloud.glance.images.size > 0; left -= 1) await delay(50);
    expect(cloud.glance.images.size).toBe(0);
  });

  test('a conversion that is not equal to the disk is thrown away', async () => {
    const unequal = { ...qemuImg, isEqual: () => Promise.resolve(false) };
    await expect(serviceWith({ qemuImg: unequal }).replicate(...call())).rejects.toMatchObject({
      name: 'TransientError',
      message: expect.stringContaining('is not equal to the disk; it is made again'),
    });
    expect(cloud.glance.images.size).toBe(0);
  });

  test('a cloud that keeps raw images gets the raw file as it is', async () => {
    const convert = (): Promise<never> => Promise.reject(new Error('nothing is converted'));
    await serviceWith({ imageFormat: 'raw', qemuImg: { ...qemuImg, convert } }).replicate(...call());
    expect(memoryOf(memory).firstDisks?.[0]?.proof).toMatch(/^sha512 [0-9a-f]{128}$/);
  });
});

test('a key pair that the user does not have is refused before anything starts', async () => {
  await expect(serviceWith().validate(...call({ options: { keyName: 'ada' } }))).rejects.toMatchObject({
    name: 'PrerequisiteError',
    message: "the test cloud has no key pair 'ada' of this user: correct options.keyName.",
  });
});
