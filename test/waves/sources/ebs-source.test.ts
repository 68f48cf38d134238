import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ebsClient } from '../../../clients/ebs/index.js';
import type { DiskSource, SourceContext } from '../../../waves/sources/disk-source.js';
import { ebsSource } from '../../../waves/sources/ebs/index.js';
import { blockBytes, startEbsStub } from '../../support/ebs-stub.js';
import { memoryEc2 } from '../../support/memory-ec2.js';
import type { MemoryEc2 } from '../../support/memory-ec2.js';

const gib = 2 ** 30;
const nowhere = ebsClient({ region: 'eu-central-1', endpoint: 'http://127.0.0.1:9' });
let ec2: MemoryEc2;
let source: DiskSource;
let stop: AbortController;
let context: SourceContext;

beforeEach(() => {
  ec2 = memoryEc2();
  source = ebsSource({ ec2: ec2.client, ebs: nowhere });
  stop = new AbortController();
  context = { migrationId: 'm-1', signal: stop.signal };
});

function refusing(action: string, code: string, status = 400): void {
  ec2.refuse = (asked) => (asked === action ? { status, code, reason: 'it says why' } : undefined);
}

function countOf(action: string): number {
  return ec2.asked.filter((one) => one.action === action).length;
}

describe('describing a machine', () => {
  test('its boot disk is the first, wherever EC2 lists it', async () => {
    expect(await source.describe('i-1', context)).toEqual({
      id: 'i-1',
      name: 'web',
      wasRunning: true,
      firmware: 'uefi',
      os: 'linux',
      disks: [
        { id: 'vol-boot', device: '/dev/sda1', sizeBytes: 3 * gib },
        { id: 'vol-data', device: '/dev/sdb', sizeBytes: 5 * gib },
      ],
      addresses: ['10.0.0.4'],
    });
  });

  test('a stopped Windows machine with a BIOS stays what it is', async () => {
    Object.assign(ec2.instance, { state: 'stopped', platform: 'windows', bootMode: 'legacy-bios' });
    const machine = await source.describe('i-1', context);
    expect(machine).toMatchObject({ wasRunning: false, os: 'windows', firmware: 'bios' });
    ec2.instance.bootMode = '';
    expect(await source.describe('i-1', context)).not.toHaveProperty('firmware');
  });

  test.each([
    ['that does not exist', { state: 'gone' }, 'EC2 has no instance i-1'],
    ['that was terminated', { state: 'terminated' }, 'EC2 has no instance i-1'],
    ['on an instance store', { rootDeviceType: 'instance-store' }, 'The root disk of i-1 is an instance store'],
  ])('a machine %s cannot be copied', async (_what, changed, message) => {
    Object.assign(ec2.instance, changed);
    await expect(source.describe('i-1', context)).rejects.toMatchObject({
      name: 'PrerequisiteError',
      message: expect.stringContaining(message),
    });
  });

  test('a disk whose size EC2 does not tell cannot be copied', async () => {
    ec2.volumes.set('vol-data', { device: '/dev/sdb', sizeGib: '' });
    await expect(source.describe('i-1', context)).rejects.toMatchObject({
      name: 'PrerequisiteError',
      message: 'EC2 does not tell the size of vol-data.',
    });
  });

  test.each([
    ['UnauthorizedOperation', 403, 'PrerequisiteError'],
    ['RequestLimitExceeded', 429, 'TransientError'],
    ['connection', 0, 'TransientError'],
    ['credentials', 0, 'PrerequisiteError'],
  ])('%s (%d) is a %s that says what EC2 said', async (code, status, name) => {
    refusing('DescribeVolumes', code, status);
    await expect(source.describe('i-1', context)).rejects.toMatchObject({
      name,
      message: `EC2 does not describe the volumes of i-1: ${code}, it says why`,
    });
  });
});

