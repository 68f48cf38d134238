import { spawnSync } from 'node:child_process';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

const cpioMagic = '070701';
const headerBytes = 110;
const mostBytes = 1024 * 1024 * 1024;

/** How each compression begins, and what undoes it. Source: Linux documentation, 'initramfs buffer format'. */
const compressions: readonly { readonly magic: string; readonly undo: (content: Buffer) => Buffer | undefined }[] = [
  { magic: '1f8b', undo: (content) => gunzipSync(content, { maxOutputLength: mostBytes }) },
  { magic: '28b52ffd', undo: (content) => zstdDecompressSync(content, { maxOutputLength: mostBytes }) },
  { magic: 'fd377a585a00', undo: (content) => byProgram('xz', content) },
  { magic: '5d0000', undo: (content) => byProgram('xz', content) },
  { magic: '02214c18', undo: (content) => byProgram('lz4', content) },
  { magic: '04224d18', undo: (content) => byProgram('lz4', content) },
];

/**
 * Paths of the files in an initramfs: archives one after another, the last of them compressed. `undefined` where one of
 * them cannot be read here.
 */
export function filesOfInitramfs(content: Buffer): readonly string[] | undefined {
  const names: string[] = [];
  let rest = content;
  while (rest.length > 0) {
    const start = rest.findIndex((byte) => byte !== 0);
    if (start < 0) break;
    rest = rest.subarray(start);
    if (rest.toString('latin1', 0, 6) === cpioMagic) {
      const end = readArchive(rest, names);
      if (end === undefined) return undefined;
      rest = rest.subarray(end);
      continue;
    }
    const begin = rest.toString('hex', 0, 6);
    const undo = compressions.find(({ magic }) => begin.startsWith(magic))?.undo;
    const archive = undo === undefined ? undefined : attempt(undo, rest);
    if (archive === undefined || readArchive(archive, names) === undefined) return undefined;
    break;
  }
  return names;
}

function attempt(undo: (content: Buffer) => Buffer | undefined, content: Buffer): Buffer | undefined {
  try {
    return undo(content);
  } catch {
    return undefined;
  }
}

function byProgram(program: string, content: Buffer): Buffer | undefined {
  const run = spawnSync(program, ['-dc', ...(program === 'xz' ? ['-F', 'auto'] : [])], {
    input: content,
    maxBuffer: mostBytes,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  return run.error === undefined && run.stdout.length > 0 ? run.stdout : undefined;
}

/** Adds the names of a `newc` archive; where it ends, or undefined where it is cut off. */
function readArchive(archive: Buffer, names: string[]): number | undefined {
  let at = 0;
  while (archive.toString('latin1', at, at + 6) === cpioMagic && at + headerBytes <= archive.length) {
    const field = (index: number): number =>
      parseInt(archive.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const [size, nameSize] = [field(6), field(11)];
    const name = archive.toString('utf8', at + headerBytes, at + headerBytes + nameSize - 1);
    at = aligned(aligned(at + headerBytes + nameSize) + size);
    if (name === 'TRAILER!!!') return at;
    names.push(name);
  }
  return undefined;
}

function aligned(place: number): number {
  return Math.ceil(place / 4) * 4;
}
