import { diagnostic } from '../../../core/diagnostic.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import { problem, warning } from './finding.js';
import type { Guest, Kernel, LinuxGuest, NamedText } from './guest-facts.js';
import { notLooked } from './unread-findings.js';
import { windowsFindings } from './windows-findings.js';

/** The problems when the guest boots on KVM with virtio devices: errors if it does not boot, warnings otherwise. */
export function checkGuest(guest: Guest): readonly Diagnostic[] {
  const { linux, unread, windows, inspected } = guest;
  return [
    ...bootMode(guest),
    ...(linux === undefined ? [] : checkLinux(linux)),
    ...(windows === undefined ? [] : windowsFindings(windows)),
    ...unread.map((part) => notLooked(part, inspected)),
    ...(linux === undefined && windows === undefined && unread.length === 0 ? [noSystem()] : []),
  ];
}

/** How the disk is booted, from its partitions. Undefined where nothing on it can be. */
export function firmwareOf({ table }: Pick<Guest, 'table'>): 'bios' | 'uefi' | undefined {
  const has = (flag: string): boolean => table.partitions.some(({ flags }) => flags.includes(flag));
  const bios = table.hasBootCode && (table.kind !== 'gpt' || has('bios_grub'));
  if (bios) return 'bios';
  return has('esp') ? 'uefi' : undefined;
}

function bootMode(guest: Guest): readonly Diagnostic[] {
  const { table } = guest;
  const firmware = firmwareOf(guest);
  if (firmware === 'uefi')
    return [
      warning(
        'guest-needs-uefi',
        'The disk boots only with UEFI: it has an EFI system partition, but no BIOS boot loader.',
        'Set options.firmware of the machine to uefi, and check that the cloud supports UEFI (image property hw_firmware_type).',
      ),
    ];
  if (firmware === 'bios') return [];
  return [
    problem(
      'guest-not-bootable',
      `The disk (partition table: ${table.kind}) has neither a BIOS boot loader nor an EFI system partition.`,
      'Check that this is the boot disk; a data disk needs neither.',
    ),
  ];
}

function checkLinux(linux: LinuxGuest): readonly Diagnostic[] {
  return [
    ...kernelFindings(linux.kernels),
    ...mountFindings(linux.fstab),
    ...linux.bootConfigs.flatMap(rootFindings),
    ...linux.networkFiles.flatMap(networkFindings),
    ...cloudInitFindings(linux.cloudInit),
    ...(linux.hasDevicesFile ? [devicesFile()] : []),
  ];
}

/** A disk behind virtio needs its bus and its driver before the root file system is mounted. */
const bootModules = ['virtio_pci', 'virtio_blk'];
const scsiModules = ['virtio_pci', 'virtio_scsi', 'sd_mod'];

function kernelFindings(kernels: readonly Kernel[]): readonly Diagnostic[] {
  if (kernels.length === 0)
    return [
      warning(
        'guest-no-kernel',
        'No kernel is in /boot (vmlinuz-…), so its drivers were not checked.',
        'Check by hand how this guest boots.',
      ),
    ];
  const lacking = kernels.map((kernel) => ({ kernel, missing: missingAtBoot(kernel) }));
  const hasGood = lacking.some(({ missing }) => missing?.length === 0);
  return [
    ...lacking.flatMap(({ kernel: { release }, missing }) => {
      if (missing === undefined)
        return [
          warning(
            'guest-initramfs-unread',
            `The initramfs of ${release} cannot be read here, so its drivers were not checked.`,
            'Install xz-utils and lz4, and run this again; or run lsinitramfs or lsinitrd in the guest.',
          ),
        ];
      if (missing.length === 0) return [];
      return [
        diagnostic({
          code: 'guest-virtio-missing',
          severity: hasGood ? 'warning' : 'error',
          message: `The kernel ${release} does not have ${missing.join(', ')} when it mounts its root file system: it would not find a virtio disk.`,
          fix: 'In the guest, add them to /etc/initramfs-tools/modules and run update-initramfs -u -k all, or run dracut --force --add-drivers "virtio_pci virtio_blk virtio_net"; or set options.diskBus to sata or ide.',
        }),
      ];
    }),
    ...kernels
      .filter(({ available, builtIn }) => !available.has('virtio_net') && !builtIn.has('virtio_net'))
      .map(({ release }) =>
        warning(
          'guest-virtio-net-missing',
          `The kernel ${release} has no virtio_net driver: the guest would boot without a network.`,
          'Install the modules of the kernel in the guest (linux-modules-extra, kernel-modules), or set options.vifModel to e1000.',
        ),
      ),
  ];
}

/** `undefined` where the initramfs could not be read, and the kernel itself has not all of them. */
function missingAtBoot({ initramfs, builtIn }: Kernel): readonly string[] | undefined {
  const missingOf = (modules: readonly string[]): readonly string[] =>
    modules.filter((name) => !builtIn.has(name) && initramfs?.has(name) !== true);
  const missing = missingOf(bootModules);
  if (missing.length === 0 || missingOf(scsiModules).length === 0) return [];
  return initramfs === undefined ? undefined : missing;
}

