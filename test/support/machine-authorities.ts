import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const script = join(import.meta.dirname, '..', '..', 'constructs', 'trust', 'install-authorities.py');

/** What update-ca-certificates of Debian does: it joins the local authorities and its own. */
const updateAuthorities = `#!/bin/sh
mkdir -p "$A2O_ROOT/etc/ssl/certs"
cat "$A2O_ROOT"/usr/share/ca-certificates/*.crt "$A2O_ROOT"/usr/local/share/ca-certificates/*.crt \\
  > "$A2O_ROOT/etc/ssl/certs/ca-certificates.crt" 2>/dev/null
exit 0
`;

export interface MachineAuthorities {
  /** Folder that stands for the machine's root. */
  readonly root: string;
  /** PEM of each of the authorities that the machine gets. */
  readonly authorities: readonly string[];
  /** Of those that its system has, each of one. @default none */
  readonly system?: readonly string[];
  /** Where containers find all of them. */
  readonly folder: string;
}

/** As a machine does it: `authorities.pem` and `authorities.jks` in the folder. */
export function installAuthorities({ root, authorities, system = [], folder }: MachineAuthorities): void {
  const [programs, own] = [join(root, 'fake'), join(root, 'usr', 'share', 'ca-certificates')];
  for (const each of [programs, own]) mkdirSync(each, { recursive: true });
  writeFileSync(join(programs, 'update-ca-certificates'), updateAuthorities);
  chmodSync(join(programs, 'update-ca-certificates'), 0o755);
  for (const [index, pem] of system.entries()) writeFileSync(join(own, `system-${index}.crt`), pem);
  const source = join(root, 'authorities.pem');
  writeFileSync(source, authorities.join(''));
  execFileSync('python3', [script, source, folder], {
    env: { ...process.env, PATH: `${programs}:${process.env['PATH'] ?? ''}`, A2O_ROOT: root },
  });
}
