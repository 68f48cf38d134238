import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMoto } from '../../../environments/moto/moto.js';
import { cloudClient, jsonIn } from '../../../clients/openstack/index.js';
import type { CloudClient, CloudService } from '../../../clients/openstack/index.js';
import { ebsClient } from '../../../clients/ebs/index.js';
import { ec2Client } from '../../../clients/ec2/index.js';
import { cloudTarget } from '../../../openstack/session/index.js';
import { hashOfFile } from '../../../waves/cloud/images.js';
import type { Image } from '../../../waves/cloud/images.js';
import type { OrderKind } from '../../../waves/machines/index.js';
import type { Machine, MigrationService, ServiceContext } from '../../../waves/services/migration-service.js';
import { memoryOf } from '../../../waves/services/openstack/memory.js';
import { openStackService } from '../../../waves/services/openstack/index.js';
import type { DiskResult } from '../../../waves/services/openstack/index.js';
import type { DiskSource } from '../../../waves/sources/disk-source.js';
import { ebsSource } from '../../../waves/sources/ebs/index.js';
import { longWork } from '../../../waves/sources/long-work.js';
import { openStackVolumeSource } from '../../../waves/sources/openstack-volume/index.js';
import { qemuImg } from '../../../waves/sources/qemu-img.js';
import { ebsBlockBytes, ebsOfMoto, writeSnapshot } from '../../support/ebs-of-moto.js';
import { embeddedState } from '../../support/embedded-state.js';
import { ownedBy, startCloud } from '../../support/openstack-cloud.js';
import type { Cloud, CloudProject, Listed } from '../../support/openstack-cloud.js';
import { removeNamed, sourceServers, subnetOf } from '../../support/wave-servers.js';
import type { SourceServer } from '../../support/wave-servers.js';
import { payloadOf } from '../../support/wave-payloads.js';
import { waveWorkers } from '../../support/wave-workers.js';
import type { WaveWorkers } from '../../support/wave-workers.js';

/** Ten by hand. */
const machineCount = Number(process.env['A2O_WAVE_MACHINES'] ?? 3);
/** 1024 by hand. */
const ebsMiB = Number(process.env['A2O_EBS_MB'] ?? 64);
const run = Math.random().toString(36).slice(2, 8);
const credentials = { accessKeyId: 'moto', secretAccessKey: 'moto' };

let cloud: Cloud;
let lake: CloudProject;
let old: CloudProject;
let target: CloudClient;
let source: CloudClient;
let folder: string;
let before: Readonly<Record<string, readonly Listed[]>>;
/** What tests have started, to be stopped at the end. */
const started: { stop(): Promise<void> }[] = [];
const state = embeddedState();

beforeAll(async () => {
  cloud = await startCloud();
  lake = await cloud.project('lake');
  old = await cloud.project('wave-source');
  target = clientOf(lake);
  source = clientOf(old);
  folder = mkdtempSync(join(tmpdir(), 'a2o-waves-'));
  before = await ownedBy(lake);
}, 1_800_000);

afterAll(async () => {
  for (const one of started) await one.stop();
  for (const client of [target, source]) await removeNamed(client, run);
  await target.close();
  await source.close();
  rmSync(folder, { recursive: true, force: true });
}, 600_000);

function clientOf({ env }: CloudProject): CloudClient {
  const found = cloudTarget(env, 'RegionOne');
  if (!found.ok) throw new Error(JSON.stringify(found.error));
  return cloudClient(found.value);
}

async function ask<T>(client: CloudClient, service: CloudService, path: string): Promise<T> {
  const reply = await client.send({ method: 'GET', service, path });
  const body = reply.ok ? jsonIn<T>(reply.value) : reply;
  if (!body.ok) throw new Error(`${path}: ${JSON.stringify(body.error)}`);
  return body.value;
}

function service(from: DiskSource, options: { readonly imageFormat?: 'raw' | 'qcow2' } = {}): MigrationService {
  return openStackService({
    cloud: target,
    sourceOf: () => from,
    qemuImg: qemuImg(),
    workFolder: join(folder, 'work'),
    work: longWork<DiskResult>({ patienceMs: 1000 }),
    pollMs: 300,
    ...options,
  });
}