/** Names of disks that depend on the hypervisor. */
const hostDevice = /^\/dev\/(xvd[a-z]+|sd[a-z]+|nvme\d+n\d+|hd[a-z]+)(p?\d+)?$/;

function mountFindings(fstab: string): readonly Diagnostic[] {
  return fstab.split('\n').flatMap((line) => {
    const [device = '', mountPoint = '', , options = ''] = line.trim().split(/\s+/);
    if (device.startsWith('#') || !hostDevice.test(device)) return [];
    const isOptional =
      options.split(',').some((option) => option === 'nofail' || option === 'noauto') ||
      mountPoint === 'none' ||
      mountPoint === 'swap';
    return [
      diagnostic({
        code: 'guest-fstab-device',
        severity: isOptional ? 'warning' : 'error',
        message: `/etc/fstab mounts ${mountPoint} from ${device}, which has another name on virtio (/dev/vda …)${isOptional ? '' : ': the boot would stop there'}.`,
        fix: `In the guest, write UUID=… instead of ${device} (blkid ${device}).`,
      }),
    ];
  });
}

function rootFindings({ path, text }: NamedText): readonly Diagnostic[] {
  const devices = [...text.matchAll(/\broot=(\/dev\/\S+?)["'\s]/g)].map(([, device = '']) => device);
  return [...new Set(devices)]
    .filter((device) => hostDevice.test(device))
    .map((device) =>
      problem(
        'guest-root-device',
        `${path} boots with root=${device}, which has another name on virtio: the kernel would not find its root file system.`,
        'In the guest, boot by UUID: remove root=/dev/… and GRUB_DISABLE_LINUX_UUID from /etc/default/grub, and run update-grub or grub2-mkconfig.',
      ),
    );
}

function networkFindings({ path, text }: NamedText): readonly Diagnostic[] {
  const active = text
    .split('\n')
    .filter((line) => !line.trim().startsWith('#'))
    .join('\n');
  if (/ATTR\{address\}==|HWADDR=\S|macaddress:|^MACAddress=|^mac-address=/im.test(active))
    return [
      warning(
        'guest-network-by-mac',
        `${path} ties a network interface to a MAC address: with another address, it would not be configured.`,
        `Keep the address (network.macAddress of the machine), or remove it from ${path} in the guest.`,
      ),
    ];
  const [, name] =
    /^\s*(?:(?:auto|allow-hotplug|iface)\s+|DEVICE="?|interface-name=|Name=)(ens\w+|enp\w+|enX\w+|eth\d+)/im.exec(
      active,
    ) ??
    /^\s{2,}(ens\w+|enp\w+|enX\w+|eth\d+):\s*$/m.exec(active) ??
    [];
  if (name === undefined) return [];
  return [
    warning(
      'guest-network-by-name',
      `${path} configures the interface ${name}; on KVM it is likely to have another name (ens3, enp1s0).`,
      'In the guest, match by driver or let cloud-init write the network; net.ifnames=0 keeps eth0.',
    ),
  ];
}

function cloudInitFindings(files: readonly NamedText[]): readonly Diagnostic[] {
  if (files.length === 0)
    return [
      warning(
        'guest-no-cloud-init',
        'The guest has no cloud-init (/etc/cloud): it will get neither keys nor addresses from the cloud.',
        'Install cloud-init in the guest, or have it get its addresses by DHCP.',
      ),
    ];
  // Later files win.
  const lists = files.flatMap(({ path, text }) => {
    const list =
      /^\s*datasource_list:\s*\[([^\]]*)\]/m.exec(text)?.[1] ??
      /^\s*datasource_list:\s*\n((?:\s*-\s*\S+\n?)+)/m.exec(text)?.[1];
    return list === undefined ? [] : [{ path, list }];
  });
  const last = lists.at(-1);
  if (last === undefined || /OpenStack|ConfigDrive/.test(last.list)) return [];
  return [
    warning(
      'guest-cloud-init-datasource',
      `${last.path} allows cloud-init only ${last.list.replace(/[\s,-]+/g, ' ').trim()}, so it will not query OpenStack.`,
      `In the guest, add OpenStack and ConfigDrive to datasource_list in ${last.path} (dpkg-reconfigure cloud-init).`,
    ),
  ];
}

/** Source: lvmdevices(8): a disk on virtio has another id than on the hypervisor before. */
function devicesFile(): Diagnostic {
  return warning(
    'guest-lvm-devices',
    '/etc/lvm/devices/system.devices lists the disks that LVM may use by ids that change on virtio: the volumes would stay inactive.',
    'In the guest, remove the file and run dracut --force before the last copy; afterwards, vgimportdevices --all writes it again.',
  );
}

function noSystem(): Diagnostic {
  return warning(
    'guest-no-system',
    'No operating system was found on the disk, so only its partitions were checked.',
    'Name the boot disk; for a data disk, this is expected.',
  );
}
