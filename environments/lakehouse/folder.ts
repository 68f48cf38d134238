import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ensureFolder } from '../../core/ensure-folder.js';
import { objectStoreTypes } from './object-store.js';
import type { ObjectStorePlace, ObjectStoreType } from './object-store.js';

const root = join(import.meta.dirname, '..', '..');

/** Says that a folder was empty when a lakehouse took it, so that what lies there under our names is ours. */
const marker = '.aws2openstack-lakehouse';

/** What lies in the folder of a lakehouse. */
const made = new Set([
  'bundle.sha256',
  'log',
  'machine',
  'machine.bundle',
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
 * The absolute path that A2O_LAKEHOUSE_DIR names; unset or empty: the checkout's own. Throws when it has characters that
 * the commands of a machine's units, which take it unquoted, would not understand.
 */
export function lakehouseFolder(given: string | undefined): string {
  const folder = given === undefined || given === '' ? join(root, '.aws2openstack', 'lakehouse') : resolve(given);
  if (!/^[\w./-]+$/.test(folder))
    throw new Error(
      `A lakehouse cannot lie in ${JSON.stringify(folder)}: its path may have letters from a to z, digits and . _ - / only. ` +
        'Set A2O_LAKEHOUSE_DIR to such a path.',
    );
  return folder;
}

/** Whether a lakehouse lies there; false when nothing does. Throws when anything else does. */
export function holdsLakehouse(folder: string): boolean {
  if (existsSync(join(folder, marker))) return true;
  if (!existsSync(folder)) return false;
  throw new Error(
    `${folder} is not the folder of a lakehouse: it has no file ${marker}. Nothing there was touched. ` +
      'Set A2O_LAKEHOUSE_DIR to the folder that `make lakehouse-local` filled.',
  );
}

/** The object store that the folder of a lakehouse has, or is to have. Throws when another one is named. */
export function objectStoreIn(folder: string, named?: ObjectStoreType): ObjectStorePlace {
  const places = objectStoreTypes.map((type) => ({
    type,
    folder: join(folder, type === 'swift' ? 'swift' : 'object-store'),
  }));
  const there = places.find((place) => existsSync(place.folder));
  const wanted = places.find(({ type }) => type === (named ?? there?.type ?? 'ceph-rgw'));
  if (wanted === undefined)
    throw new Error(
      `There is no object store '${named ?? ''}' here. Set A2O_OBJECT_STORE to ${objectStoreTypes.join(' or ')}.`,
    );
  if (there !== undefined && there !== wanted)
    throw new Error(
      `The lakehouse in ${folder} keeps its data in ${there.type}, not in ${wanted.type}. ` +
        'Leave A2O_OBJECT_STORE out, set A2O_LAKEHOUSE_DIR to another folder, or run `make lakehouse-local-clean` first.',
    );
  return wanted;
}

/** Makes the folder a lakehouse's. Throws, and writes nothing, when it holds anything else. */
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
      `A lakehouse cannot lie in ${folder}: ${(error as Error).message}. ` +
        'Set A2O_LAKEHOUSE_DIR to a folder that you may write.',
      { cause: error },
    );
  }
  throw new Error(
    `A lakehouse cannot lie in ${folder}: it holds other files. Nothing there was touched. ` +
      'Set A2O_LAKEHOUSE_DIR to a folder that is empty or does not exist.',
  );
}

/** Removes what a lakehouse that is stopped left there, and the folder. Returns the names of what others put there, which stays. */
export function removeLakehouse(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name !== marker);
  for (const name of names.filter((each) => made.has(each))) rmSync(join(folder, name), { recursive: true });
  // Last, so that what was interrupted can be repeated.
  rmSync(join(folder, marker));
  const others = names.filter((name) => !made.has(name));
  if (others.length === 0) rmdirSync(folder);
  return others;
}