describe('keeping a moment', () => {
  test('snapshots of all disks are taken once for each pass', async () => {
    const machine = await source.describe('i-1', context);
    expect(await source.keepPoint(machine, 'first', context)).toEqual({ is: 'waiting', what: 'EC2 takes snapshots' });
    expect(await source.keepPoint(machine, 'first', context)).toEqual({ is: 'ready' });
    expect(await source.keepPoint(machine, 'final', context)).toMatchObject({ is: 'waiting' });
    expect(await source.keepPoint(machine, 'final', context)).toEqual({ is: 'ready' });
    expect(ec2.snapshots.map(({ tags }) => tags)).toEqual(
      ['first', 'first', 'final', 'final'].map((pass) => ({ a2o_migration: 'm-1', a2o_pass: pass })),
    );
  });

  test('it waits for EC2, and says how far it is', async () => {
    ec2.snapshotState = 'pending';
    const machine = await source.describe('i-1', context);
    await source.keepPoint(machine, 'first', context);
    expect(await source.keepPoint(machine, 'first', context)).toEqual({
      is: 'waiting',
      what: 'EC2 takes snapshots: snap-2 40%, snap-1 40%',
    });
  });

  test('a snapshot that fails in EC2 fails the step by name', async () => {
    ec2.snapshotState = 'error';
    const machine = await source.describe('i-1', context);
    await source.keepPoint(machine, 'first', context);
    await expect(source.keepPoint(machine, 'first', context)).rejects.toMatchObject({
      name: 'SourcePreparationError',
      message: 'The snapshot snap-2 of vol-boot failed in EC2.',
    });
  });

  test('snapshots that EC2 refuses to take fail the step', async () => {
    const machine = await source.describe('i-1', context);
    refusing('CreateSnapshots', 'SnapshotLimitExceeded');
    await expect(source.keepPoint(machine, 'first', context)).rejects.toMatchObject({
      name: 'SourcePreparationError',
      message: 'EC2 takes no snapshots of i-1: SnapshotLimitExceeded, it says why',
    });
  });

  test('of two snapshots that a crash has left of a disk, every step takes the oldest', async () => {
    const machine = await source.describe('i-1', context);
    await source.keepPoint(machine, 'first', context);
    const [data, boot] = ec2.snapshots;
    if (data === undefined || boot === undefined) throw new Error('no snapshots');
    // The younger ones are broken, and one has the same second as the older.
    ec2.snapshots.unshift(
      { ...boot, id: 'snap-8', startedAt: '2030-01-01T00:00:00.000Z', state: 'error' },
      { ...data, id: 'snap-9', state: 'error' },
    );
    expect(await source.keepPoint(machine, 'first', context)).toEqual({ is: 'ready' });
  });
});

describe('copying a disk', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'a2o-ebs-source-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('the file gets the blocks of the snapshot of its pass', async () => {
    const block = randomBytes(blockBytes);
    const stub = await startEbsStub(new Map([['snap-2', new Map([[1, block]])]]));
    try {
      const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
      const ebs = ebsClient({ region: 'eu-central-1', endpoint: stub.url, credentials });
      source = ebsSource({ ec2: ec2.client, ebs });
      const machine = await source.describe('i-1', context);
      await source.keepPoint(machine, 'first', context);
      const file = join(folder, 'disk.raw');
      const disk = { id: 'vol-boot', sizeBytes: 2 * blockBytes };
      const seen: number[] = [];
      const { contentId } = await source.copyDisk(
        { machine, disk, pass: 'first', file, onProgress: ({ copiedBytes }) => seen.push(copiedBytes) },
        context,
      );
      expect(contentId).toMatch(/^[0-9a-f]{64}$/);
      expect(readFileSync(file).equals(Buffer.concat([Buffer.alloc(blockBytes), block]))).toBe(true);
      expect(seen.at(-1)).toBe(2 * blockBytes);
    } finally {
      await stub.stop();
    }
  });

  test.each(['none', 'pending'])('without a completed snapshot (%s), the step is tried again', async (state) => {
    const machine = await source.describe('i-1', context);
    ec2.snapshotState = state;
    if (state !== 'none') await source.keepPoint(machine, 'first', context);
    const request = {
      machine,
      disk: { id: 'vol-boot', sizeBytes: gib },
      pass: 'first',
      file: join(folder, 'x'),
    } as const;
    await expect(source.copyDisk({ ...request, onProgress: () => undefined }, context)).rejects.toMatchObject({
      name: 'TransientError',
      message: 'EC2 does not list the completed snapshot of vol-boot.',
    });
  });
});

