import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { diagnostic } from '../diagnostic.js';
import type { Diagnostic } from '../diagnostic.js';
import { addingVariable, replacingVariable } from './names-authorities.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Lets this process trust what the environment names, as other tools do with the same variables: the authorities of
 * SSL_CERT_FILE in place of Node's own, and those of AWS_CA_BUNDLE besides. NODE_EXTRA_CA_CERTS stays in force.
 * Source: OpenSSL, 'SSL_CTX_load_verify_locations'; AWS CLI user guide, 'Environment variables'.
 */
export function trustEnvironment(env: Environment): readonly Diagnostic[] {
  const [own, bundle] = [readPem(env, replacingVariable), readPem(env, addingVariable)];
  const problems = [own, bundle].flatMap((each) => each?.problem ?? []);
  if (problems.length > 0) return problems;
  const base = own?.pem === undefined ? getCACertificates('default') : [...own.pem, ...getCACertificates('extra')];
  setDefaultCACertificates([...base, ...(bundle?.pem ?? [])]);
  return [];
}

function readPem(env: Environment, name: string): { pem?: readonly string[]; problem?: Diagnostic } | undefined {
  const path = env[name] ?? '';
  if (path === '') return undefined;
  try {
    const pem = readFileSync(path, 'utf8').match(/-----BEGIN [^-]*CERTIFICATE-----[\s\S]*?-----END [^-]*-----/g) ?? [];
    if (pem.length === 0) return { problem: unusable(name, path, 'does not contain a PEM certificate') };
    createSecureContext({ ca: pem });
    return { pem };
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    return { problem: unusable(name, path, `cannot be read (${code})`) };
  }
}

function unusable(name: string, path: string, what: string): Diagnostic {
  return diagnostic({
    code: 'certificate-file',
    path,
    message: `The file in ${name} ${what}.`,
    fix: `Set ${name} to a PEM file with the certificates of the authorities to trust, or unset it.`,
  });
}
