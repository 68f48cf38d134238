import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preFlight } from '../../../../waves/sources/pre-flight/index.js';
import type { PreFlight } from '../../../../waves/sources/pre-flight/index.js';
import type { QemuImg } from '../../../../waves/sources/qemu-img.js';
import { initramfs, makeExt4, makeGuestDisk } from '../../../support/guest-disk.js';
import type { GuestDisk, GuestPartition } from '../../../support/guest-disk.js';
import { cli } from '../../../support/run-cli.js';
import type { CliRun } from '../../../support/run-cli.js';
import { lvmMiB, makeLvm } from '../../../support/guest-lvm.js';
import { makeXfs, xfsMiB } from '../../../support/guest-xfs.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-guest-disk-'));
});

/** The path has parted, and these programs as scripts: stand-ins for those that tests have no package of. */
function programsAre(scripts: Readonly<Record<string, string>>): void {
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  for (const name of ['parted', 'sh', 'cat']) {
    const place = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'].map((each) => join(each, name)).find(existsSync) ?? name;
    symlinkSync(place, join(programs, name));
  }
  process.env['PATH'] = programs;
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(programs, name), 0o755);
  }
}

const searchPath = process.env['PATH'] ?? '';

afterEach(() => {
  process.env['PATH'] = searchPath;
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
  const result = await preFlight(makeDisk(changes, disk), { qemuImg });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** Path of the disk. */
function makeDisk(
  changes: Readonly<Record<string, string | Buffer | undefined>> = {},
  disk: Partial<GuestDisk> = {},
): string {
  const files = Object.fromEntries(
    Object.entries({ ...good, ...changes }).filter((pair): pair is [string, string | Buffer] => pair[1] !== undefined),
  );
  const file = join(folder, 'disk.raw');
  makeGuestDisk({ file, table: 'msdos', partitions: [{ flag: 'boot', files }], bootCode: true, ...disk });
  return file;
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

test('the command prints what it found as JSON, and exits with 1 where the guest would not boot', async () => {
  const ask = (disk: string): Promise<CliRun> => cli(['waves', 'pre-flight', disk, '--json']);
  const good = await ask(makeDisk());
  expect(good).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(good.stdout)).toMatchObject({ kind: 'PreFlight', format: 'raw', system: 'linux', findings: [] });
  const bad = await ask(makeDisk({ '/etc/fstab': '/dev/xvda1 / ext4 defaults 0 1\n' }));
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.stdout)).toMatchObject({ findings: [{ code: 'guest-fstab-device', severity: 'error' }] });
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

test('a Linux on XFS is read as one on ext4 is', async () => {
  const image = join(folder, 'xfs');
  makeXfs(image, { ...good, '/etc/fstab': '/dev/xvda1 / xfs defaults 0 0\n' });
  const found = await check({}, { partitions: [{ flag: 'boot', sizeMiB: xfsMiB, image }] });
  expect(found).toMatchObject({
    system: 'linux',
    kernels: [release],
    parts: [{ what: 'Partition 1', content: 'xfs' }],
  });
  expect(said(found)).toEqual(['error guest-fstab-device']);
});

describe('LVM', () => {
  const lvm = (content: Parameters<typeof makeLvm>[1]): Promise<PreFlight> => {
    const image = join(folder, 'lvm');
    makeLvm(image, content);
    return check({}, { partitions: [{ flag: 'lvm', sizeMiB: lvmMiB, image }] });
  };

  test('XFS on a volume in two pieces, as RHEL has it', async () => {
    const image = join(folder, 'xfs');
    makeXfs(image, good);
    const found = await lvm({ root: image });
    expect(found.parts).toEqual([
      { what: 'Logical volume vgguest/root', content: 'xfs' },
      { what: 'Logical volume vgguest/home', content: 'unknown' },
    ]);
    expect([found.system, found.kernels]).toEqual(['linux', [release]]);
    expect(said(found)).toEqual(['warning guest-unread']);
    expect(found.findings[0]?.message).toContain('Logical volume vgguest/home (of an unknown file system)');
  });

  test.each(['root', 'home'] as const)('ext4 on the volume %s', async (name) => {
    const image = join(folder, 'ext4');
    writeFileSync(image, '');
    makeExt4(image, 0, { ...good, '/etc/lvm/devices/system.devices': 'IDTYPE=sys_wwid\n' });
    const found = await lvm({ [name]: image });
    expect([found.system, found.kernels]).toEqual(['linux', [release]]);
    expect(said(found)).toEqual(['warning guest-lvm-devices', 'warning guest-unread']);
  });
});

test.each([
  ['Btrfs', 65_600, '_BHRfS_M', 'virt-inspector -a DISK'],
  ['encrypted with LUKS', 0, 'LUKS\u00ba\u00be', '--key all:key:PASSPHRASE'],
  ['BitLocker', 3, '-FVE-FS-', 'manage-bde'],
  ['Linux RAID', 4096, '\u00fcN+\u00a9', 'with all disks'],
  ['ReFS', 3, 'ReFS\0\0\0\0', 'virtio-win'],
])('%s is recognised by its signature, and another program is named', async (name, at, text, fix) => {
  const magic = { at, bytes: Buffer.from(text, 'latin1') };
  const found = await check({}, { partitions: [{ flag: 'boot', magic }] });
  expect(said(found)).toEqual(['warning guest-unread']);
  expect(found.findings[0]).toMatchObject({
    message: expect.stringContaining(`Partition 1 (${name})`),
    fix: expect.stringContaining(fix),
  });
});

test('virt-inspector, where it is installed, says what is on a disk that is not read', async () => {
  const xml = `<operatingsystems><operatingsystem><root>/dev/sda1</root><name>linux</name><distro>sles</distro>
    <product_name>SUSE Linux Enterprise Server 15 SP5</product_name>
    <mountpoints><mountpoint dev="/dev/sda1">/</mountpoint></mountpoints>
    <filesystems><filesystem dev="/dev/sda1"><type>btrfs</type><uuid>1</uuid></filesystem></filesystems>
    </operatingsystem></operatingsystems>`;
  programsAre({ 'virt-inspector': `cat <<'XML'\n${xml}\nXML` });
  const magic = { at: 65_600, bytes: Buffer.from('_BHRfS_M') };
  const found = await check({}, { partitions: [{ flag: 'boot', magic }] });
  expect([found.system, said(found)]).toEqual(['linux', ['warning guest-unread']]);
  expect(found.findings[0]?.message).toContain(
    'virt-inspector finds SUSE Linux Enterprise Server 15 SP5 on the disk: / on /dev/sda1 (btrfs).',
  );
});

describe('Windows', () => {
  const ntfs = Buffer.alloc(512);
  ntfs.write('\u00ebR\u0090NTFS    ', 0, 'latin1');
  ntfs.writeUInt16LE(512, 11);
  ntfs.writeUInt8(8, 13);
  ntfs.writeBigUInt64LE(65_535n, 40);
  ntfs.writeUInt16LE(0xaa55, 510);
  const disk = { partitions: [{ flag: 'boot', magic: { at: 0, bytes: ntfs } }] };

  const ntfslsIs = (script: string | undefined): void => {
    programsAre(script === undefined ? {} : { ntfsls: script });
  };

  test('is named where nothing lists its drivers', async () => {
    ntfslsIs(undefined);
    const found = await check({}, disk);
    expect([found.system, said(found)]).toEqual(['windows', ['warning guest-windows-unread']]);
  });

  test('without drivers of virtio it does not boot', async () => {
    ntfslsIs('printf "disk.sys\\nstorahci.sys\\n"');
    expect(said(await check({}, disk))).toEqual([
      'error guest-windows-virtio-missing',
      'warning guest-windows-network',
    ]);
  });

  test('with them, the registry decides', async () => {
    ntfslsIs('printf "VIOSTOR.sys\\nnetkvm.sys\\n"');
    const found = await check({}, disk);
    expect([found.system, said(found)]).toEqual(['windows', ['warning guest-windows-driver-start']]);
  });

  test('a data disk of it is no Windows, and a damaged one is not read', async () => {
    ntfslsIs('case "$*" in *drivers*) exit 1;; esac');
    expect(said(await check({}, disk))).toEqual(['warning guest-no-system']);
    rmSync(join(folder, 'programs'), { recursive: true });
    rmSync(join(folder, 'disk.raw'));
    ntfslsIs('exit 1');
    expect(said(await check({}, disk))).toEqual(['warning guest-unread']);
  });
});

test('a file that does not exist is refused in words', async () => {
  expect(await preFlight(join(folder, 'nothing.raw'), { qemuImg })).toMatchObject({
    ok: false,
    error: [{ code: 'pre-flight-no-file' }],
  });
});
