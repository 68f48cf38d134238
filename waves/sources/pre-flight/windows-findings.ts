import type { Diagnostic } from '../../../core/diagnostic.js';
import { problem, warning } from './finding.js';
import type { WindowsGuest } from './guest-facts.js';

/** Drivers of virtio-win for disks: one of them must start with Windows. */
const diskDrivers = ['viostor.sys', 'vioscsi.sys'];

export function windowsFindings({ drivers }: WindowsGuest): readonly Diagnostic[] {
  if (drivers === undefined)
    return [
      warning(
        'guest-windows-unread',
        'The disk looks like a Windows disk, and Windows boots on virtio only with the virtio-win drivers; ntfsls, which lists them, is not installed here.',
        'Install ntfs-3g here and run this again; install virtio-win in the guest before the last copy, or convert the disk with virt-v2v; or set options.diskBus to sata.',
      ),
    ];
  const hasDisk = diskDrivers.some((name) => drivers.has(name));
  return [
    hasDisk
      ? warning(
          'guest-windows-driver-start',
          'Windows has a driver for virtio disks, but whether it starts at boot (Start is 0) is in the registry, which is not read here.',
          "Check it: virt-win-reg DISK 'HKLM\\SYSTEM\\ControlSet001\\Services\\viostor' (libguestfs-tools, libwin-hivex-perl), or boot the guest once with a small second disk on virtio.",
        )
      : problem(
          'guest-windows-virtio-missing',
          `Windows has neither ${diskDrivers.join(' nor ')}: on virtio, it would stop with INACCESSIBLE_BOOT_DEVICE.`,
          'Install virtio-win in the guest before the last copy, or convert the disk with virt-v2v; or set options.diskBus to sata.',
        ),
    ...(drivers.has('netkvm.sys')
      ? []
      : [
          warning(
            'guest-windows-network',
            'Windows has no netkvm.sys driver: on virtio, it would boot without a network.',
            'Install virtio-win in the guest, or set options.vifModel to e1000.',
          ),
        ]),
  ];
}