/** What crashes cause: each step is done, its end is lost, and it is done again. */
function twice(one: MigrationService): MigrationService {
  const again =
    <Answer>(method: (machine: Machine, context: ServiceContext) => Promise<Answer>) =>
    async (machine: Machine, context: ServiceContext): Promise<Answer> => {
      // Without what it remembered.
      await method(machine, { ...context, remember: () => Promise.resolve(), memory: () => machine.memory });
      return await method(machine, context);
    };
  return {
    name: one.name,
    serves: (payload) => one.serves(payload),
    validate: again((...call) => one.validate(...call)),
    prepare: again((...call) => one.prepare(...call)),
    replicate: again((...call) => one.replicate(...call)),
    replication: again((...call) => one.replication(...call)),
    launchTest: again((...call) => one.launchTest(...call)),
    testLaunch: again((...call) => one.testLaunch(...call)),
    endTest: again((...call) => one.endTest(...call)),
    cutOver: again((...call) => one.cutOver(...call)),
    cutover: again((...call) => one.cutover(...call)),
    finalize: again((...call) => one.finalize(...call)),
    rollBack: again((...call) => one.rollBack(...call)),
  };
}

const kinds = ['servers', 'volumes', 'ports', 'networks', 'subnets'] as const;

/** Ids of what the project owns besides what it had before. */
async function made(): Promise<Readonly<Record<string, readonly string[]>>> {
  const now = await ownedBy(lake);
  const idsOf = (all: readonly Listed[] = []): string[] => all.map(({ id }) => String(id));
  return Object.fromEntries(
    kinds.map((kind) => [
      kind,
      idsOf(now[kind])
        .filter((id) => !idsOf(before[kind]).includes(id))
        .sort(),
    ]),
  );
}

async function imagesNamed(client: CloudClient): Promise<readonly Image[]> {
  const { images } = await ask<{ readonly images: readonly Image[] }>(client, 'image', '/v2/images?limit=500');
  return images.filter(({ name }) => name.startsWith(`a2o-${run}-`));
}

async function snapshotsAtSource(): Promise<number> {
  const { snapshots } = await ask<{ readonly snapshots: readonly { readonly name: string }[] }>(
    source,
    'volume',
    '/snapshots/detail',
  );
  return snapshots.filter(({ name }) => name.startsWith(`a2o-${run}-`)).length;
}

test(`${machineCount} machines: import, test launch, cutover, rollback and finalize, each step twice`, async () => {
  const subnet = await subnetOf(target, `wave-${run}`, '10.41.0.0/24');
  before = await ownedBy(lake);
  const servers = await sourceServers(source, { name: `wave-${run}`, cidr: '10.41.0.0/24', count: machineCount });
  const idOf = (index: number): string => `${run}-${index}`;
  const from = (): DiskSource =>
    openStackVolumeSource({ cloud: source, qemuImg: qemuImg(), format: 'qcow2', pollMs: 300 });
  // Two workers with nothing in common but the store and the folder; a third takes over from the first.
  const workers = waveWorkers(state(), () => [twice(service(from()))]);
  const payloads = servers.map(({ id }, index) =>
    payloadOf(idOf(index), {
      sourceVmId: id,
      targetVmName: `moved-${run}-${index}`,
      wave: run,
      instanceType: 'lakehouse.tiny',
      subnetId: subnet.id,
      securityGroupIds: [],
      network: { fixedIp: `10.41.0.${50 + index}`, macAddress: `fa:16:3e:41:00:${(16 + index).toString(16)}` },
    }),
  );
  for (const payload of [...payloads, ...payloads]) await workers.submit(payload);
  await workers.work({ stopAfterMs: 10_000 });
  expect(await workers.statuses(run)).toEqual(Array.from(payloads, () => 'READY'));
  // The tests run beside their sources, each in its own network.
  expect((await made())['networks']).toHaveLength(machineCount);
  expect((await made())['servers']).toHaveLength(machineCount);
  expect(await statusesOf(servers)).toEqual(servers.map(() => 'ACTIVE'));

  await orderAll(
    workers,
    payloads.map(({ migrationId }) => migrationId),
    'cutover',
  );
  await workers.work();
  expect(await workers.statuses(run)).toEqual(Array.from(payloads, () => 'CUT_OVER'));
  expect(await statusesOf(servers)).toEqual(servers.map(() => 'SHUTOFF'));
  for (const [index, { migrationId, network }] of payloads.entries())
    await expectMoved(migrationId, servers[index], network);

  const isKept = (index: number): boolean => index % 2 === 0;
  for (const [index, { migrationId }] of payloads.entries())
    await orderAll(workers, [migrationId], isKept(index) ? 'finalize' : 'rollback');
  await workers.work();
  expect(await workers.statuses(run)).toEqual(
    payloads.map((_, index) => (isKept(index) ? 'FINALIZED' : 'ROLLED_BACK')),
  );
  expect(await statusesOf(servers)).toEqual(servers.map((_, index) => (isKept(index) ? 'SHUTOFF' : 'ACTIVE')));

  // All that is left is in the records of the machines.
  const records = await Promise.all(payloads.map(({ migrationId }) => workers.record(migrationId)));
  const kept = records.filter((_, index) => isKept(index)).map(({ memory }) => memoryOf(memory).target);
  const volumesOfAll = records.flatMap(({ memory }) => memoryOf(memory).target?.volumeIds ?? []);
  expect(await made()).toEqual({
    servers: kept.map((one) => one?.serverId ?? '').sort(),
    ports: kept.map((one) => one?.portId ?? '').sort(),
    // What was written at the target is kept when somebody goes back.
    volumes: volumesOfAll.sort(),
    networks: [],
    subnets: [],
  });
  for (const [index, { memory }] of records.entries())
    if (!isKept(index))
      expect(memoryOf(memory).left).toEqual((memoryOf(memory).target?.volumeIds ?? []).map((id) => `volume ${id}`));
  expect([await imagesNamed(target), await imagesNamed(source), await snapshotsAtSource()]).toEqual([[], [], 0]);
  expect(readdirSync(join(folder, 'work'))).toEqual([]);

  async function expectMoved(
    migrationId: string,
    server: SourceServer | undefined,
    network: (typeof payloads)[0]['network'],
  ): Promise<void> {
    const { memory } = await workers.record(migrationId);
    const { target: moved, finalDisks } = memoryOf(memory);
    expect(finalDisks?.map(({ id }) => id)).toEqual(server?.volumeIds);
    expect(finalDisks?.every(({ proof }) => proof?.startsWith('sha512 ') === true)).toBe(true);
    const { port } = await ask<{ readonly port: Readonly<Record<string, unknown>> }>(
      target,
      'network',
      `/v2.0/ports/${moved?.portId ?? ''}`,
    );
    expect(port).toMatchObject({
      mac_address: network?.macAddress,
      fixed_ips: [{ ip_address: network?.fixedIp }],
      device_id: moved?.serverId,
    });
    const { volume } = await ask<{ readonly volume: Readonly<Record<string, unknown>> }>(
      target,
      'volume',
      `/volumes/${moved?.volumeIds[0] ?? ''}`,
    );
    expect(volume).toMatchObject({
      bootable: 'true',
      volume_image_metadata: {
        hw_firmware_type: 'uefi',
        hw_disk_bus: 'virtio',
        os_type: 'linux',
        a2o_migration: migrationId,
      },
    });
  }
}, 2_400_000);

