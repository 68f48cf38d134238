import { existsSync } from 'node:fs';
import { readdir, readFile, rename } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { hashOfFile } from '../../cloud/images.js';
import { PrerequisiteError } from '../../machines/index.js';
import type { DiskSource, Pass, SourceMachine } from '../../sources/disk-source.js';
import type { QemuImg } from '../../sources/qemu-img.js';
import type { HandedOverGuest, VirtV2v } from './virt-v2v.js';

export interface HandOverOptions {
  /** `<folder>/<sourceVmId>/first` and `…/final` hold the disks; docs/waves/sources.md says how they get there. */
  readonly folder: string;
  readonly qemuImg: QemuImg;
  readonly virtV2v: VirtV2v;
}

/** Empty, or with `firmware=uefi`; written when all disks are there. */
const readyFile = 'READY';
/** As qemu-img names them, by their names' ends. */
const formats: Readonly<Record<string, string>> = {
  '.vmdk': 'vmdk',
  '.vhd': 'vpc',
  '.vhdx': 'vhdx',
  '.qcow2': 'qcow2',
  '.raw': 'raw',
  '.img': 'raw',
};

/**
 * Machines whose disks somebody hands over in a folder, such as exports of VMware or Azure. virt-v2v gives their guests
 * drivers for KVM. Whether the machine runs at its source, only its people know: `stop` waits for the last hand-over.
 */
export function handOverSource({ folder, qemuImg, virtV2v }: HandOverOptions): DiskSource {
  // Machines of the same name in different folders of vCenter are different ones.
  const folderOf = (vmId: string): string => join(folder, vmId.replaceAll('/', '%2F'));
  const placeOf = (vmId: string, pass: Pass): string => join(folderOf(vmId), pass);
  const isReady = (vmId: string, pass: Pass): boolean => existsSync(join(placeOf(vmId, pass), readyFile));
  return {
    name: 'hand-over',
    describe: async (vmId) => {
      await virtV2v.version();
      const place = placeOf(vmId, 'first');
      if (!isReady(vmId, 'first'))
        throw new PrerequisiteError(
          `No disks of ${vmId} were handed over: put them into ${place}, and then an empty file ${readyFile} (docs/waves/sources.md).`,
        );
      const guest = await guestIn(place, vmId);
      const disks = [];
      for (const { file } of guest.disks) {
        const { virtualBytes, backingFile } = await qemuImg.info(file);
        if (backingFile !== undefined)
          throw new PrerequisiteError(`${file} needs ${backingFile} to be read: hand over consolidated disks.`);
        disks.push({ id: basename(file), sizeBytes: virtualBytes });
      }
      const { firmware } = guest;
      return {
        id: vmId,
        name: vmId,
        wasRunning: true,
        disks,
        addresses: [],
        ...(firmware !== undefined && { firmware }),
      };
    },
    keepPoint: (machine, pass) =>
      Promise.resolve(
        isReady(machine.id, pass)
          ? { is: 'ready' }
          : { is: 'waiting', what: `awaiting the disks in ${placeOf(machine.id, pass)} and the file ${readyFile}` },
      ),
    copyDisk: async ({ machine, disk, pass, file, onProgress }, { signal }) => {
      const place = placeOf(machine.id, pass);
      const guest = await guestIn(place, machine.id);
      if (guest.disks.length !== machine.disks.length)
        throw new PrerequisiteError(
          `${place} has ${guest.disks.length} disks, and the first hand-over had ${machine.disks.length}: hand over the same disks, or submit the machine again with another migrationId.`,
        );
      const converted = await convertOnce(virtV2v, guest, join(dirname(file), `converted-${pass}`), signal);
      const made = converted[machine.disks.indexOf(disk)];
      if (made === undefined) throw new PrerequisiteError(`${place} has no disk ${disk.id}.`);
      const contentId = existsSync(made) ? await hashOfFile(made, 'sha256') : await hashOfFile(file, 'sha256');
      // The result is taken, so that the disks are not there twice.
      if (existsSync(made)) await rename(made, file);
      onProgress({ copiedBytes: disk.sizeBytes, totalBytes: disk.sizeBytes });
      return { contentId };
    },
    stop: (machine) => Promise.resolve(isReady(machine.id, 'final') ? 'stopped' : 'waiting'),
    start: (machine) =>
      Promise.resolve({
        is: 'started',
        restored: [],
        notRestored: [
          {
            what: `machine ${machine.id}`,
            why: 'only its people can start it at its source (vCenter, Azure); its disks were not changed',
          },
        ],
      }),
    cleanUp: (machine: SourceMachine) => {
      const place = folderOf(machine.id);
      return Promise.resolve(existsSync(place) ? [`the handed-over disks in ${place}`] : []);
    },
  };
}

async function guestIn(place: string, vmId: string): Promise<HandedOverGuest> {
  const names = (await readdir(place)).sort();
  const disks = names.flatMap((name) => {
    const format = formats[extname(name).toLowerCase()];
    // VMware splits a disk into a description and its content.
    return format === undefined || name.endsWith('-flat.vmdk') ? [] : [{ file: join(place, name), format }];
  });
  if (disks.length === 0)
    throw new PrerequisiteError(
      `${place} has no disk; known are files that end in ${Object.keys(formats).join(', ')}.`,
    );
  const firmware = /firmware=(bios|uefi)/.exec(await readFile(join(place, readyFile), 'utf8'))?.[1];
  return { name: vmId, disks, ...((firmware === 'bios' || firmware === 'uefi') && { firmware }) };
}

const underWay = new Map<string, Promise<readonly string[]>>();

/** One run of virt-v2v makes all disks of a guest; each of them asks for it. */
async function convertOnce(
  virtV2v: VirtV2v,
  guest: HandedOverGuest,
  folder: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const names = guest.disks.map((_, index) => join(folder, `disk-sd${String.fromCharCode(97 + index)}`));
  if (existsSync(folder)) return names;
  const begun = underWay.get(folder) ?? virtV2v.convert(guest, folder, signal);
  underWay.set(folder, begun);
  try {
    return await begun;
  } finally {
    underWay.delete(folder);
  }
}
