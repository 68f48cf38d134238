import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Folder = Map<string, Folder | string | Buffer>;

/** mkfs.xfs makes none that are smaller. */
export const xfsMiB = 320;

/** An XFS file system with these files, by mkfs.xfs as an ordinary user; a text that begins with `-> ` is a symbolic link. */
export function makeXfs(file: string, files: Readonly<Record<string, string | Buffer>>): void {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-xfs-'));
  try {
    const prototype = join(folder, 'prototype');
    let made = 0;
    const store = (content: string | Buffer): string => {
      const place = join(folder, `file-${(made += 1)}`);
      writeFileSync(place, content);
      return place;
    };
    writeFileSync(prototype, `/dev/null\n0 0\nd--755 0 0\n${linesOf(treeOf(files), store)}$\n`);
    writeFileSync(file, '');
    truncateSync(file, xfsMiB * 1024 * 1024);
    const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C.UTF-8' };
    execFileSync('mkfs.xfs', ['-q', '-p', prototype, file], { env, stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function treeOf(files: Readonly<Record<string, string | Buffer>>): Folder {
  const root: Folder = new Map();
  for (const [path, content] of Object.entries(files)) {
    const parts = path.split('/').filter((part) => part !== '');
    let at = root;
    for (const part of parts.slice(0, -1)) {
      const next = at.get(part);
      const inner: Folder = next instanceof Map ? next : new Map<string, Folder | string | Buffer>();
      at.set(part, inner);
      at = inner;
    }
    at.set(parts.at(-1) ?? '', content);
  }
  return root;
}

/** Source: mkfs.xfs's manual, '-p protofile'. */
function linesOf(folder: Folder, store: (content: string | Buffer) => string): string {
  return [...folder]
    .map(([name, content]) => {
      if (content instanceof Map) return `${name} d--755 0 0\n${linesOf(content, store)}$\n`;
      if (typeof content === 'string' && content.startsWith('-> ')) return `${name} l--777 0 0 ${content.slice(3)}\n`;
      return `${name} ---644 0 0 ${store(content)}\n`;
    })
    .join('');
}
