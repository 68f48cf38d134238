import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preFlight } from '../../../../waves/sources/pre-flight/index.js';
import type { PreFlight } from '../../../../waves/sources/pre-flight/index.js';
import type { QemuImg } from '../../../../waves/sources/qemu-img.js';
import { initramfs, makeGuestDisk } from '../../../support/guest-disk.js';
import type { GuestDisk, GuestPartition } from '../../../support/guest-disk.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-guest-disk-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const release = '6.1.0-18-amd64';
const modules = `usr/lib/modules/${release}/kernel/drivers`;
const virtio = ['virtio/virtio_pci.ko', 'block/virtio_blk.ko'].map((path) => `${modules}/${path}`);

/** A Debian that boots on KVM; a test changes what it is about. */
const good: Readonly<Record<string, string | Buffer>> = {
  '/etc/os-release': '-> ../usr/lib/os-release',
  '/usr/lib/os-release': 'ID=debian\n',
  '/etc/fstab': 'UUID=6b1d-01 / ext4 errors=remount-ro 0 1\n# /dev/xvda2 was here\n',
  [`/boot/vmlinuz-${release}`]: 'kernel',
  [`/boot/initrd.img-${release}`]: initramfs(virtio, 'zstd'),
  '/boot/grub/grub.cfg': `linux /boot/vmlinuz-${release} root=UUID=6b1d-01 ro quiet\n`,
  '/lib': '-> usr/lib',
  [`/usr/lib/modules/${release}/modules.builtin`]: 'kernel/drivers/block/loop.ko\n',
  [`/usr/lib/modules/${release}/modules.dep`]: 'kernel/drivers/net/virtio_net.ko.xz: kernel/net/core/failover.ko.xz\n',
  '/etc/cloud/cloud.cfg': 'users: [default]\n',
};

/** Only raw disks are given to it here. */
const qemuImg = {
  info: (file: string) => Promise.resolve({ format: 'raw', virtualBytes: statSync(file).size }),
} as QemuImg;

