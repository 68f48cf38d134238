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
        'The disk looks like one of Windows, which boots on virtio only with the drivers of virtio-win; ntfsls, which lists them, is not installed here.',
        'Install ntfs-3g here and run this again; install virtio-win in the guest before the last copy, or convert the disk by virt-v2v; or set options.diskBus to sata.',
      ),
    ];
  const hasDisk = diskDrivers.some((name) => drivers.has(name));
  return [
    hasDisk
      ? warning(
          'guest-windows-driver-start',
          'Windows has a driver for disks on virtio; whether it starts at boot (Start is 0) is in its registry, which nothing here reads.',
          "Check it: virt-win-reg DISK 'HKLM\\SYSTEM\\ControlSet001\\Services\\viostor' (libguestfs-tools, libwin-hivex-perl), or boot the guest once with a small second disk on virtio.",
        )
      : problem(
          'guest-windows-virtio-missing',
          `Windows has neither ${diskDrivers.join(' nor ')}: on virtio it stops with INACCESSIBLE_BOOT_DEVICE.`,
          'Install virtio-win in the guest before the last copy, or convert the disk by virt-v2v; or set options.diskBus to sata.',
        ),
    ...(drivers.has('netkvm.sys')
      ? []
      : [
          warning(
            'guest-windows-network',
            'Windows has no driver netkvm.sys: it boots without a network on virtio.',
            'Install virtio-win in the guest, or set options.vifModel to e1000.',
          ),
        ]),
  ];
}
