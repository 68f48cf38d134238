import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerCertificate } from './certificate.js';

export interface PrivateAuthority {
  /** PEM of its certificate. */
  readonly certificate: string;
  /** A certificate that it signs, for names such as `DNS:localhost,IP:127.0.0.1`. */
  issue(names: string): ServerCertificate;
}

export interface AuthorityOptions {
  /** @default 'Acme authority' */
  readonly name?: string;
  /** As OpenSSL writes it, such as `20200101000000Z`. @default now, for a day */
  readonly validity?: { readonly from: string; readonly to: string };
  /** @default true */
  readonly isAuthority?: boolean;
}

/** A certificate authority of its own, which is in no list of well-known ones. */
export function makeAuthority(options: AuthorityOptions = {}): PrivateAuthority {
  const { name = 'Acme authority', validity, isAuthority = true } = options;
  return inFolder((folder) => {
    const [key, certificate] = [join(folder, 'ca.key'), join(folder, 'ca.pem')];
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', key);
    const extensions = [
      `basicConstraints=critical,CA:${isAuthority ? 'TRUE' : 'FALSE'}`,
      ...(isAuthority ? ['keyUsage=critical,keyCertSign'] : []),
    ];
    if (validity === undefined)
      openssl(
        'req',
        '-x509',
        '-new',
        '-key',
        key,
        '-subj',
        `/CN=${name}`,
        '-days',
        '1',
        '-out',
        certificate,
        ...added(extensions),
      );
    else selfSigned(folder, { key, certificate, name, validity, extensions });
    const keys = { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') };
    return { certificate: keys.certificate, issue: (names) => issue(keys, names) };
  });
}

function issue(authority: { readonly key: string; readonly certificate: string }, names: string): ServerCertificate {
  return inFolder((folder) => {
    const at = (file: string): string => join(folder, file);
    writeFileSync(at('ca.key'), authority.key);
    writeFileSync(at('ca.pem'), authority.certificate);
    openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', at('server.key'));
    const by = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-key', at('server.key')];
    const extensions = ['basicConstraints=critical,CA:FALSE', 'extendedKeyUsage=serverAuth', `subjectAltName=${names}`];
    openssl(
      'req',
      '-x509',
      '-new',
      ...by,
      '-subj',
      '/CN=server',
      '-days',
      '1',
      '-out',
      at('server.pem'),
      ...added(extensions),
    );
    return { key: readFileSync(at('server.key'), 'utf8'), cert: readFileSync(at('server.pem'), 'utf8') };
  });
}

interface SelfSigned {
  readonly key: string;
  readonly certificate: string;
  readonly name: string;
  readonly validity: { readonly from: string; readonly to: string };
  readonly extensions: readonly string[];
}

/** `openssl req` of Debian 12 knows no dates, `openssl ca` does. */
function selfSigned(folder: string, { key, certificate, name, validity, extensions }: SelfSigned): void {
  const at = (file: string): string => join(folder, file);
  writeFileSync(at('index.txt'), '');
  writeFileSync(
    at('ca.cnf'),
    [
      '[ca]',
      'default_ca = own',
      '[own]',
      `database = ${at('index.txt')}`,
      `new_certs_dir = ${folder}`,
      'default_md = sha256',
      'policy = any',
      'rand_serial = yes',
      'x509_extensions = extensions',
      '[any]',
      'commonName = supplied',
      '[extensions]',
      ...extensions.map((extension) => extension.replace('=', ' = ')),
      '',
    ].join('\n'),
  );
  openssl('req', '-new', '-key', key, '-subj', `/CN=${name}`, '-out', at('request.pem'));
  const dates = ['-startdate', validity.from, '-enddate', validity.to];
  const files = ['-config', at('ca.cnf'), '-keyfile', key, '-in', at('request.pem'), '-out', certificate];
  openssl('ca', '-batch', '-selfsign', '-notext', ...dates, ...files);
}

function added(extensions: readonly string[]): string[] {
  return extensions.flatMap((extension) => ['-addext', extension]);
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-authority-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
