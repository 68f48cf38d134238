import type { Command } from 'commander';
import type { Register } from '../../program.js';

/** Adds `pre-flight` to `waves`. */
export function registerPreFlight(waves: Command, io: Parameters<Register>[1], done: Parameters<Register>[2]): void {
  waves
    .command('pre-flight <disk>')
    .description('read the boot disk of a machine, and say what will not boot on OpenStack and why (changes nothing)')
    .option('--work-folder <folder>', 'for the raw copy of a disk in another format (default: that of the system)')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      `
The disk is raw, qcow2, vmdk or vhd. Needs qemu-img, parted and debugfs, xfs_db for XFS and ntfsls for Windows, and no
rights besides reading the file.
Exits 1 when the machine would not boot.

Example:
  $ aws2openstack waves pre-flight web-1.qcow2`,
    )
    .action(async (disk: string, options: { readonly workFolder?: string; readonly json: boolean }) => {
      const { showPreFlight } = await import('./pre-flight.js');
      done(await showPreFlight(disk, options, io));
    });
}
