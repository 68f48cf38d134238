import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { motoCredentials, startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';
import {
  createSnapshots,
  deleteSnapshot,
  describeInstance,
  ec2Client,
  findSnapshots,
  switchInstance,
  volumeSizes,
} from '../../../clients/ec2/index.js';
import type { Ec2Client } from '../../../clients/ec2/index.js';
import { ebsClient } from '../../../clients/ebs/index.js';
import { ebsSource } from '../../../waves/sources/ebs/index.js';

let moto: Moto;
let ec2: Ec2Client;
const { signal } = new AbortController();
const region = 'eu-central-1';

beforeAll(async () => {
  moto = await startMoto();
  ec2 = ec2Client({ region, endpoint: moto.endpoint, credentials: motoCredentials });
}, 120_000);

afterAll(async () => {
  await moto.stop();
});

async function runInstance(): Promise<string> {
  const images = await ec2.send('DescribeImages', { 'Owner.1': 'amazon' }, signal);
  const ImageId = images.ok ? (images.value.items('imagesSet')[0]?.one('imageId').text ?? '') : '';
  const disks = {
    'BlockDeviceMapping.1.DeviceName': '/dev/sda1',
    'BlockDeviceMapping.1.Ebs.VolumeSize': '3',
    'BlockDeviceMapping.2.DeviceName': '/dev/sdb',
    'BlockDeviceMapping.2.Ebs.VolumeSize': '5',
  };
  const started = await ec2.send('RunInstances', { ImageId, MinCount: '1', MaxCount: '1', ...disks }, signal);
  return started.ok ? (started.value.items('instancesSet')[0]?.one('instanceId').text ?? '') : '';
}

test('an instance is found with its disks, stopped and started', async () => {
  const id = await runInstance();
  const found = await describeInstance(ec2, id, signal);
  const volumes = found.ok ? (found.value?.volumes ?? []) : [];
  expect(found).toMatchObject({
    ok: true,
    value: { id, state: 'running', rootDevice: '/dev/sda1', rootIsVolume: true },
  });
  const sizes = await volumeSizes(
    ec2,
    volumes.map((volume) => volume.id),
    signal,
  );
  const sizeOf = (device: string): number | undefined =>
    sizes.ok ? sizes.value.get(volumes.find((volume) => volume.device === device)?.id ?? '') : undefined;
  expect([sizeOf('/dev/sda1'), sizeOf('/dev/sdb')]).toEqual([3, 5]);
  for (const [to, state] of [
    ['stopped', 'stopped'],
    ['running', 'running'],
  ] as const) {
    expect(await switchInstance(ec2, { id, to }, signal)).toEqual({ ok: true, value: undefined });
    expect(await describeInstance(ec2, id, signal)).toMatchObject({ value: { state } });
  }
  expect(await describeInstance(ec2, 'i-0123456789abcdef0', signal)).toEqual({ ok: true, value: undefined });
});

test('snapshots of all disks are taken once, found by their labels, and removed', async () => {
  const id = await runInstance();
  const ebs = ebsClient({ region, endpoint: moto.endpoint, credentials: motoCredentials });
  const source = ebsSource({ ec2, ebs });
  const context = { migrationId: 'm-7', signal };
  const machine = await source.describe(id, context);
  expect(machine.disks.map(({ device, sizeBytes }) => [device, sizeBytes / 2 ** 30])).toEqual([
    ['/dev/sda1', 3],
    ['/dev/sdb', 5],
  ]);
  expect(await source.keepPoint(machine, 'first', context)).toMatchObject({ is: 'waiting' });
  expect(await source.keepPoint(machine, 'first', context)).toEqual({ is: 'ready' });
  expect(await source.keepPoint(machine, 'first', context)).toEqual({ is: 'ready' });
  await createSnapshots(ec2, { instanceId: id, tags: { a2o_migration: 'another' } }, signal);
  const found = await findSnapshots(ec2, { a2o_migration: 'm-7' }, signal);
  const snapshots = found.ok ? found.value : [];
  expect(snapshots.map(({ volumeId }) => volumeId).sort()).toEqual(machine.disks.map((disk) => disk.id).sort());
  expect(snapshots[0]).toMatchObject({ state: 'completed', tags: { a2o_migration: 'm-7', a2o_pass: 'first' } });
  expect(await source.cleanUp(machine, context)).toEqual([]);
  expect(await findSnapshots(ec2, { a2o_migration: 'm-7' }, signal)).toEqual({ ok: true, value: [] });
  expect(await deleteSnapshot(ec2, snapshots[0]?.id ?? '', signal)).toEqual({ ok: true, value: undefined });
});

test('the machine is stopped for the last copy, and started again to roll back', async () => {
  const id = await runInstance();
  const ebs = ebsClient({ region, endpoint: moto.endpoint, credentials: motoCredentials });
  const source = ebsSource({ ec2, ebs });
  const context = { migrationId: 'm-8', signal };
  const machine = await source.describe(id, context);
  await source.stop(machine, context);
  expect(await source.stop(machine, context)).toBe('stopped');
  expect(await source.start(machine, context)).toMatchObject({ is: 'waiting' });
  expect(await source.start(machine, context)).toMatchObject({
    is: 'started',
    restored: [`instance ${id} runs on its own volumes and addresses`],
  });
  await expect(source.describe('i-0123456789abcdef0', context)).rejects.toMatchObject({ name: 'PrerequisiteError' });
});
