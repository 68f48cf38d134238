import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const script = join(import.meta.dirname, '..', '..', 'constructs', 'authority', 'issue-certificate.py');

/** As a machine does it: `ca.pem` and `server.pem` in the folder, for this host and the names or addresses. */
export function issueCertificate(folder: string, names: readonly string[], key = 'a'.repeat(64)): void {
  const env = { ...process.env, AUTHORITY_NAME: 'lake', AUTHORITY_KEY: key };
  execFileSync('python3', [script, folder, ...names], { env });
}
