import { readFileSync } from 'node:fs';
import { sha256 } from '../../core/canonical-json.js';
import type { Settings } from '../common/render.js';
import { configFolder } from '../service/index.js';
import type { Service } from '../service/index.js';

/** How the containers of a machine get to trust what the machine trusts. Empty where there is nothing but its system. */
export interface ContainerTrust {
  readonly mounts: Readonly<Record<string, string>>;
  /** Names of services of the same machine that start first. */
  readonly follows: readonly string[];
  /** Options of a JVM. */
  readonly javaOptions: readonly string[];
  /** Of programs that read a bundle in PEM, as OpenSSL, Go, Rust's native roots and this tool do. */
  readonly pemSettings: Settings;
  /** Of programs that start their own JVM. */
  readonly javaSettings: Settings;
}

const name = 'trust';
const mount = '/etc/aws2openstack-trust';

export const systemTrust: ContainerTrust = {
  mounts: {},
  follows: [],
  javaOptions: [],
  pemSettings: {},
  javaSettings: {},
};

/**
 * Authorities besides those of the system, in the system's store and in a keystore for Java. The folder's name depends on
 * them, so that services restart when they change.
 */
export function containerTrust(authorities: readonly string[]): ContainerTrust {
  const keystore = `${mount}/authorities.jks`;
  const javaOptions = [`-Djavax.net.ssl.trustStore=${keystore}`, '-Djavax.net.ssl.trustStoreType=JKS'];
  return {
    mounts: { [folderOf(authorities)]: `${mount}:ro` },
    follows: [name],
    javaOptions,
    pemSettings: { SSL_CERT_FILE: `${mount}/authorities.pem` },
    javaSettings: { JAVA_TOOL_OPTIONS: javaOptions.join(' ') },
  };
}

/** The service that makes a machine trust them, at each boot, before every service that needs them. Pure. */
export function trustService(authorities: readonly string[]): Service {
  return {
    name,
    files: {
      'authorities.pem': authorities.join(''),
      'install-authorities.py': readFileSync(new URL('install-authorities.py', import.meta.url), 'utf8'),
    },
    unit: renderUnit(folderOf(authorities)),
    secrets: {},
    starts: true,
  };
}

function folderOf(authorities: readonly string[]): string {
  return `/var/lib/aws2openstack/trust/${sha256(authorities.join('')).slice(0, 16)}`;
}

function renderUnit(folder: string): string {
  const config = configFolder(name);
  return [
    '[Unit]',
    'Description=Certificate authorities that this machine and its containers trust',
    '',
    '[Service]',
    'Type=oneshot',
    'RemainAfterExit=yes',
    `ExecStart=/usr/bin/python3 ${config}/install-authorities.py ${config}/authorities.pem ${folder}`,
    '',
  ].join('\n');
}
