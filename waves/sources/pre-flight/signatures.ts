import { readPart } from './image-part.js';
import type { ImagePart } from './image-part.js';

/** The content of a partition or a logical volume. */
export type Content =
  | 'bitlocker'
  | 'btrfs'
  | 'ext'
  | 'fat'
  | 'luks'
  | 'lvm'
  | 'ntfs'
  | 'raid'
  | 'refs'
  | 'swap'
  | 'unknown'
  | 'xfs'
  | 'zfs';

interface Signature {
  readonly content: Content;
  readonly at: number;
  readonly bytes: string;
}

const sector = 512;
const text = (at: number, value: string, content: Content): Signature => ({
  content,
  at,
  bytes: Buffer.from(value, 'latin1').toString('hex'),
});

/**
 * The bytes that each begins with; the first that fits is right. Source: the on-disk formats as libblkid of util-linux knows
 * them: XFS algorithms and data structures; LVM2 label; LUKS on-disk format; Btrfs on-disk format; Linux RAID superblock
 * formats; NTFS and BitLocker boot sectors.
 */
const signatures: readonly Signature[] = [
  text(0, 'XFSB', 'xfs'),
  text(0, 'LUKS\u00ba\u00be', 'luks'),
  text(3, '-FVE-FS-', 'bitlocker'),
  text(3, 'NTFS    ', 'ntfs'),
  text(3, 'ReFS\0\0\0\0', 'refs'),
  ...[0, 1, 2, 3].map((place) => text(place * sector, 'LABELONE', 'lvm')),
  // Version 1.1 at the start, 1.2 after 4 KiB; 0.90 and 1.0 are at the end, and look like what they hold.
  ...[0, 4096].map((at) => ({ content: 'raid' as const, at, bytes: 'fc4e2ba9' })),
  text(65_536 + 64, '_BHRfS_M', 'btrfs'),
  { content: 'ext', at: 1024 + 56, bytes: '53ef' },
  text(4096 - 10, 'SWAPSPACE2', 'swap'),
  // An uberblock of the first label.
  { content: 'zfs', at: 131_072, bytes: '0cb1ba0000000000' },
  text(82, 'FAT32   ', 'fat'),
  text(54, 'FAT16   ', 'fat'),
  text(54, 'FAT12   ', 'fat'),
];

const longest = Math.max(...signatures.map(({ at, bytes }) => at + bytes.length / 2));

export async function contentOf(part: ImagePart): Promise<Content> {
  const begin = await readPart(part, 0, longest);
  const found = signatures.find(({ at, bytes }) => begin.toString('hex', at, at + bytes.length / 2) === bytes);
  return found?.content ?? 'unknown';
}
