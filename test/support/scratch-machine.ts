import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { run } from './terraform.js';
import type { ProgramRun } from './terraform.js';

/**
 * A folder that user data and bundles treat as a machine's root. Its systemd, podman and disks only note what they were told.
 * It trusts the authorities of its user data alone.
 */
export interface ScratchMachine {
  readonly root: string;
  /** Runs the bootstrap that cloud-init wrote. */
  bootstrap(...args: string[]): Promise<ProgramRun>;
  /** Runs a program of the bundle, by its path below the root. */
  program(path: string, ...args: string[]): Promise<ProgramRun>;
  /** What systemctl was told since the last time that this was asked. */
  told(): string[];
  /** Content of a file; `undefined` when there is none. */
  read(path: string): string | undefined;
}

interface ScratchMachineProps {
  readonly root: string;
  readonly userData: string;
  readonly metadataUrl: string;
  /** Content of clouds.yaml. */
  readonly clouds: string;
  /** Id of the attached volume, where it has one. */
  readonly volume: string | undefined;
  /**
   * One with PyYAML.
   * @default the system's
   */
  readonly python?: string;
}

interface UserData {
  readonly write_files: readonly { readonly path: string; readonly content: string }[];
  readonly ca_certs?: { readonly trusted: readonly string[] };
}

export function scratchMachine(props: ScratchMachineProps): ScratchMachine {
  const { root, userData, metadataUrl, clouds, volume, python = '/usr/bin/python3' } = props;
  const write = (path: string, content: string): string => {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    return target;
  };
  const { write_files: files, ca_certs: authorities } = parse(userData) as UserData;
  for (const { path, content } of files) write(path, content);
  write('etc/hosts', '127.0.0.1 localhost\n');
  write('etc/aws2openstack/clouds.yaml', clouds);
  const systemStore =
    authorities === undefined ? undefined : write('etc/ssl/certs/ca-certificates.crt', authorities.trusted.join(''));
  // systemd and cloud-init make these on a real machine.
  for (const folder of ['etc/systemd/system', 'run']) mkdirSync(join(root, folder), { recursive: true });
  if (volume !== undefined) write(`dev/disk/by-id/virtio-${volume.slice(0, 20)}`, '');
  const log = join(root, 'systemctl.log');
  const programs: Record<string, string> = {
    systemctl: `[ "$1" = show ] && printf 'ActiveState=active\\nActiveEnterTimestampMonotonic=%s\\n' "$(cat '${root}/active-since' 2>/dev/null)" || { [ ! -e '${root}/systemd-is-down' ] && echo "$@" >> '${log}'; }`,
    podman: ':',
    blkid: 'exit 2',
    'mkfs.ext4': ':',
    mount: ':',
  };
  for (const [name, script] of Object.entries(programs))
    chmodSync(write(`fake/${name}`, `#!/bin/sh\n${script}\n`), 0o755);
  const program = (path: string, ...args: string[]): Promise<ProgramRun> =>
    run(python, [join(root, path), ...args], {
      env: {
        PATH: `${join(root, 'fake')}:/usr/bin:/bin`,
        A2O_ROOT: root,
        A2O_METADATA_URL: metadataUrl,
        ...(systemStore !== undefined && { SSL_CERT_FILE: systemStore }),
      },
    });
  return {
    root,
    bootstrap: (...args) => program('opt/aws2openstack/bootstrap/bootstrap.py', ...args),
    program,
    told: () => {
      const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
      rmSync(log, { force: true });
      return lines;
    },
    read: (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined),
  };
}
