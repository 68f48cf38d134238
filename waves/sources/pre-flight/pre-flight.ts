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
import { findGuest } from './find-guest.js';
import type { Guest, ReadPart } from './guest-facts.js';
import { readPartitions } from './partitions.js';
import type { PartitionTable } from './partitions.js';

export interface PreFlight {
  readonly file: string;
  readonly format: string;
  readonly sizeBytes: number;
  /** Undefined where the disk cannot be booted. */
  readonly firmware: 'bios' | 'uefi' | undefined;
  readonly table: PartitionTable['kind'];
  readonly system: 'linux' | 'windows' | 'unknown';
  /** Partitions and logical volumes, without swap and what the firmware has. */
  readonly parts: readonly ReadPart[];
  readonly kernels: readonly string[];
  /** Errors where the guest does not boot on KVM with virtio; warnings for what else changes, or was not looked at. */
  readonly findings: readonly Diagnostic[];
}

export interface PreFlightOptions {
  readonly qemuImg: QemuImg;
  /** For copies of a disk in another format, and of file systems of XFS and NTFS; each as large as its content. @default the system's */
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
    const guest = await findGuest(raw, table.value, folder.path);
    return ok({
      file,
      format,
      sizeBytes: virtualBytes,
      firmware: firmwareOf(guest),
      table: table.value.kind,
      system: systemOf(guest),
      parts: guest.parts,
      kernels: guest.linux?.kernels.map(({ release }) => release) ?? [],
      findings: checkGuest(guest).map((finding) => ({ ...finding, path: file })),
    });
  } finally {
    folder.remove();
  }
}

function systemOf({ linux, windows, inspected }: Guest): PreFlight['system'] {
  if (linux !== undefined) return 'linux';
  return windows === undefined ? (inspected?.system ?? 'unknown') : 'windows';
}

function noFile(file: string): Diagnostic {
  return diagnostic({
    code: 'pre-flight-no-file',
    path: file,
    message: `The disk ${file} does not exist.`,
    fix: 'Name a raw, qcow2, vmdk or vhd image.',
  });
}
