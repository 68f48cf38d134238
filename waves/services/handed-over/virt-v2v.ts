import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PrerequisiteError, SourcePreparationError } from '../../machines/index.js';
import { runProgram } from '../../sources/run-program.js';

/** virt-v2v, which makes guests of VMware and Hyper-V boot on KVM. Source: virt-v2v(1), virt-v2v-input(5). */
export interface VirtV2v {
  /** Throws a PrerequisiteError when it is not installed. */
  version(): Promise<string>;
  /** Raw disks in the order of the given ones. The folder is whole or absent. */
  convert(guest: HandedOverGuest, folder: string, signal: AbortSignal): Promise<readonly string[]>;
}

export interface HandedOverGuest {
  readonly name: string;
  readonly disks: readonly { readonly file: string; readonly format: string }[];
  readonly firmware?: 'bios' | 'uefi';
}

export function virtV2v(program = 'virt-v2v'): VirtV2v {
  return {
    version: async () => {
      const run = await runProgram(program, ['--version']);
      if (run === undefined) throw new PrerequisiteError(missing(program));
      return run.stdout.trim();
    },
    convert: async (guest, folder, signal) => {
      const part = `${folder}.part`;
      await rm(part, { recursive: true, force: true });
      await mkdir(part, { recursive: true });
      const description = join(part, 'guest.xml');
      await writeFile(description, domainXml(guest));
      // The name of its output files.
      const name = 'disk';
      const args = ['-i', 'libvirtxml', description, '-o', 'local', '-os', part, '-of', 'raw', '-on', name];
      // Its own helper appliance, so that no libvirt has to run.
      const env = { ...process.env, LIBGUESTFS_BACKEND: 'direct' };
      const run = await runProgram(program, args, { signal, env });
      if (run === undefined) throw new PrerequisiteError(missing(program));
      if (run.code !== 0)
        throw new SourcePreparationError(`virt-v2v could not convert ${guest.name}: ${lastLine(run.stderr)}`);
      await rm(folder, { recursive: true, force: true });
      await rename(part, folder);
      return await disksIn(folder, guest);
    },
  };
}

/** `disk-sda`, `disk-sdb` …, which virt-v2v names so. */
export async function disksIn(folder: string, { name, disks }: HandedOverGuest): Promise<readonly string[]> {
  const found = (await readdir(folder)).filter((each) => /^disk-sd[a-z]+$/.test(each)).sort();
  if (found.length !== disks.length)
    throw new SourcePreparationError(`virt-v2v made ${found.length} disks of the ${disks.length} of ${name}.`);
  return found.map((each) => join(folder, each));
}

function missing(program: string): string {
  return `The program '${program}' is missing, which makes guests of VMware and Azure boot on KVM. Install it where the worker runs: apt-get install virt-v2v (Debian, Ubuntu) or dnf install virt-v2v, and virtio-win for Windows guests.`;
}

function lastLine(text: string): string {
  return text.split('\n').at(-1) ?? '';
}

/** Source: libvirt, 'Domain XML format'. */
function domainXml({ name, disks, firmware }: HandedOverGuest): string {
  const letter = (index: number): string => String.fromCharCode('a'.charCodeAt(0) + index);
  const lines = disks.map(
    ({ file, format }, index) =>
      `    <disk type='file' device='disk'><driver name='qemu' type='${escaped(format)}'/><source file='${escaped(file)}'/><target dev='sd${letter(index)}' bus='scsi'/></disk>`,
  );
  const os = firmware === 'uefi' ? "<os firmware='efi'>" : '<os>';
  return [
    "<domain type='kvm'>",
    `  <name>${escaped(name)}</name>`,
    "  <memory unit='MiB'>2048</memory>",
    '  <vcpu>1</vcpu>',
    `  ${os}<type arch='x86_64'>hvm</type></os>`,
    '  <features><acpi/></features>',
    '  <devices>',
    ...lines,
    '  </devices>',
    '</domain>',
    '',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replace(/[&<>'"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