async function orderAll(workers: WaveWorkers, ids: readonly string[], kind: OrderKind): Promise<void> {
  for (const id of ids) await workers.order(id, kind);
}

async function statusesOf(servers: readonly SourceServer[]): Promise<readonly string[]> {
  return await Promise.all(
    servers.map(async ({ id }) => {
      const { server } = await ask<{ readonly server: { readonly status: string } }>(
        source,
        'compute',
        `/servers/${id}`,
      );
      return server.status;
    }),
  );
}

test('a machine that cannot be launched is rolled back, and nothing of it is left', async () => {
  const subnet = await subnetOf(target, `wave-bad-${run}`, '10.42.0.0/24');
  before = await ownedBy(lake);
  const [server] = await sourceServers(source, { name: `wave-bad-${run}`, cidr: '10.42.0.0/24', count: 1 });
  const from = openStackVolumeSource({ cloud: source, qemuImg: qemuImg(), format: 'qcow2', pollMs: 300 });
  const workers = waveWorkers(state(), () => [service(from)]);
  const payload = payloadOf(`${run}-bad`, {
    sourceVmId: server?.id ?? '',
    targetVmName: `moved-${run}-bad`,
    wave: `${run}-bad`,
    instanceType: 'lakehouse.tiny',
    subnetId: subnet.id,
    securityGroupIds: [],
    // No host is in such a zone.
    options: { availabilityZone: 'nowhere' },
  });
  await workers.submit(payload);
  await workers.work();
  expect(await workers.statuses(`${run}-bad`)).toEqual(['ROLLED_BACK']);
  expect((await workers.record(`${run}-bad`)).error?.message).toMatch(/availability zone/);
  expect(Object.values(await made()).flat()).toEqual([]);
  expect([await imagesNamed(target), await imagesNamed(source), await snapshotsAtSource()]).toEqual([[], [], 0]);
  expect(await statusesOf(server === undefined ? [] : [server])).toEqual(['ACTIVE']);
}, 1_200_000);

