import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';

const mebibyte = 1024 * 1024;
const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C.UTF-8' };

export interface GuestDisk {
  readonly file: string;
  readonly table: 'gpt' | 'msdos';
  /** Partitions after each other. */
  readonly partitions: readonly GuestPartition[];
  /** Whether the first sector has a program. */
  readonly bootCode?: boolean;
}

export interface GuestPartition {
  /** Of parted, such as `esp`. */
  readonly flag?: string;
  /** Paths and contents; a text that begins with `-> ` is the target of a symbolic link. @default no file system */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Written at the partition's start, as a file system that nothing here reads. */
  readonly magic?: { readonly at: number; readonly bytes: Buffer };
  /** A file whose bytes it has. */
  readonly image?: string;
  /** @default 32 */
  readonly sizeMiB?: number;
}

const defaultMiB = 32;

/** Makes a disk as a guest has one, by parted and mke2fs, as an ordinary user. */
export function makeGuestDisk({ file, table, partitions, bootCode = false }: GuestDisk): void {
  writeFileSync(file, '');
  const sizes = partitions.map(({ sizeMiB = defaultMiB }) => sizeMiB);
  const startOf = (index: number): number => 1 + sizes.slice(0, index).reduce((sum, size) => sum + size, 0);
  truncateSync(file, (1 + startOf(partitions.length)) * mebibyte);
  const orders = partitions.flatMap(({ flag }, index) => [
    ...['mkpart', ...(table === 'gpt' ? [`part${index + 1}`] : ['primary'])],
    ...[`${startOf(index)}MiB`, `${startOf(index + 1)}MiB`],
    ...(flag === undefined ? [] : ['set', String(index + 1), flag, 'on']),
  ]);
  execFileSync('parted', ['--script', file, 'mklabel', table, ...orders], { env });
  for (const [index, { files, magic, image }] of partitions.entries()) {
    const offset = startOf(index) * mebibyte;
    if (files !== undefined) makeExt4(file, offset, files);
    if (image !== undefined) writeAt(file, offset, readFileSync(image));
    if (magic !== undefined) writeAt(file, offset + magic.at, magic.bytes);
  }
  // parted writes a small program of its own into an MBR.
  writeAt(file, 0, Buffer.alloc(440, bootCode ? 0xeb : 0));
}

/** A file system of 31 MiB, at an offset of a file. */
export function makeExt4(file: string, offset: number, files: NonNullable<GuestPartition['files']>): void {
  const folder = `${file}.files`;
  for (const [path, content] of Object.entries(files)) {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true });
    if (typeof content === 'string' && content.startsWith('-> ')) symlinkSync(content.slice(3), place);
    else writeFileSync(place, content);
  }
  const size = `${(defaultMiB - 1) * 1024}k`;
  const args = ['-q', '-F', '-t', 'ext4', '-d', folder, '-E', `offset=${offset}`, file, size];
  execFileSync('mke2fs', args, { env, stdio: 'pipe' });
  execFileSync('rm', ['-rf', folder]);
}

function writeAt(file: string, place: number, bytes: Buffer): void {
  const open = openSync(file, 'r+');
  writeSync(open, bytes, 0, bytes.length, place);
  closeSync(open);
}

/** An initramfs with these files: an early archive without compression, as for microcode, and then the real one. */
export function initramfs(paths: readonly string[], compression: 'gzip' | 'zstd' | 'unknown'): Buffer {
  const archive = cpio(paths);
  const compressed =
    compression === 'gzip'
      ? gzipSync(archive)
      : compression === 'zstd'
        ? zstdCompressSync(archive)
        : Buffer.concat([Buffer.from('89abcdef', 'hex'), archive]);
  return Buffer.concat([cpio(['kernel/x86/microcode/AuthenticAMD.bin']), Buffer.alloc(512), compressed]);
}

/** Source: Linux documentation, 'initramfs buffer format'. */
function cpio(paths: readonly string[]): Buffer {
  return Buffer.concat(
    [...paths, 'TRAILER!!!'].map((path) => entry(path, path === 'TRAILER!!!' ? '' : `content of ${path}`)),
  );
}

function entry(path: string, content: string): Buffer {
  const fields = [1, 0o100644, 0, 0, 1, 0, content.length, 0, 0, 0, 0, path.length + 1, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  return Buffer.concat([padded(Buffer.from(`${header}${path}\0`)), padded(Buffer.from(content))]);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
