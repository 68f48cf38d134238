import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM of both. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

/** Signed by itself, for `names` such as `DNS:coordinator` or `IP:127.0.0.1`. */
export function makeCertificate(...names: readonly string[]): ServerCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-certificate-'));
  const files = ['-keyout', 'key.pem', '-out', 'cert.pem'];
  const options = ['-subj', '/CN=test', '-addext', `subjectAltName=${names.join(',')}`, ...files];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...kind, ...options], { cwd: folder, stdio: 'ignore' });
  const [key = '', cert = ''] = ['key.pem', 'cert.pem'].map((file) => readFileSync(join(folder, file), 'utf8'));
  rmSync(folder, { recursive: true });
  return { key, cert };
}
