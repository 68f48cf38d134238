import { execFile, execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const folder = join(import.meta.dirname, '..', '..', 'tools', 'lakehouse');

/** The path that an install script prints. Throws, with the command to run, when the tool is not installed. */
export function toolPath(script: string, ...args: readonly string[]): string {
  return execFileSync(join(folder, script), [...args, '--check'], { encoding: 'utf8' }).trim();
}

/** The Java for Hadoop's client and what is built on it, which run on versions 17 to 23. */
export function olderJava(): string {
  return join(toolPath('java.sh', '17', '23'), 'bin', 'java');
}

/** Options that make a Java program trust this certificate, a PEM file, and no other. */
export async function javaTrust(certificate: string, folder: string): Promise<string> {
  const [store, password] = [join(folder, 'trust.p12'), 'nothing-secret'];
  rmSync(store, { force: true });
  const keytool = join(toolPath('java.sh', '17', '23'), 'bin', 'keytool');
  const into = ['-keystore', store, '-storetype', 'PKCS12', '-storepass', password];
  await promisify(execFile)(keytool, ['-importcert', '-noprompt', '-alias', 'store', '-file', certificate, ...into]);
  return `-Djavax.net.ssl.trustStore=${store} -Djavax.net.ssl.trustStorePassword=${password}`;
}
