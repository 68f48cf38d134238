import { readFileSync } from 'node:fs';

/** The programs that machines run, as stored in this folder. Debian 12 includes Python 3 and PyYAML. */
export function machineScript(name: 'bootstrap.py' | 'install.py' | 'openstack_session.py'): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}
