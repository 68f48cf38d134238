import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TrinoConnection } from '../../clients/trino/index.js';
import { migrationRules } from '../../constructs/trino/migration-rules.js';
import { sha256 } from '../../core/canonical-json.js';
import { inPlaceCatalog } from '../../core/helper-tables.js';
import type { migrationUser } from '../../core/machine-users.js';
import type { ServerTrust } from './answers.js';
import { unpackBundle } from './bundle.js';
import type { LocalService, Ports } from './bundle.js';
import { LakehouseDatabase } from './database.js';
import type { DatabaseAccess } from './database.js';
import { objectStoreIn } from './folder.js';
import { startHiveMetastore } from './hive-metastore.js';
import { startIcebergCatalog } from './iceberg-catalog.js';
import { ObjectStore } from './object-store.js';
import type { ObjectStorePlace, ObjectStoreType } from './object-store.js';
import { filesOf, placesOf } from './places.js';
import type { Places } from './places.js';
import { portsIn } from './ports.js';
import { isRunning, stopProgram } from './program.js';
import { Secrets } from './secrets.js';
import { javaTrust } from './tools.js';
import { startTrino } from './trino.js';

/** A synthesized lakehouse, and the part of the mapping's `target` that its machines need. */
export interface SynthesizedLakehouse {
  /** Folder that `cdktf synth` wrote. */
  readonly terraform: string;
  /** `target.objectStore.credentialsSecret`. */
  readonly credentialsSecret: string;
}

export interface LakehouseOptions {
  /** False: what can be is ended by the system when this process ends. */
  readonly isLasting: boolean;
  /**
   * The one that the folder has; in a new folder Ceph.
   * @default the folder's
   */
  readonly objectStore?: ObjectStoreType | undefined;
  /**
   * Java compiles once instead of twice: programs start with half of the processor time, and answer queries about many
   * rows more slowly.
   * @default false
   */
  readonly startsFast?: boolean;
  /**
   * Trino takes CREATE CATALOG and DROP CATALOG of catalogs whose name begins with `source_`, and of the one for conversion
   * in place, which the demo's Plan does not need.
   * @default false
   */
  readonly takesCatalogs?: boolean;
}

/** Trino's certificate is signed by the authority of the lakehouse. */
type TrinoAccess = TrinoConnection & { readonly password: string } & ServerTrust;

/** Servers by the name of their files, in the order in which they stop. */
const servers = ['trino', 'iceberg-catalog', 'hive-metastore'] as const;

/** A machine's memory, as Trino sees it: its heap is a share of that. */
const machineMemory = '4g';

/**
 * The programs of a small lakehouse on loopback, started from the files that `cdktf synth` wrote for a machine of the
 * cloud, with only addresses and paths replaced. Each step can be repeated; what runs is left alone.
 */
export class Lakehouse {
  private readonly places: Places;
  private readonly secrets: Secrets;

  private constructor(
    folder: string,
    private readonly ports: Ports,
    private readonly options: LakehouseOptions,
    private readonly objectStore: ObjectStorePlace,
  ) {
    this.places = placesOf(folder);
    this.secrets = new Secrets(this.places.secrets);
  }

  /** Everything lies in the folder, an absolute path. Throws when another object store is named than the folder has. */
  static async open(folder: string, options: LakehouseOptions): Promise<Lakehouse> {
    const ports = await portsIn(placesOf(folder).ports);
    return new Lakehouse(folder, ports, options, objectStoreIn(folder, options.objectStore));
  }

  startObjectStore(): Promise<ObjectStore> {
    return ObjectStore.start(this.objectStore);
  }

  /** The object store runs, and its buckets exist. */
  async startServices(
    { terraform, credentialsSecret }: SynthesizedLakehouse,
    { accessKey, secretKey, certificate }: ObjectStore,
    say: (text: string) => void,
  ): Promise<void> {
    const { places, ports } = this;
    const { isLasting, startsFast = false } = this.options;
    this.secrets.set(credentialsSecret, `${accessKey}:${secretKey}`);
    const bundle = join(terraform, 'stacks', 'lakehouse', 'config', 'bundle.tar');
    this.takeBundle(bundle);
    const services = await unpackBundle(bundle, places.machine, ports);
    const trust = certificate === undefined ? '' : await javaTrust(certificate, places.folder);
    const javaOptions = `${startsFast ? '-XX:TieredStopAtLevel=1' : ''} ${trust}`.trim();
    const named = (name: string): [LocalService, Record<string, string>] => {
      const service = services.get(name);
      if (service === undefined) throw new Error(`The bundle has no service ${name}.`);
      return [service, { ...this.secrets.environmentOf(service), JAVA_TOOL_OPTIONS: javaOptions }];
    };

    await this.issueCertificate(...named('authority'));
    say('starting PostgreSQL');
    const [postgresql, passwords] = named('postgresql');
    await this.database(passwords['POSTGRES_PASSWORD']).start(postgresql, passwords);
    const [metastore, metastoreSecrets] = named('hive-metastore');
    const [catalog, catalogSecrets] = named('iceberg-catalog');
    say('starting the Hive Metastore and the Iceberg REST catalog');
    const database = this.databaseAccess();
    await Promise.all([
      startHiveMetastore(places, metastore, metastoreSecrets, { port: ports.metastore, database, isLasting }),
      startIcebergCatalog(places, catalog, catalogSecrets, { port: ports.catalog, isLasting }),
    ]);
    say('starting Trino');
    await this.startTrino(...named('trino-coordinator'));
  }

