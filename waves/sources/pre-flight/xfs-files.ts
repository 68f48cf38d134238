import { open } from 'node:fs/promises';
import { runProgram } from '../run-program.js';
import type { GuestFiles } from './guest-files.js';
import { pathResolver, withSbin } from './guest-files.js';

interface Geometry {
  readonly blockBytes: number;
  readonly groupBlocks: number;
}

/**
 * An XFS file system in its own file, by xfs_db of xfsprogs, which reads it without mounting and without its log.
 * `undefined` where there is none, or where the program is missing. Source: xfs_db's manual, 'ls', 'path' and 'bmap'.
 */
export async function xfsFiles(file: string): Promise<GuestFiles | undefined> {
  const answers = new Map<string, Promise<string | undefined>>();
  const ask = async (commands: readonly string[]): Promise<string | undefined> => {
    const args = ['-r', '-f', ...commands.flatMap((command) => ['-c', command]), file];
    const run = await runProgram('xfs_db', args, { env: { ...process.env, PATH: withSbin() } });
    return run?.code === 0 ? run.stdout : undefined;
  };
  // The file does not change, and each path begins with the same folders.
  const db = (...commands: readonly string[]): Promise<string | undefined> => {
    const key = commands.join('\n');
    const answer = answers.get(key) ?? ask(commands);
    answers.set(key, answer);
    return answer;
  };
  const geometry = geometryIn((await db('sb 0', 'print blocksize agblocks')) ?? '');
  if (geometry === undefined) return undefined;
  const find = pathResolver(async (path) => {
    if (!isPlain(path)) return undefined;
    const inode = await db(`path ${path}`, 'print core.mode');
    if (inode === undefined) return undefined;
    if (!/core\.mode = 012\d{4}/.test(inode)) return {};
    const link = /^u3?\.symlink = "(.*)"$/m.exec((await db(`path ${path}`, 'print')) ?? '')?.[1];
    return link === undefined ? undefined : { link };
  });
  return {
    read: async (path) => {
      const found = await find(path);
      if (found === undefined) return undefined;
      const answer = await db(`path ${found}`, 'print core.mode core.size', 'bmap');
      return answer === undefined || !/core\.mode = 010\d{4}/.test(answer)
        ? undefined
        : await contentOf(file, answer, geometry);
    },
    list: async (path) => {
      const found = await find(path);
      const text = found === undefined ? undefined : await db(`ls ${found}`);
      return (text ?? '').split('\n').flatMap((line) => {
        // Number, inode, kind, hash, length of the name, name, state.
        const name = /^\d+\s+\d+\s+\S+\s+0x[0-9a-f]+\s+\d+ (.*) \(.*\)$/.exec(line)?.[1];
        return name === undefined || name === '.' || name === '..' ? [] : [name];
      });
    },
  };
}

/** xfs_db takes a line apart at blanks and quotes. */
function isPlain(path: string): boolean {
  return /^[\w./@:+~-]+$/.test(path);
}

function geometryIn(text: string): Geometry | undefined {
  const [, block] = /^blocksize = (\d+)$/m.exec(text) ?? [];
  const [, group] = /^agblocks = (\d+)$/m.exec(text) ?? [];
  return block === undefined || group === undefined
    ? undefined
    : { blockBytes: Number(block), groupBlocks: Number(group) };
}

const mostBytes = 1024 * 1024 * 1024;

/** `data offset 0 startblock 98315 (3/11) count 5 flag 0`; with flag 1, nothing was written there yet. */
const extent = /^data offset (\d+) startblock \d+ \((\d+)\/(\d+)\) count (\d+) flag 0$/gm;

async function contentOf(
  file: string,
  text: string,
  { blockBytes, groupBlocks }: Geometry,
): Promise<Buffer | undefined> {
  const size = Number(/^core\.size = (\d+)$/m.exec(text)?.[1] ?? 0);
  if (size > mostBytes) return undefined;
  const content = Buffer.alloc(size);
  const image = await open(file, 'r');
  try {
    for (const match of text.matchAll(extent)) {
      const [offset = 0, group = 0, block = 0, count = 0] = match.slice(1).map(Number);
      const length = Math.min(count * blockBytes, size - offset * blockBytes);
      if (length > 0)
        await image.read(content, offset * blockBytes, length, (group * groupBlocks + block) * blockBytes);
    }
  } finally {
    await image.close();
  }
  return content;
}
