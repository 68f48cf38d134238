import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { placeOf } from '../store/state.js';
import type { StateLocation } from '../store/location.js';
import type { Header } from './transfer-file.js';
import { fileFormat } from './transfer-file.js';

/** An error of a file, not of a database, whose errors carry a SQLSTATE. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error && 'errno' in error;
}

export function cannotWrite(file: string, error: Error): Diagnostic {
  return problem(
    'cannot-write',
    file,
    `The export cannot be written (${error.message}).`,
    'Give `aws2openstack state export` a file in a writable folder with free space.',
  );
}

export function cannotRead(file: string, error: Error): Diagnostic {
  return problem(
    'cannot-read',
    file,
    `The export cannot be read (${error.message}).`,
    'Give `aws2openstack state import` a file that `aws2openstack state export` wrote.',
  );
}

export function interrupted(place: string, outcome: string): Diagnostic {
  return problem('interrupted', place, `The command was interrupted. ${outcome}`, 'Run the command again.');
}

export function notAnExport(file: string): Diagnostic {
  return problem(
    'not-an-export',
    file,
    'The file is not an export of a store; nothing was stored.',
    'Give `aws2openstack state import` a file that `aws2openstack state export` wrote.',
  );
}

export function damaged(file: string, what: string): Diagnostic {
  return problem(
    'export-damaged',
    file,
    `The export is damaged: ${what}. Nothing was stored.`,
    'Copy the file again, or export the store again with `aws2openstack state export`.',
  );
}

export function newerFormat(file: string, { format, tool_version }: Header): Diagnostic {
  return problem(
    'newer-export',
    file,
    `The file has format ${format}, written by aws2openstack ${tool_version}; this version reads format ${fileFormat}.`,
    'Update aws2openstack to that version or newer (`git pull && npm ci`).',
  );
}

export function newerSchema(file: string, { tool_version }: Header, names: readonly string[]): Diagnostic {
  return problem(
    'newer-export',
    file,
    `The file comes from a newer store (${names.join(', ')}), written by aws2openstack ${tool_version}.`,
    'Update aws2openstack (`git pull && npm ci`), run `aws2openstack state migrate`, then import again.',
  );
}

export function olderSchema(file: string, { tool_version }: Header, names: readonly string[]): Diagnostic {
  return problem(
    'older-export',
    file,
    `The file comes from an older store: it lacks ${names.join(', ')}.`,
    `Import it into an empty store with aws2openstack ${tool_version}, then run this version's \`aws2openstack state migrate\` there and export again.`,
  );
}

export function notEmpty(location: StateLocation, found: readonly { table: string; rows: number }[]): Diagnostic {
  return problem(
    'store-not-empty',
    placeOf(location),
    `The store already holds rows (${found.map(({ table, rows }) => `${rows} in ${table}`).join(', ')}); an import needs an empty one.`,
    location.engine === 'embedded'
      ? 'Set A2O_STATE_DIR to another folder, or move this one away.'
      : 'Set DATABASE_URL to an empty database (`createdb NAME`).',
  );
}

function problem(code: string, path: string, message: string, fix: string): Diagnostic {
  return diagnostic({ code, path, message, fix });
}
