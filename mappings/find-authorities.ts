import { dirname, resolve } from 'node:path';
import { fail } from '../core/result.js';
import { maxAuthoritiesBytes, readAuthorities } from '../core/trust/index.js';
import type { FindAuthorities } from './language/index.js';
import { readRegularFile } from './read-regular-file.js';

/** Reads the PEM file of `target.trust.caFile`, a path relative to the template that names it. Its text is never shown. */
export const findAuthoritiesOnDisk: FindAuthorities = (reference, from) => {
  const path = resolve(dirname(from), reference);
  try {
    const text = readRegularFile(path, maxAuthoritiesBytes);
    if (text === undefined) return fail(['it is not a file']);
    if (text.length > maxAuthoritiesBytes) return fail(['it is larger than 1 MiB']);
    return readAuthorities(text, new Date());
  } catch (error) {
    return fail([`it cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`]);
  }
};