describe('stopping for the last copy', () => {
  test.each([
    ['running', 'waiting', 1],
    ['stopping', 'waiting', 0],
    ['stopped', 'stopped', 0],
  ] as const)('a machine that is %s: %s', async (state, answer, calls) => {
    const machine = await source.describe('i-1', context);
    ec2.instance.state = state;
    expect(await source.stop(machine, context)).toBe(answer);
    expect(countOf('StopInstances')).toBe(calls);
  });

  test.each(['gone', 'terminated'])('a machine that is %s cannot be cut over', async (state) => {
    const machine = await source.describe('i-1', context);
    ec2.instance.state = state;
    await expect(source.stop(machine, context)).rejects.toMatchObject({
      name: 'SourcePreparationError',
      message: 'The instance i-1 does not exist any more.',
    });
  });

  test('a refusal of EC2 fails the step, and an interrupted call ends with the reason of the interruption', async () => {
    const machine = await source.describe('i-1', context);
    refusing('StopInstances', 'IncorrectInstanceState');
    await expect(source.stop(machine, context)).rejects.toMatchObject({
      name: 'SourcePreparationError',
      message: 'EC2 does not stop i-1: IncorrectInstanceState, it says why',
    });
    stop.abort(new Error('the lease is lost'));
    await expect(source.stop(machine, context)).rejects.toThrow('the lease is lost');
  });
});

describe('starting again for a rollback', () => {
  test('a machine that ran is started, waited for, and told', async () => {
    const machine = await source.describe('i-1', context);
    ec2.instance.state = 'stopped';
    expect(await source.start(machine, context)).toMatchObject({ is: 'waiting' });
    expect(await source.start(machine, context)).toEqual({
      is: 'started',
      restored: ['instance i-1 runs on its own volumes and addresses'],
      notRestored: [],
    });
    ec2.instance.state = 'stopping';
    expect(await source.start(machine, context)).toMatchObject({ is: 'waiting' });
    expect(countOf('StartInstances')).toBe(1);
  });

  test('a machine that was stopped stays stopped', async () => {
    ec2.instance.state = 'stopped';
    const machine = await source.describe('i-1', context);
    expect(await source.start(machine, context)).toMatchObject({
      is: 'started',
      restored: ['instance i-1 stays stopped, as before'],
    });
    expect(countOf('StartInstances')).toBe(0);
  });

  test.each(['gone', 'terminated'])('a machine that is %s is named as what cannot be restored', async (state) => {
    const machine = await source.describe('i-1', context);
    ec2.instance.state = state;
    expect(await source.start(machine, context)).toEqual({
      is: 'started',
      restored: [],
      notRestored: [{ what: 'instance i-1', why: 'EC2 has terminated it; its snapshots are kept' }],
      isLost: true,
    });
    expect(await source.start({ ...machine, wasRunning: false }, context)).toMatchObject({ isLost: true });
  });

  test('a refusal of EC2 is an error of the rollback', async () => {
    const machine = await source.describe('i-1', context);
    ec2.instance.state = 'stopped';
    refusing('StartInstances', 'InsufficientInstanceCapacity', 403);
    await expect(source.start(machine, context)).rejects.toMatchObject({ name: 'RollbackError' });
    refusing('StartInstances', 'InsufficientInstanceCapacity', 500);
    await expect(source.start(machine, context)).rejects.toMatchObject({ name: 'TransientError' });
  });
});

test('cleaning up deletes the snapshots of the migration, and names those that EC2 keeps', async () => {
  const machine = await source.describe('i-1', context);
  await source.keepPoint(machine, 'first', context);
  await source.keepPoint(machine, 'first', { ...context, migrationId: 'm-2' });
  refusing('DeleteSnapshot', 'InvalidSnapshot.InUse');
  expect(await source.cleanUp(machine, context)).toEqual([
    'snapshot snap-1 in EC2 (InvalidSnapshot.InUse)',
    'snapshot snap-2 in EC2 (InvalidSnapshot.InUse)',
  ]);
  // It was deleted meanwhile.
  refusing('DeleteSnapshot', 'InvalidSnapshot.NotFound', 404);
  expect(await source.cleanUp(machine, context)).toEqual([]);
  ec2.refuse = () => undefined;
  const theirs = [{ tags: { a2o_migration: 'm-2' } }, { tags: { a2o_migration: 'm-2' } }];
  expect(await source.cleanUp(machine, context)).toEqual([]);
  expect(ec2.snapshots).toMatchObject(theirs);
});
