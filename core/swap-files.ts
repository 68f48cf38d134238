import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { ensureFolder } from './ensure-folder.js';

export interface FileSwap {
  /** The folder whose files are replaced. What is not named stays as it is. */
  readonly folder: string;
  /** A folder in the same file system for this swap alone; the new files lie in its subfolder `new`, by their paths in `folder`. */
  readonly staging: string;
  /** Paths in `folder` of files that the new content no longer has. */
  readonly obsolete: readonly string[];
}

type Side = 'old' | 'new';
const current = 'current';

/**
 * Replaces files of a folder in one step: whoever opens them, at any time and also after this process was killed, finds
 * all old ones or all new ones. Throws the system's errors; then `finishSwap` puts the old files back. At the end `staging`
 * is gone.
 *
 * A file system renames one file at a time. Therefore each path first becomes a symbolic link that leads through
 * `staging/current` to its old file. One rename lets `current` lead to the new files. Afterwards each link is replaced by
 * its file, so that none remains.
 *
 * @param onChange called before each change of the file system, for tests.
 */
export function swapFiles({ folder, staging, obsolete }: FileSwap, onChange: () => void = () => undefined): void {
  const gone = obsolete.filter((path) => existsSync(join(folder, path)));
  const paths = [...new Set([...filesBelow(join(staging, 'new')), ...gone])];
  for (const path of paths) requireNoFolder(join(folder, path));
  for (const path of paths) {
    onChange();
    keep(join(folder, path), join(staging, 'old', path));
  }
  lead(staging, 'old', onChange);
  for (const path of paths) layLink({ folder, staging, path }, onChange);
  lead(staging, 'new', onChange);
  try {
    settle({ folder, staging }, 'new', onChange);
    onChange();
    rmSync(staging, { recursive: true, force: true });
  } catch {
    // The links lead to the new files; the next run replaces them.
  }
}

/** Completes or undoes what a killed `swapFiles` has left, and removes `staging`. Throws the system's errors. */
export function finishSwap({ folder, staging }: Omit<FileSwap, 'obsolete'>): void {
  const side = leadsTo(staging);
  if (side !== null) settle({ folder, staging }, side, () => undefined);
  rmSync(staging, { recursive: true, force: true });
}

/** Paths of all files below a folder, sorted; none where it does not exist. */
export function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .sort();
}

function requireNoFolder(place: string): void {
  if (lstatSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  throw Object.assign(new Error(`${place} is a folder`), { code: 'EISDIR', syscall: 'rename', path: place });
}

/** A hard link where the file system has them: large files are not copied. */
function keep(file: string, copy: string): void {
  const found = lstatSync(file, { throwIfNoEntry: false });
  // A link of the user that leads nowhere has no content to keep.
  if (found === undefined || !existsSync(file)) return;
  ensureFolder(dirname(copy));
  rmSync(copy, { force: true });
  try {
    if (found.isSymbolicLink()) copyFileSync(file, copy);
    else linkSync(file, copy);
  } catch {
    copyFileSync(file, copy, constants.COPYFILE_FICLONE);
  }
}

function lead(staging: string, side: Side, onChange: () => void): void {
  const next = join(staging, 'next');
  onChange();
  rmSync(next, { force: true });
  symlinkSync(side, next);
  onChange();
  renameSync(next, join(staging, current));
}

function leadsTo(staging: string): Side | null {
  const link = join(staging, current);
  if (lstatSync(link, { throwIfNoEntry: false }) === undefined) return null;
  return readlinkSync(link) === 'new' ? 'new' : 'old';
}

interface SwappedPath {
  readonly folder: string;
  readonly staging: string;
  readonly path: string;
}

function layLink({ folder, staging, path }: SwappedPath, onChange: () => void): void {
  const place = join(folder, path);
  onChange();
  ensureFolder(dirname(place));
  const link = join(staging, 'link');
  rmSync(link, { force: true });
  // Relative, so that the folder can be moved or mounted elsewhere.
  symlinkSync(relative(realpathSync(dirname(place)), join(realpathSync(staging), current, path)), link);
  onChange();
  renameSync(link, place);
}

/** Replaces each link by the file that it leads to, and removes those without one. Can be repeated. */
function settle({ folder, staging }: Omit<FileSwap, 'obsolete'>, side: Side, onChange: () => void): void {
  const paths = new Set(['old', 'new'].flatMap((one) => filesBelow(join(staging, one))));
  for (const path of paths) {
    const [place, file] = [join(folder, path), join(staging, side, path)];
    if (!isOurLink(place, staging)) continue;
    onChange();
    if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) {
      renameSync(file, place);
      continue;
    }
    rmSync(place, { force: true });
    removeEmpty(dirname(place), folder);
  }
}

function isOurLink(place: string, staging: string): boolean {
  if (lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return false;
  const target = resolve(realpathSync(dirname(place)), readlinkSync(place));
  return target.startsWith(join(realpathSync(staging), current) + sep);
}

/** The folders of a file that is gone, up to `top`, as far as they hold nothing else. */
function removeEmpty(folder: string, top: string): void {
  for (let each = folder; each !== top && each.startsWith(top + sep); each = dirname(each)) {
    try {
      rmdirSync(each);
    } catch {
      return;
    }
  }
}
