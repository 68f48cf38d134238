import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ensureFolder } from '../../core/ensure-folder.js';
import { objectStoreTypes } from './object-store.js';
import type { ObjectStorePlace, ObjectStoreType } from './object-store.js';

const root = join(import.meta.dirname, '..', '..');

/** Marks a folder that was empty when a lakehouse took it, so that files there under our names are ours. */
const marker = '.aws2openstack-lakehouse';

/** The entries of a lakehouse's folder. */
const made = new Set([
  'bundle.sha256',
  'log',
  'machine',
  'machine.bundle',
  'registered',
  'mapping.yaml',
  'object-store',
  'ports.json',
  'postgresql',
  'run',
  'secrets.json',
  'swift',
  'terraform',
  'trust.p12',
  'testdata',
]);

/**
 * The absolute path of A2O_LAKEHOUSE_DIR; when unset or empty, the checkout's own folder. Throws when the path has
 * characters that the commands of a machine's units, where it is unquoted, would misread.
 */
export function lakehouseFolder(given: string | undefined): string {
  const folder = given === undefined || given === '' ? join(root, '.aws2openstack', 'lakehouse') : resolve(given);
  if (!/^[\w./-]+$/.test(folder))
    throw new Error(
      `A lakehouse cannot be in ${JSON.stringify(folder)}: its path may only have letters from a to z, digits and . _ - /. ` +
        'Set A2O_LAKEHOUSE_DIR to such a path.',
    );
  return folder;
}

/** Whether the folder holds a lakehouse; false when it does not exist. Throws when it holds anything else. */
export function holdsLakehouse(folder: string): boolean {
  if (existsSync(join(folder, marker))) return true;
  if (!existsSync(folder)) return false;
  throw new Error(
    `${folder} is not the folder of a lakehouse: it has no file ${marker}. Nothing there was changed. ` +
      'Set A2O_LAKEHOUSE_DIR to the folder that `make lakehouse-local` filled.',
  );
}

/** The object store of the lakehouse in the folder, existing or wanted. Throws when `named` is not the existing one. */
export function objectStoreIn(folder: string, named?: ObjectStoreType): ObjectStorePlace {
  const places = objectStoreTypes.map((type) => ({
    type,
    folder: join(folder, type === 'swift' ? 'swift' : 'object-store'),
  }));
  const there = places.find((place) => existsSync(place.folder));
  const wanted = places.find(({ type }) => type === (named ?? there?.type ?? 'ceph-rgw'));
  if (wanted === undefined)
    throw new Error(
      `'${named ?? ''}' is not an object store of the local lakehouse. Set A2O_OBJECT_STORE to ${objectStoreTypes.join(' or ')}.`,
    );
  if (there !== undefined && there !== wanted)
    throw new Error(
      `The lakehouse in ${folder} keeps its data in ${there.type}, not in ${wanted.type}. ` +
        'Unset A2O_OBJECT_STORE, set A2O_LAKEHOUSE_DIR to another folder, or run `make lakehouse-local-clean` first.',
    );
  return wanted;
}

/** Creates the folder and marks it as a lakehouse's. Throws, and writes nothing, when it holds anything else. */
export function claimFolder(folder: string): void {
  if (existsSync(join(folder, marker))) return;
  try {
    ensureFolder(dirname(folder));
    // It holds keys.
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    if (readdirSync(folder).length === 0) {
      writeFileSync(
        join(folder, marker),
        '`make lakehouse-local` fills this folder, `make lakehouse-local-clean` removes it.\n',
      );
      return;
    }
  } catch (error) {
    throw new Error(
      `A lakehouse cannot be in ${folder}: ${(error as Error).message}. ` +
        'Set A2O_LAKEHOUSE_DIR to a folder that you can write to.',
      { cause: error },
    );
  }
  throw new Error(
    `A lakehouse cannot be in ${folder}: it holds other files. Nothing there was changed. ` +
      'Set A2O_LAKEHOUSE_DIR to a folder that is empty or does not exist.',
  );
}

/** Removes the files of a stopped lakehouse, and the folder if it is then empty. Returns the names of other files, which stay. */
export function removeLakehouse(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name !== marker);
  for (const name of names.filter((each) => made.has(each))) rmSync(join(folder, name), { recursive: true });
  // Last, so that an interrupted removal can be repeated.
  rmSync(join(folder, marker));
  const others = names.filter((name) => !made.has(name));
  if (others.length === 0) rmdirSync(folder);
  return others;
}
