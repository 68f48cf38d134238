import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { x as extract } from 'tar';

/** Where the programs of a bundle listen on loopback, instead of at their usual ports. */
export type Ports = Readonly<Record<'trino' | 'metastore' | 'catalog' | 'database', number>>;

/** The ports in a bundle. */
const bundlePorts: Readonly<Record<keyof Ports, number>> = {
  trino: 8443,
  metastore: 9083,
  catalog: 8181,
  database: 5432,
};

/** A service of a bundle whose files are on this machine, with only addresses and paths replaced. */
export interface LocalService {
  readonly name: string;
  /** Stands for a machine's `/etc/aws2openstack/<name>`. */
  readonly folder: string;
  /** Commands that the unit runs before the container, as this machine would run them. */
  readonly before: readonly string[];
  /** Image of the container, such as `docker.io/apache/hive:3.1.3`. */
  readonly image: string | undefined;
  /** Secrets, or parts of them, by environment variable. */
  readonly secrets: Readonly<Record<string, SecretName>>;
  readonly settings: Readonly<Record<string, string>>;
}

export interface SecretName {
  readonly name: string;
  /** Index, from 0, in a text divided by colons; undefined: the complete text. */
  readonly part?: number;
}

/** Unpacks a config bundle as `install.py` does on a machine, but below `root`, and for loopback. */
export async function unpackBundle(bundle: string, root: string, ports: Ports): Promise<Map<string, LocalService>> {
  const packed = `${root}.bundle`;
  for (const folder of [packed, join(root, 'etc')]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(packed, { recursive: true });
  await extract({ file: bundle, cwd: packed });
  const hosts = readFileSync(join(packed, 'hosts'), 'utf8')
    .trim()
    // An address and a name for it.
    .split(/\s/);
  const names = readdirSync(join(packed, 'services')).sort();
  const services = names.map((name) => installService(join(packed, 'services', name), name, root, { hosts, ports }));
  rmSync(packed, { recursive: true });
  return new Map(services.map((service) => [service.name, service]));
}

interface Network {
  readonly hosts: readonly string[];
  readonly ports: Ports;
}

function installService(packed: string, name: string, root: string, network: Network): LocalService {
  const unit = readFileSync(join(packed, 'unit.service'), 'utf8');
  const relocate = relocation(root, mountsOf(unit), network);
  const folder = join(root, 'etc', 'aws2openstack', name);
  const source = join(packed, 'files');
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const from = join(entry.parentPath, entry.name);
    const target = join(folder, relative(source, from));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, relocate(readFileSync(from, 'utf8')));
  }
  const { secrets } = JSON.parse(readFileSync(join(packed, 'service.json'), 'utf8')) as {
    readonly secrets: LocalService['secrets'];
  };
  return {
    name,
    folder,
    before: [...unit.matchAll(/^ExecStartPre=-?(.*)$/gm)]
      .map(([, command = '']) => relocate(command))
      .filter((command) => !command.startsWith('/usr/bin/podman')),
    image: /^ {2}(\S+:\S+)(?: \S+)*$/m.exec(unit.replaceAll(/^ {2}--.*$/gm, ''))?.[1],
    secrets,
    settings: readSettings(join(folder, 'settings.env')),
  };
}

/** Machine path by container path. */
function mountsOf(unit: string): Map<string, string> {
  const volumes = unit.matchAll(/--volume ([^:\s]+):([^:\s]+)/g);
  return new Map([...volumes].map(([, machine = '', container = '']) => [container, machine]));
}

/** Replaces, in one pass, what differs between a machine of the cloud and this one. */
function relocation(root: string, mounts: ReadonlyMap<string, string>, { hosts, ports }: Network) {
  const machineFolders = ['/etc/aws2openstack', '/var/lib/aws2openstack', '/run/aws2openstack'];
  const paths = new Map([
    ...machineFolders.map((folder): [string, string] => [folder, root + folder]),
    ...[...mounts].map(([container, machine]): [string, string] => [container, root + machine]),
  ]);
  const localPorts = new Map(
    Object.entries(bundlePorts).map(([name, port]) => [String(port), String(ports[name as keyof Ports])]),
  );
  const alternatives = [
    // Longest first: /etc/trino-private before /etc/trino.
    `(?<path>${[...paths.keys()].sort((a, b) => b.length - a.length).join('|')})(?=[/\\s"'<,)]|$)`,
    `(?<=//)(?<host>${hosts.map((host) => host.replaceAll('.', '\\.')).join('|')})(?=[:/])`,
    `(?<=[:=>])(?<port>${[...localPorts.keys()].join('|')})\\b`,
  ];
  const pattern = new RegExp(alternatives.join('|'), 'gm');
  return (text: string): string =>
    text.replaceAll(pattern, (found: string, ...rest: unknown[]) => {
      const { path, port } = rest.at(-1) as { readonly path?: string; readonly port?: string };
      if (path !== undefined) return paths.get(path) ?? found;
      return port === undefined ? '127.0.0.1' : (localPorts.get(port) ?? found);
    });
}

/** Of a service that has such a file. */
function readSettings(file: string): Record<string, string> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const lines = text.split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
