import type { Command } from 'commander';
import { helpText } from '../../help-text.js';
import type { Register } from '../../program.js';

/** Adds `pre-flight` to `waves`. */
export function registerPreFlight(waves: Command, io: Parameters<Register>[1], done: Parameters<Register>[2]): void {
  waves
    .command('pre-flight <disk>')
    .description('show what would keep the boot disk of a machine from booting on OpenStack (read-only)')
    .option(
      '--work-folder <folder>',
      "folder for the raw copy of a disk in another format (default: the system's temporary folder)",
    )
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'The disk is raw, qcow2, vmdk or vhd. Needs qemu-img, parted and debugfs, xfs_db for XFS and ntfsls for Windows, and no permissions other than to read the file.',
        ],
        reads: 'the disk, without mounting it.',
        writes: 'a raw copy of a disk in another format to the work folder, removed at the end.',
        exitsOne: 'the machine would not boot, or the disk cannot be read',
        examples: ['waves pre-flight web-1.qcow2'],
      }),
    )
    .action(async (disk: string, options: { readonly workFolder?: string; readonly json: boolean }) => {
      const { showPreFlight } = await import('./pre-flight.js');
      done(await showPreFlight(disk, options, io));
    });
}
