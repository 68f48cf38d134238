import type { Diagnostic } from '../../../core/diagnostic.js';
import { warning } from './finding.js';
import type { Unread } from './guest-facts.js';
import type { Content } from './signatures.js';
import type { Inspected } from './virt-inspector.js';

/** The name shown for it, and which program reads it if we do not. */
const otherReaders: Readonly<Record<Content, { readonly name: string; readonly fix: string }>> = {
  bitlocker: {
    name: 'BitLocker',
    fix: 'Suspend or decrypt BitLocker in the guest before the last copy (manage-bde -protectors -disable C: -RebootCount 0): its key is bound to the machine.',
  },
  btrfs: { name: 'Btrfs', fix: 'Run virt-inspector -a DISK (libguestfs-tools).' },
  ext: { name: 'ext, damaged', fix: 'Run fsck in the guest, or virt-inspector -a DISK (libguestfs-tools).' },
  fat: { name: 'FAT', fix: 'Run virt-inspector -a DISK (libguestfs-tools).' },
  luks: {
    name: 'encrypted with LUKS',
    fix: 'Run virt-inspector -a DISK --key all:key:PASSPHRASE (libguestfs-tools). At the target, somebody must type the passphrase, unless the guest gets its key from elsewhere.',
  },
  lvm: {
    name: 'LVM',
    fix: 'Its volume group has other disks, or volumes that are striped, mirrored or thin: run virt-inspector -a DISK -a DISK2 with all disks (libguestfs-tools).',
  },
  ntfs: { name: 'NTFS', fix: 'Run chkdsk in the guest, or virt-inspector -a DISK (libguestfs-tools).' },
  raid: { name: 'Linux RAID', fix: 'Run virt-inspector -a DISK -a DISK2 with all disks (libguestfs-tools).' },
  refs: { name: 'ReFS', fix: 'Check the virtio-win drivers in the guest; no free program reads ReFS.' },
  swap: { name: 'swap', fix: 'No action is needed.' },
  unknown: {
    name: 'of an unknown file system',
    fix: 'Check drivers, /etc/fstab, network and cloud-init in the guest, or run virt-inspector -a DISK (libguestfs-tools).',
  },
  xfs: {
    name: 'XFS',
    fix: 'Install xfsprogs here and run this again, or run virt-inspector -a DISK (libguestfs-tools).',
  },
  zfs: { name: 'ZFS', fix: 'Check drivers, network and cloud-init in the guest; zdb -l reads its label.' },
};

export function notLooked({ what, content }: Unread, inspected: Inspected | undefined): Diagnostic {
  const { name, fix } = otherReaders[content];
  const said =
    inspected === undefined
      ? ''
      : ` virt-inspector finds ${inspected.product} on the disk: ${inspected.mounts.join(', ') || 'nothing that is mounted'}.`;
  return warning(
    'guest-unread',
    `${what} (${name}) cannot be read here, so its contents were not checked.${said}`,
    inspected === undefined
      ? fix
      : 'Check drivers, /etc/fstab, network and cloud-init in the guest, or convert the disk with virt-v2v.',
  );
}
