import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../run-program.js';
import { linuxGuest } from './guest-facts.js';
import type { Guest, ReadPart, Unread, WindowsGuest } from './guest-facts.js';
import { extFiles, withSbin } from './guest-files.js';
import type { GuestFiles } from './guest-files.js';
import { copyPart } from './image-part.js';
import type { ImagePart } from './image-part.js';
import { partOf, readPhysicalVolume } from './lvm.js';
import type { PartitionTable } from './partitions.js';
import { contentOf } from './signatures.js';
import type { Content } from './signatures.js';
import { inspect } from './virt-inspector.js';
import { listDrivers } from './windows.js';
import { xfsFiles } from './xfs-files.js';

/** A partition or a logical volume. */
interface Place {
  readonly what: string;
  readonly part: ImagePart;
  readonly content: Content;
}

/** Contents that cannot be a guest's system: swap, or the BIOS's and UEFI's own. */
const withoutFiles: readonly Content[] = ['fat', 'swap'];
const withoutFilesFlags = ['esp', 'bios_grub', 'swap', 'msftres'];

/** Looks into every partition of a raw image; `folder` gets copies of file systems whose programs need their own file. */
export async function findGuest(raw: string, table: PartitionTable, folder: string): Promise<Guest> {
  const readable: GuestFiles[] = [];
  const unread: Unread[] = [];
  let windows: WindowsGuest | undefined;
  const places = await placesOn(raw, table, unread);
  for (const [index, place] of places.entries()) {
    const copy = join(folder, `part-${index}`);
    if (place.content === 'ntfs') {
      const found = await windowsOn(place, copy);
      if (found === 'unread') unread.push(place);
      else windows ??= found;
      continue;
    }
    const isReadable = place.content === 'ext' || place.content === 'xfs';
    const files = isReadable ? await filesOf(place, copy) : undefined;
    if (files === undefined) unread.push(place);
    else readable.push(files);
  }
  const root = await firstWith(readable, '/etc/fstab', '/etc/os-release');
  const boot = await bootOf(readable, root);
  return {
    table,
    linux: root === undefined ? undefined : await linuxGuest(root, boot),
    windows,
    parts: places.map(({ what, content }): ReadPart => ({ what, content })),
    unread,
    inspected: unread.length === 0 ? undefined : await inspect(raw),
  };
}

async function placesOn(raw: string, table: PartitionTable, unread: Unread[]): Promise<readonly Place[]> {
  const places: Place[] = [];
  for (const { what, part, flags } of await partitionsOn(raw, table)) {
    if (flags.some((flag) => withoutFilesFlags.includes(flag))) continue;
    const content = await contentOf(part);
    const isEmptyDisk = table.partitions.length === 0 && content === 'unknown';
    if (withoutFiles.includes(content) || isEmptyDisk) continue;
    if (content !== 'lvm') {
      if (content === 'unknown' && flags.includes('lvm')) unread.push({ what, content: 'lvm' });
      else places.push({ what, part, content });
      continue;
    }
    places.push(...(await logicalVolumesOn(what, part, unread)));
  }
  return places;
}

async function partitionsOn(
  raw: string,
  { partitions }: PartitionTable,
): Promise<readonly { readonly what: string; readonly part: ImagePart; readonly flags: readonly string[] }[]> {
  if (partitions.length === 0) {
    const whole = { startBytes: 0, sizeBytes: (await stat(raw)).size };
    return [{ what: 'The disk', part: { file: raw, ranges: [whole] }, flags: [] }];
  }
  return partitions.map(({ number, startBytes, sizeBytes, flags }) => ({
    what: `Partition ${number}`,
    part: { file: raw, ranges: [{ startBytes, sizeBytes }] },
    flags,
  }));
}

async function logicalVolumesOn(what: string, part: ImagePart, unread: Unread[]): Promise<readonly Place[]> {
  const volume = await readPhysicalVolume(part);
  if (volume === undefined) {
    unread.push({ what, content: 'lvm' });
    return [];
  }
  const places: Place[] = [];
  for (const { name, ranges } of volume.logicalVolumes) {
    const shown = `Logical volume ${volume.group}/${name}`;
    if (ranges === undefined) {
      const why = volume.volumes > 1 ? `, of a group of ${volume.volumes} physical volumes` : '';
      unread.push({ what: `${shown}${why}`, content: 'lvm' });
      continue;
    }
    const inside = partOf(part, ranges);
    const content = await contentOf(inside);
    if (!withoutFiles.includes(content)) places.push({ what: shown, part: inside, content });
  }
  return places;
}

async function filesOf({ part, content }: Place, copy: string): Promise<GuestFiles | undefined> {
  const [first, ...others] = part.ranges;
  // debugfs takes an offset.
  if (content === 'ext' && first !== undefined && others.length === 0)
    return await extFiles(part.file, first.startBytes);
  if (content === 'xfs' && !(await isInstalled('xfs_db'))) return undefined;
  await copyPart(part, copy);
  return await (content === 'ext' ? extFiles(copy, 0) : xfsFiles(copy));
}

/** Undefined where the file system is one without Windows. */
async function windowsOn({ part }: Place, copy: string): Promise<WindowsGuest | undefined | 'unread'> {
  if (!(await isInstalled('ntfsls'))) return { drivers: undefined };
  await copyPart(part, copy);
  const found = await listDrivers(copy);
  if (found.is === 'no-windows') return undefined;
  return found.is === 'listed' ? { drivers: found.drivers } : 'unread';
}

async function isInstalled(program: string): Promise<boolean> {
  return (await runProgram(program, ['-V'], { env: { ...process.env, PATH: withSbin() } })) !== undefined;
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
