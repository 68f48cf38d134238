import { readFileSync } from 'node:fs';
import type { TrinoConnection } from '../clients/trino/index.js';
import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import type { CliIo } from './io.js';

export type TrinoSecrets = Pick<TrinoConnection, 'password' | 'ca' | 'serverName'>;

/** How to sign in to a Trino, from the variables that begin with the prefix, such as `A2O_TRINO`. */
export function trinoSecrets(env: CliIo['env'], prefix: string): Result<TrinoSecrets> {
  const ca = readCertificate(env, `${prefix}_CA_FILE`);
  if (!ca.ok) return ca;
  const [password, serverName] = [env[`${prefix}_PASSWORD`] ?? '', env[`${prefix}_SERVER_NAME`] ?? ''];
  return ok({
    ...(password !== '' && { password }),
    ...(ca.value !== undefined && { ca: ca.value }),
    ...(serverName !== '' && { serverName }),
  });
}

/** The authorities named by a variable and by the mapping, together; nothing if neither names any. */
export function caOf(given: string | undefined, authorities: readonly string[]): { readonly ca?: string } {
  const all = [...(given === undefined ? [] : [given]), ...authorities];
  return all.length === 0 ? {} : { ca: all.join('\n') };
}

/** The PEM file that a variable names; `undefined` where it is not set. */
export function readCertificate(env: CliIo['env'], name: string): Result<string | undefined> {
  const path = env[name] ?? '';
  if (path === '') return ok(undefined);
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    return fail([unreadableCertificate(name, path, error)]);
  }
}

function unreadableCertificate(name: string, path: string, error: unknown): Diagnostic {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  return diagnostic({
    code: 'certificate-file',
    path,
    message: `The file in ${name} cannot be read (${reason}).`,
    fix: `Set ${name} to a PEM file with the certificate, or with the authority that signed it.`,
  });
}
