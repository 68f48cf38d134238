import { Header } from 'tar';
import { canonicalJson, compareText, sha256 } from '../../core/canonical-json.js';
import type { Service } from '../service/index.js';
import { machineScript } from '../machine/index.js';

/** The configuration of all machines, by role. */
export interface Bundle {
  /** Names of services by role, in the order in which they start. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly services: readonly Service[];
  /** Lines of `/etc/hosts`: address, name. */
  readonly hosts: readonly (readonly [address: string, name: string])[];
}

/** Every file of the bundle, and `manifest.json` with the SHA-256 of each. Pure; contains no secrets. */
export function bundleFiles({ roles, services, hosts }: Bundle): ReadonlyMap<string, string> {
  const files = new Map<string, string>([
    ['hosts', hosts.map(([address, name]) => `${address} ${name}\n`).join('')],
    ['install.py', machineScript('install.py')],
    ['openstack_session.py', machineScript('openstack_session.py')],
    ['roles.json', `${canonicalJson(roles)}\n`],
    ...services.flatMap(serviceFiles),
  ]);
  const sums = Object.fromEntries([...files].map(([path, content]) => [path, sha256(content)]));
  return files.set('manifest.json', `${canonicalJson(sums)}\n`);
}

/** `service.json` also contains a checksum of the other files: a machine restarts a service only when it changed. */
function serviceFiles({ name, files, unit, secrets, starts }: Service): [string, string][] {
  const sources = Object.entries(secrets).map(([variable, source]) => [
    variable,
    source.type === 'generated' ? { type: source.type, name: source.name } : source,
  ]);
  const service = {
    content: sha256(canonicalJson({ files, unit })),
    secrets: Object.fromEntries(sources) as unknown,
    starts,
  };
  const folder = `services/${name}`;
  return [
    [`${folder}/service.json`, `${canonicalJson(service)}\n`],
    [`${folder}/unit.service`, unit],
    ...Object.entries(files).map(([path, content]): [string, string] => [`${folder}/files/${path}`, content]),
  ];
}

const blockBytes = 512;

/**
 * An uncompressed tar with sorted entries and without times and owners. The same files give the same bytes on every
 * machine; compressed output would depend on the compressor's version, and the bundle is small.
 */
export function packTar(files: ReadonlyMap<string, string>): Buffer {
  const entries = [...files]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([path, content]) => tarEntry(path, content));
  return Buffer.concat([...entries, Buffer.alloc(2 * blockBytes)]);
}

function tarEntry(path: string, content: string): Buffer[] {
  const data = Buffer.from(content);
  const header = new Header({ path, size: data.length, mode: 0o644, uid: 0, gid: 0, type: 'File', mtime: new Date(0) });
  const block = Buffer.alloc(blockBytes);
  if (header.encode(block)) throw new Error(`the path '${path}' is too long for a plain tar header`);
  return [block, data, Buffer.alloc((blockBytes - (data.length % blockBytes)) % blockBytes)];
}
