import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { handOverSource, virtV2v } from '../../../../waves/services/handed-over/index.js';
import type { DiskSource, Pass } from '../../../../waves/sources/disk-source.js';
import type { QemuImg } from '../../../../waves/sources/qemu-img.js';

let folder: string;
const context = { migrationId: 'm-1', signal: new AbortController().signal };
const qemuImg = {
  info: (file: string) => Promise.resolve({ format: 'raw', virtualBytes: statSync(file).size }),
} as QemuImg;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-hand-over-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Stands in for virt-v2v: 'converts' each disk of the XML by a line before its content, and counts its runs. */
const standIn = `#!/bin/sh
[ "$1" = --version ] && { echo 'virt-v2v 2.2.0'; exit 0; }
echo run >>"$RUNS"
letter=a
for disk in $(sed -n "s/.*source file='\\([^']*\\)'.*/\\1/p" "$3"); do
  [ -e "$disk.broken" ] && { echo 'virt-v2v: error: no operating system was found' >&2; exit 1; }
  { echo converted; cat "$disk"; } >"$7/disk-sd$letter"
  letter=$(echo $letter | tr abc bcd)
done
`;

function source(program = 'stand-in'): DiskSource {
  const file = join(folder, 'stand-in');
  writeFileSync(file, standIn.replace('$RUNS', join(folder, 'runs')));
  chmodSync(file, 0o755);
  return handOverSource({
    folder: join(folder, 'in'),
    qemuImg,
    virtV2v: virtV2v(program === 'stand-in' ? file : program),
  });
}

function handOver(pass: Pass, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const place = join(folder, 'in', 'vm-7', pass, name);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
  }
}

test('disks that were handed over are converted together, and become the machine’s', async () => {
  handOver('first', {
    '1-data.vmdk': 'data',
    '0-boot.vmdk': 'boot',
    '0-boot-flat.vmdk': 'x',
    READY: 'firmware=uefi\n',
  });
  const hand = source();
  const machine = await hand.describe('vm-7', context);
  expect(machine).toMatchObject({ firmware: 'uefi', disks: [{ id: '0-boot.vmdk' }, { id: '1-data.vmdk' }] });
  const copied = await Promise.all(
    machine.disks.map((disk, index) => {
      const file = join(folder, `disk-${index}.raw`);
      return hand.copyDisk({ machine, disk, pass: 'first', file, onProgress: () => undefined }, context);
    }),
  );
  expect(readFileSync(join(folder, 'disk-0.raw'), 'utf8')).toBe('converted\nboot');
  expect(readFileSync(join(folder, 'disk-1.raw'), 'utf8')).toBe('converted\ndata');
  expect(copied[0]?.contentId).toMatch(/^[0-9a-f]{64}$/);
  expect(copied[0]?.contentId).not.toBe(copied[1]?.contentId);
  expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('run\n');
});

test('the last copy waits until it was handed over', async () => {
  handOver('first', { '0.raw': 'boot', READY: '' });
  const hand = source();
  const machine = await hand.describe('vm-7', context);
  expect(await hand.stop(machine, context)).toBe('waiting');
  expect(await hand.keepPoint(machine, 'final', context)).toMatchObject({ is: 'waiting' });
  handOver('final', { '0.raw': 'boot', READY: '' });
  expect(await hand.stop(machine, context)).toBe('stopped');
  expect(await hand.keepPoint(machine, 'final', context)).toEqual({ is: 'ready' });
});

test('a last hand-over with another disk is refused, and not copied without it', async () => {
  handOver('first', { '0.raw': 'boot', READY: '' });
  const hand = source();
  const machine = await hand.describe('vm-7', context);
  handOver('final', { '0.raw': 'boot', '1.raw': 'new', READY: '' });
  const [disk] = machine.disks;
  if (disk === undefined) throw new Error('no disk');
  const file = join(folder, 'disk-0.raw');
  await expect(
    hand.copyDisk({ machine, disk, pass: 'final', file, onProgress: () => undefined }, context),
  ).rejects.toMatchObject({ name: 'PrerequisiteError', message: expect.stringContaining('has 2 disks') });
});

test('machines of the same name in different folders of vCenter have different hand-overs', async () => {
  handOver('first', { '0.raw': 'boot', READY: '' });
  await expect(source().describe('/berlin/vm/vm-7', context)).rejects.toMatchObject({
    name: 'PrerequisiteError',
    message: expect.stringContaining(join(folder, 'in', '%2Fberlin%2Fvm%2Fvm-7', 'first')),
  });
});

test('a rollback says that it cannot start the machine, and that the disks are left', async () => {
  handOver('first', { '0.raw': 'boot', READY: '' });
  const hand = source();
  const machine = await hand.describe('vm-7', context);
  expect(await hand.start(machine, context)).toMatchObject({ restored: [], notRestored: [{ what: 'machine vm-7' }] });
  expect(await hand.cleanUp(machine, context)).toEqual([`the handed-over disks in ${join(folder, 'in', 'vm-7')}`]);
  expect(existsSync(join(folder, 'in', 'vm-7', 'first', '0.raw'))).toBe(true);
});

test('what is missing is named: the program, the hand-over, disks', async () => {
  handOver('first', { '0.raw': 'boot', READY: '' });
  await expect(source('/nowhere/virt-v2v').describe('vm-7', context)).rejects.toMatchObject({
    name: 'PrerequisiteError',
    message: expect.stringContaining('apt-get install virt-v2v'),
  });
  await expect(source().describe('vm-8', context)).rejects.toMatchObject({
    name: 'PrerequisiteError',
    message: expect.stringContaining(`put them into ${join(folder, 'in', 'vm-8', 'first')}`),
  });
  rmSync(join(folder, 'in', 'vm-7', 'first', '0.raw'));
  await expect(source().describe('vm-7', context)).rejects.toMatchObject({ name: 'PrerequisiteError' });
});

test('what virt-v2v cannot convert is told in its words, and nothing half is left', async () => {
  handOver('first', { '0.raw': 'boot', '0.raw.broken': '', READY: '' });
  const hand = source();
  const machine = await hand.describe('vm-7', context);
  const [disk] = machine.disks;
  if (disk === undefined) throw new Error('no disk');
  const file = join(folder, 'disk-0.raw');
  const copied = hand.copyDisk({ machine, disk, pass: 'first', file, onProgress: () => undefined }, context);
  await expect(copied).rejects.toMatchObject({
    name: 'SourcePreparationError',
    message: 'virt-v2v could not convert vm-7: virt-v2v: error: no operating system was found',
  });
  expect(existsSync(join(folder, 'converted-first'))).toBe(false);
});