  /** How people reach Trino as `admin`, and migration workers as `migration`. */
  access(user: 'admin' | typeof migrationUser = 'admin'): TrinoAccess {
    return {
      url: `https://127.0.0.1:${this.ports.trino}`,
      user,
      password: this.secrets.valueOf(`lakehouse-trino-${user}`),
      ca: readFileSync(join(this.authority(), 'ca.pem'), 'utf8'),
      // Without SNI, Trino presents the certificate that its nodes know each other by.
      serverName: 'coordinator',
    };
  }

  /** How its administrator reaches PostgreSQL. */
  databaseAccess(): DatabaseAccess {
    return this.database(this.secrets.valueOf('lakehouse-postgresql-postgres')).access;
  }

  /** Whether each server runs. */
  async status(): Promise<Readonly<Record<string, boolean>>> {
    return {
      ...Object.fromEntries(servers.map((name) => [name, this.runs(name)])),
      postgresql: await this.database().isRunning(),
      'object-store': await ObjectStore.isRunning(this.objectStore),
    };
  }

  async stop(): Promise<void> {
    for (const name of servers) await stopProgram(filesOf(this.places, name).pidFile);
    await this.database().stop();
    await ObjectStore.stop(this.objectStore);
  }

  /** PostgreSQL may keep its data elsewhere, where another user can reach it. */
  removeDatabase(): Promise<void> {
    return this.database().removeData();
  }

  /** Throws when programs run from another one: they would find other files below them, and answer nothing any more. */
  private takeBundle(bundle: string): void {
    const { bundleHash } = this.places;
    const hash = sha256(readFileSync(bundle));
    const isOther = existsSync(bundleHash) && readFileSync(bundleHash, 'utf8') !== hash;
    if (isOther && servers.some((name) => this.runs(name)))
      throw new Error(
        'The lakehouse runs from other files than this mapping gives. `make lakehouse-local-down` stops it, and its data stays.',
      );
    writeFileSync(bundleHash, hash);
  }

  private async issueCertificate({ folder, settings }: LocalService, secrets: Readonly<Record<string, string>>) {
    // Names that a machine has in /etc/hosts, and the address in their place here.
    const names = ['coordinator', 'database', '127.0.0.1'];
    const args = [join(folder, 'issue-certificate.py'), this.authority(), ...names];
    await promisify(execFile)('python3', args, { env: { ...process.env, ...settings, ...secrets } });
  }

  /** The folder of the certificates. */
  private authority(): string {
    return join(this.places.machine, 'var', 'lib', 'aws2openstack', 'authority');
  }

  private async startTrino(
    { folder, before, image = '' }: LocalService,
    secrets: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { places } = this;
    for (const command of before) {
      const env = { ...process.env, ...secrets };
      if (!this.runs('trino')) await promisify(execFile)('sh', ['-c', command], { env, cwd: places.machine });
    }
    // What a machine has one of and this one has not: its own address.
    appendFileSync(join(folder, 'etc', 'node.properties'), 'node.bind-ip=127.0.0.1\nnode.internal-address=127.0.0.1\n');
    if (this.options.takesCatalogs === true) takeCatalogs(join(folder, 'etc'));
    const trino = {
      version: image.split(':')[1] ?? '',
      etc: join(folder, 'etc'),
      data: join(places.machine, 'var', 'lib', 'aws2openstack', 'trino'),
    };
    const { url, ca, serverName } = this.access();
    await startTrino({ ...trino, ...filesOf(places, 'trino') }, url, {
      trust: () => Promise.resolve({ ca, serverName }),
      env: { ...secrets, JAVA_TOOL_OPTIONS: `-XX:MaxRAM=${machineMemory} ${secrets['JAVA_TOOL_OPTIONS'] ?? ''}` },
      isLasting: this.options.isLasting,
    });
  }

  private runs(name: (typeof servers)[number]): boolean {
    return isRunning(filesOf(this.places, name).pidFile);
  }

  private database(password = ''): LakehouseDatabase {
    return new LakehouseDatabase({
      places: this.places,
      port: this.ports.database,
      password,
      authority: this.authority(),
    });
  }
}

/** Source: Trino 476 documentation, 'Catalog management properties', 'File-based access control'. */
function takeCatalogs(etc: string): void {
  appendFileSync(join(etc, 'config.properties'), 'catalog.management=dynamic\n');
  const file = join(etc, 'access-rules.json');
  const rules = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, readonly object[]>>;
  const ofWorkers = migrationRules([inPlaceCatalog]);
  const all: Record<string, readonly object[]> = { ...rules };
  for (const [section, list] of Object.entries(ofWorkers))
    all[section] = [...list.filter(({ catalog }) => catalog === inPlaceCatalog), ...(rules[section] ?? [])];
  const owner = { user: 'admin', catalog: `source_.*|${inPlaceCatalog}`, allow: 'owner' };
  writeFileSync(file, JSON.stringify({ ...all, catalogs: [owner, ...(all['catalogs'] ?? [])] }));
}
