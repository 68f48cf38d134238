import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../../../core/temporary-folder.js';
import { runProgram } from '../run-program.js';

/** The files of a guest's file system, read without mounting it. */
export interface GuestFiles {
  /** `undefined` where there is no such file. */
  read(path: string): Promise<Buffer | undefined>;
  /** Names in a folder; empty where there is none. */
  list(path: string): Promise<readonly string[]>;
}

/**
 * An ext2, ext3 or ext4 file system at an offset of a raw image, by debugfs of e2fsprogs, which opens it read-only.
 * `undefined` where there is none, or where the program is missing.
 */
export async function extFiles(image: string, offsetBytes: number): Promise<GuestFiles | undefined> {
  const place = `${image}?offset=${offsetBytes}`;
  const answers = new Map<string, Promise<string | undefined>>();
  const ask = async (request: string): Promise<string | undefined> => {
    const run = await runProgram(debugfsProgram, ['-R', request, place], { env: { ...process.env, PATH: withSbin() } });
    if (run === undefined || /filesystem not open|bad magic|can't read/i.test(run.stderr)) return undefined;
    return run.stdout;
  };
  // The image does not change, and each path begins with the same folders.
  const debugfs = (request: string): Promise<string | undefined> => {
    const answer = answers.get(request) ?? ask(request);
    answers.set(request, answer);
    return answer;
  };
  if ((await debugfs('stats -h')) === undefined) return undefined;
  const find = pathResolver(async (path) => {
    const stat = (await debugfs(`stat ${quoted(path)}`)) ?? '';
    if (!/^Inode: \d/m.test(stat)) return undefined;
    const link = /^Fast link dest: "(.*)"$/m.exec(stat)?.[1];
    return link === undefined ? {} : { link };
  });
  return {
    read: async (path) => {
      const found = await find(path);
      if (found === undefined) return undefined;
      const folder = temporaryFolder('a2o-guest-');
      try {
        const copy = join(folder.path, 'content');
        await ask(`dump ${quoted(found)} ${copy}`);
        return await readFile(copy).catch(() => undefined);
      } finally {
        folder.remove();
      }
    },
    list: async (path) => {
      const found = await find(path);
      const text = found === undefined ? undefined : await debugfs(`ls -p ${quoted(found)}`);
      return (text ?? '').split('\n').flatMap((line) => {
        // /inode/mode/uid/gid/name/size/
        const name = line.split('/')[5];
        return name === undefined || name === '' || name === '.' || name === '..' ? [] : [name];
      });
    },
  };
}

const debugfsProgram = 'debugfs';
const mostLinks = 16;

/** Programs for file systems are not on the path of ordinary users everywhere. */
export function withSbin(): string {
  return `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
}

function quoted(path: string): string {
  return `"${path.replaceAll('"', '')}"`;
}

/** Looks at a path: `link` of a symbolic link; `undefined` if there is nothing. */
type Look = (path: string) => Promise<{ readonly link?: string } | undefined>;

/** The path without symbolic links, which the programs do not follow; `undefined` where nothing is. */
export function pathResolver(look: Look): (path: string) => Promise<string | undefined> {
  return async (path) => {
    let parts = path.split('/').filter((part) => part !== '');
    let links = 0;
    for (let at = 0; at < parts.length;) {
      const found = await look(`/${parts.slice(0, at + 1).join('/')}`);
      if (found === undefined) return undefined;
      if (found.link === undefined) {
        at += 1;
        continue;
      }
      links += 1;
      if (links > mostLinks) return undefined;
      const base = found.link.startsWith('/') ? [] : parts.slice(0, at);
      parts = normalized([...base, ...found.link.split('/'), ...parts.slice(at + 1)]);
      at = 0;
    }
    return `/${parts.join('/')}`;
  };
}

function normalized(parts: readonly string[]): string[] {
  const kept: string[] = [];
  for (const part of parts) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return kept;
}
