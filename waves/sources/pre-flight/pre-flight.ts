import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnostic } from '../../../core/diagnostic.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { temporaryFolder } from '../../../core/temporary-folder.js';
import type { QemuImg } from '../qemu-img.js';
import { checkGuest, firmwareOf } from './checks.js';
import { linuxGuest } from './guest-facts.js';
import type { Guest } from './guest-facts.js';
import { extFiles } from './guest-files.js';
import type { GuestFiles } from './guest-files.js';
import { readPartitions } from './partitions.js';
import type { Partition, PartitionTable } from './partitions.js';

export interface PreFlight {
  readonly file: string;
  readonly format: string;
  readonly sizeBytes: number;
  /** Undefined where the disk cannot be booted. */
  readonly firmware: 'bios' | 'uefi' | undefined;
  readonly table: PartitionTable['kind'];
  readonly system: 'linux' | 'windows' | 'unknown';
  readonly kernels: readonly string[];
  /** Errors where the guest does not boot on KVM with virtio; warnings for what else changes, or was not looked at. */
  readonly findings: readonly Diagnostic[];
}

export interface PreFlightOptions {
  readonly qemuImg: QemuImg;
  /** For the raw copy of a disk in another format, which takes as much room as its content. @default the system's */
  readonly workFolder?: string;
}

/** Reads a boot disk as an ordinary user, without mounting or changing it, and says what will not boot and why. */
export async function preFlight(
  file: string,
  { qemuImg, workFolder = tmpdir() }: PreFlightOptions,
): Promise<Result<PreFlight>> {
  if (!existsSync(file)) return fail([noFile(file)]);
  const { format, virtualBytes } = await qemuImg.info(file);
  const folder = temporaryFolder('a2o-pre-flight-', workFolder);
  try {
    const raw = format === 'raw' ? file : join(folder.path, 'disk.raw');
    if (raw !== file) await qemuImg.convert({ file, format }, { file: raw, format: 'raw' });
    const table = await readPartitions(raw);
    if (!table.ok) return table;
    const guest = await guestOn(raw, table.value);
    return ok({
      file,
      format,
      sizeBytes: virtualBytes,
      firmware: firmwareOf(guest),
      table: table.value.kind,
      system: guest.linux !== undefined ? 'linux' : guest.looksLikeWindows ? 'windows' : 'unknown',
      kernels: guest.linux?.kernels.map(({ release }) => release) ?? [],
      findings: checkGuest(guest).map((finding) => ({ ...finding, path: file })),
    });
  } finally {
    folder.remove();
  }
}

/** What can hold a guest's system, as parted names it; others are swap, or the BIOS's and UEFI's own. */
const withoutFiles = ['esp', 'bios_grub', 'swap', 'msftres'];

async function guestOn(raw: string, table: PartitionTable): Promise<Guest> {
  const whole: Partition = { number: 0, startBytes: 0, sizeBytes: 0, fileSystem: '', flags: [] };
  const partitions = table.partitions.length > 0 ? table.partitions : [whole];
  const readable: GuestFiles[] = [];
  const unread: string[] = [];
  for (const partition of partitions) {
    const { number, startBytes, fileSystem, flags } = partition;
    if (
      flags.some((flag) => withoutFiles.includes(flag)) ||
      fileSystem.includes('swap') ||
      fileSystem === 'fat32' ||
      fileSystem === 'fat16'
    )
      continue;
    const files = await extFiles(raw, startBytes);
    if (files !== undefined) readable.push(files);
    else if (fileSystem !== 'ntfs' && number > 0)
      unread.push(
        `Partition ${number} (${flags.includes('lvm') ? 'LVM' : fileSystem === '' ? 'of an unknown file system' : fileSystem})`,
      );
  }
  const root = await firstWith(readable, '/etc/fstab', '/etc/os-release');
  const boot = await bootOf(readable, root);
  return {
    table,
    linux: root === undefined ? undefined : await linuxGuest(root, boot),
    looksLikeWindows: partitions.some(({ fileSystem }) => fileSystem === 'ntfs'),
    unread,
  };
}

async function firstWith(all: readonly GuestFiles[], ...paths: readonly string[]): Promise<GuestFiles | undefined> {
  for (const files of all) for (const path of paths) if ((await files.read(path)) !== undefined) return files;
  return undefined;
}

/** Another file system that has kernels at its top. */
async function bootOf(all: readonly GuestFiles[], root: GuestFiles | undefined): Promise<GuestFiles | undefined> {
  for (const files of all)
    if (files !== root && (await files.list('/')).some((name) => name.startsWith('vmlinuz-'))) return files;
  return undefined;
}

function noFile(file: string): Diagnostic {
  return diagnostic({
    code: 'pre-flight-no-file',
    path: file,
    message: `The disk ${file} does not exist.`,
    fix: 'Give the path of a raw, qcow2, vmdk or vhd image.',
  });
}