test(`a disk of EBS with ${ebsMiB} MiB: read, changed, read again, and equal by hash in Glance`, async () => {
  const moto = await startMoto();
  started.unshift(moto);
  const aws = await ebsOfMoto(moto.endpoint);
  started.unshift(aws);
  const account = { region: 'eu-central-1', endpoint: aws.url, credentials };
  const [ebs, ec2] = [ebsClient(account), ec2Client(account)];
  const { signal } = new AbortController();
  const migrationId = `${run}-ebs`;
  const sizeGib = Math.max(1, Math.ceil(ebsMiB / 1024));
  const { instanceId, volumeId } = await runInstance(sizeGib);
  const first = new Map(Array.from({ length: (2 * ebsMiB) | 0 }, (_, index) => [index, randomBytes(ebsBlockBytes)]));
  const second = new Map(first);
  for (let index = 3; index < first.size; index += 10) second.set(index, randomBytes(ebsBlockBytes));
  second.delete(5);
  // What EC2 does when it is told to take snapshots; moto's own have no blocks.
  const keep = async (pass: string, blocks: ReadonlyMap<number, Buffer>): Promise<void> => {
    const snapshot = await writeSnapshot(ebs, {
      sizeGib,
      tags: { a2o_migration: migrationId, a2o_pass: pass },
      blocks,
    });
    const shown = await ec2.send('DescribeSnapshots', { 'SnapshotId.1': snapshot }, signal);
    if (!shown.ok) throw new Error(JSON.stringify(shown.error));
    aws.callVolume(shown.value.items('snapshotSet')[0]?.one('volumeId').text ?? '', volumeId);
  };
  await keep('first', first);
  const subnet = await subnetOf(target, `wave-ebs-${run}`, '10.43.0.0/24');
  const from = service(ebsSource({ ec2, ebs, width: 8 }), { imageFormat: 'raw' });
  let memory: Machine['memory'] = {};
  const context: ServiceContext = {
    signal,
    remember: (change) => {
      memory = { ...memory, ...change };
      return Promise.resolve();
    },
    memory: () => memory,
    log: () => undefined,
    now: () => new Date(),
  };
  const payload = payloadOf(migrationId, {
    source: 'aws',
    sourceVmId: instanceId,
    targetVmName: `moved-${run}-ebs`,
    instanceType: 'lakehouse.tiny',
    subnetId: subnet.id,
    securityGroupIds: [],
    rules: { test: false },
  });
  const machine = (): Machine => ({ migrationId, correlationId: migrationId, payload, memory });
  await from.validate(machine(), context);
  await from.prepare(machine(), context);
  await from.replicate(machine(), context);
  while ((await from.replication(machine(), context)).is === 'waiting');
  await keep('final', second);
  await from.cutOver(machine(), context);
  for (;;) {
    const { is, health } = await from.cutover(machine(), context);
    if (is === 'failed') throw new Error(health);
    if (is === 'ready') break;
  }
  const expected = join(folder, 'expected.raw');
  writeFileSync(expected, '');
  truncateSync(expected, sizeGib * 2 ** 30);
  const file = openSync(expected, 'r+');
  for (const [index, block] of second) writeSync(file, block, 0, block.length, index * ebsBlockBytes);
  closeSync(file);
  const { finalDisks } = memoryOf(memory);
  const image = await ask<Image>(target, 'image', `/v2/images/${finalDisks?.[0]?.imageId ?? ''}`);
  expect(image.os_hash_value).toBe(await hashOfFile(expected, image.os_hash_algo ?? ''));
  expect(finalDisks?.[0]?.proof).toBe(`sha512 ${image.os_hash_value ?? ''}`);

  const rolledBack = await from.rollBack(machine(), context);
  expect(rolledBack.restored).toEqual([`instance ${instanceId} runs on its own volumes and addresses`]);

  async function runInstance(gib: number): Promise<{ readonly instanceId: string; readonly volumeId: string }> {
    const images = await ec2.send('DescribeImages', { 'Owner.1': 'amazon' }, signal);
    if (!images.ok) throw new Error(JSON.stringify(images.error));
    const ImageId = images.value.items('imagesSet')[0]?.one('imageId').text ?? '';
    const mapping = {
      'BlockDeviceMapping.1.DeviceName': '/dev/sda1',
      'BlockDeviceMapping.1.Ebs.VolumeSize': String(gib),
    };
    const started = await ec2.send('RunInstances', { ImageId, MinCount: '1', MaxCount: '1', ...mapping }, signal);
    if (!started.ok) throw new Error(JSON.stringify(started.error));
    const id = started.value.items('instancesSet')[0]?.one('instanceId').text ?? '';
    const shown = await ec2.send(
      'DescribeVolumes',
      { 'Filter.1.Name': 'attachment.instance-id', 'Filter.1.Value.1': id },
      signal,
    );
    if (!shown.ok) throw new Error(JSON.stringify(shown.error));
    return { instanceId: id, volumeId: shown.value.items('volumeSet')[0]?.one('volumeId').text ?? '' };
  }
}, 1_800_000);