async function check(
  changes: Readonly<Record<string, string | Buffer | undefined>> = {},
  disk: Partial<GuestDisk> = {},
): Promise<PreFlight> {
  const files = Object.fromEntries(
    Object.entries({ ...good, ...changes }).filter((pair): pair is [string, string | Buffer] => pair[1] !== undefined),
  );
  const file = join(folder, 'disk.raw');
  makeGuestDisk({ file, table: 'msdos', partitions: [{ flag: 'boot', files }], bootCode: true, ...disk });
  const result = await preFlight(file, { qemuImg });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function said({ findings }: PreFlight): readonly string[] {
  return findings.map(({ severity, code }) => `${severity} ${code}`);
}

test('a guest that boots on KVM has no findings', async () => {
  expect(await check()).toMatchObject({
    firmware: 'bios',
    table: 'msdos',
    system: 'linux',
    kernels: [release],
    findings: [],
  });
});

test('an initramfs without virtio does not find its root; drivers in the kernel itself do', async () => {
  const without = initramfs([`${modules}/xen/xen-blkfront.ko`], 'gzip');
  const builtIn = 'kernel/drivers/virtio/virtio_pci.ko\nkernel/drivers/block/virtio_blk.ko\n';
  const found = await check({ [`/boot/initrd.img-${release}`]: without });
  expect(said(found)).toEqual(['error guest-virtio-missing']);
  expect(found.findings[0]?.message).toContain(`The kernel ${release} does not have virtio_pci, virtio_blk`);
  expect(
    said(
      await check({
        [`/boot/initrd.img-${release}`]: without,
        [`/usr/lib/modules/${release}/modules.builtin`]: builtIn,
      }),
    ),
  ).toEqual([]);
});

test('an older kernel without virtio is a warning where another one has it', async () => {
  const old = '5.10.0-1-amd64';
  const found = await check({
    [`/boot/vmlinuz-${old}`]: 'kernel',
    [`/boot/initrd.img-${old}`]: initramfs([], 'gzip'),
    [`/usr/lib/modules/${old}/modules.dep`]: 'kernel/drivers/net/virtio_net.ko:\n',
  });
  expect(said(found)).toEqual(['warning guest-virtio-missing']);
});

test('what cannot be read is said, and not taken for good', async () => {
  expect(said(await check({ [`/boot/initrd.img-${release}`]: initramfs(virtio, 'unknown') }))).toEqual([
    'warning guest-initramfs-unread',
  ]);
  const lvm: GuestPartition = { flag: 'lvm' };
  const xfs: GuestPartition = { magic: { at: 0, bytes: Buffer.concat([Buffer.from('XFSB'), Buffer.alloc(508)]) } };
  const found = await check({}, { partitions: [lvm, xfs] });
  expect(said(found)).toEqual(['warning guest-unread', 'warning guest-unread']);
  expect(found.findings[0]?.message).toContain('Partition 1 (LVM)');
  expect(found.system).toBe('unknown');
});

test.each([
  ['/dev/xvda1 / ext4 defaults 0 1', 'error'],
  ['/dev/nvme1n1p1 /data xfs defaults 0 2', 'error'],
  ['/dev/sdf /data xfs defaults,nofail 0 2', 'warning'],
  ['/dev/xvdb none swap sw 0 0', 'warning'],
])('fstab: %s', async (line, severity) => {
  expect(said(await check({ '/etc/fstab': `${line}\n` }))).toEqual([`${severity} guest-fstab-device`]);
});

test('a boot loader that names the disk of another hypervisor', async () => {
  const found = await check({
    '/boot/grub/grub.cfg': 'linux /boot/vmlinuz root=/dev/xvda1 ro\nlinux /x root=/dev/xvda1 ro\n',
  });
  expect(said(found)).toEqual(['error guest-root-device']);
  expect(found.findings[0]?.message).toContain('/boot/grub/grub.cfg boots with root=/dev/xvda1');
});

test.each([
  [
    '/etc/udev/rules.d/70-persistent-net.rules',
    'SUBSYSTEM=="net", ATTR{address}=="02:42:ac:11:00:02", NAME="eth0"\n',
    'mac',
  ],
  [
    '/etc/netplan/50-cloud-init.yaml',
    'network:\n  ethernets:\n    ens5:\n      dhcp4: true\n      match:\n        macaddress: 02:42:ac:11:00:02\n',
    'mac',
  ],
  ['/etc/netplan/50-cloud-init.yaml', 'network:\n  ethernets:\n    ens5:\n      dhcp4: true\n', 'name'],
  ['/etc/network/interfaces', 'auto lo\niface lo inet loopback\nauto ens5\niface ens5 inet dhcp\n', 'name'],
  ['/etc/sysconfig/network-scripts/ifcfg-eth0', 'DEVICE=eth0\nBOOTPROTO=dhcp\n', 'name'],
  ['/etc/NetworkManager/system-connections/a.nmconnection', '[connection]\ninterface-name=ens192\n', 'name'],
])('the network in %s is tied to %#', async (path, text, tie) => {
  expect(said(await check({ [path]: text }))).toEqual([`warning guest-network-by-${tie}`]);
});

test('a network without ties has no finding', async () => {
  const interfaces = 'auto lo\niface lo inet loopback\n# auto ens5\nsource /etc/network/interfaces.d/*\n';
  expect(said(await check({ '/etc/network/interfaces': interfaces }))).toEqual([]);
});

test('cloud-init that is missing, or does not ask OpenStack', async () => {
  expect(said(await check({ '/etc/cloud/cloud.cfg': undefined }))).toEqual(['warning guest-no-cloud-init']);
  const only = { '/etc/cloud/cloud.cfg.d/90_dpkg.cfg': 'datasource_list: [ Ec2, None ]\n' };
  expect(said(await check(only))).toEqual(['warning guest-cloud-init-datasource']);
  const both = { '/etc/cloud/cloud.cfg.d/90_dpkg.cfg': 'datasource_list: [ Ec2, ConfigDrive, OpenStack ]\n' };
  expect(said(await check(both))).toEqual([]);
});

test('the boot mode follows from the partitions', async () => {
  const root: GuestPartition = { files: good };
  const uefi = await check({}, { table: 'gpt', bootCode: false, partitions: [{ flag: 'esp' }, root] });
  expect([uefi.firmware, said(uefi)]).toEqual(['uefi', ['warning guest-needs-uefi']]);
  const both = await check({}, { table: 'gpt', partitions: [{ flag: 'bios_grub' }, { flag: 'esp' }, root] });
  expect([both.firmware, said(both)]).toEqual(['bios', []]);
  const none = await check({}, { bootCode: false });
  expect([none.firmware, said(none)]).toEqual([undefined, ['error guest-not-bootable']]);
});

test('kernels on a partition of their own are found', async () => {
  const inBoot = Object.entries(good).filter(([path]) => path.startsWith('/boot/'));
  const others = Object.entries(good).filter(([path]) => !path.startsWith('/boot/'));
  const boot: GuestPartition = {
    files: Object.fromEntries(inBoot.map(([path, content]) => [path.replace('/boot', ''), content])),
  };
  const found = await check({}, { partitions: [boot, { files: Object.fromEntries(others) }] });
  expect([found.kernels, said(found)]).toEqual([[release], []]);
});

test('a disk of Windows is named, with what decides whether it boots', async () => {
  const ntfs = Buffer.alloc(512);
  ntfs.write('\u00ebR\u0090NTFS    ', 0, 'latin1');
  ntfs.writeUInt16LE(512, 11);
  ntfs.writeUInt8(8, 13);
  ntfs.writeBigUInt64LE(65_535n, 40);
  ntfs.writeUInt16LE(0xaa55, 510);
  const found = await check({}, { partitions: [{ flag: 'boot', magic: { at: 0, bytes: ntfs } }] });
  expect([found.system, said(found)]).toEqual(['windows', ['warning guest-windows-unread']]);
});

test('a file that does not exist is refused in words', async () => {
  expect(await preFlight(join(folder, 'nothing.raw'), { qemuImg })).toMatchObject({
    ok: false,
    error: [{ code: 'pre-flight-no-file' }],
  });
});
