import { TerraformStack, Testing } from 'cdktf';
import { execFileSync } from 'node:child_process';
import { pbkdf2Sync, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect } from 'node:tls';
import { trinoClient } from '../../clients/trino/index.js';
import type { StatementOptions, TrinoRows } from '../../clients/trino/index.js';
import { s3ClientSettings } from '../../constructs/object-store/index.js';
import type { Service } from '../../constructs/service/index.js';
import { Trino } from '../../constructs/trino/index.js';
import type { TrinoProps } from '../../constructs/trino/index.js';
import { verifiedTls } from '../../core/trust/index.js';
import type { ServerTrust } from '../../environments/lakehouse/answers.js';
import { stopProgram } from '../../environments/lakehouse/program.js';
import { javaTrust } from '../../environments/lakehouse/tools.js';
import type { ObjectStore } from '../../environments/lakehouse/object-store.js';
import { startTrino } from '../../environments/lakehouse/trino.js';
import { issueCertificate } from './issue-certificate.js';
import { freePort } from './postgres-server.js';

/** Nodes make certificates for addresses of network interfaces, so both are at this one. */
const address = '127.0.0.1';
type Node = 'coordinator' | 'worker';

/** Of the user `metrics`. */
export const metricsPassword = 'd'.repeat(64);
const passwords: Readonly<Record<string, string>> = {
  admin: 'b'.repeat(64),
  metrics: metricsPassword,
  migration: 'e'.repeat(64),
};

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Real Trinos that were started from the files of a cluster, with only addresses, paths, storage and size replaced. */
export interface RenderedCluster {
  readonly ports: Readonly<Record<Node, number>>;
  /** Holds the certificate of the authority that signed the coordinator's, in PEM. */
  readonly certificateFile: string;
  /** Rows, or the message of the error. */
  query(user: string, sql: string, options?: StatementOptions): Promise<TrinoRows['rows'] | string>;
  /** Status and text of a GET by that user, with a password where the node asks for one. */
  get(user: string | undefined, path: string, node?: Node): Promise<Answer>;
  /** The same of a PUT of JSON. */
  put(user: string, path: string, content: unknown, node?: Node): Promise<Answer>;
  /** What is shown to who asks the node for `serverName`. */
  certificateFor(serverName: string, node?: Node): Promise<X509Certificate>;
  /** `etc/access-rules.json` anew; Trino reads it within a second. */
  changeRules(text: string): void;
  startWorker(): Promise<void>;
  /** As a machine that loses its power. */
  killWorker(): Promise<void>;
  stop(): Promise<void>;
}

/** Users whose password is not their own name are those of machines. */
export function passwordOf(user: string): string {
  return passwords[user] ?? user;
}

interface ClusterOptions {
  /** They sign in with their own name as the password. */
  readonly users: readonly string[];
  /**
   * Of the client at the OpenID Connect provider, where people sign in there, and the port of the coordinator, which that
   * has to know before Trino starts.
   */
  readonly oauth2?: { readonly clientSecret: string; readonly port: number };
  /** Of the object store that stages exchange data in, where they do. */
  /** Files of `etc/catalog` to use as they are, and the credentials that they name. @default a catalog in a folder */
  readonly lake?: { readonly catalogFiles: Readonly<Record<string, string>>; readonly env: Record<string, string> };
  readonly store?: Pick<ObjectStore, 'accessKey' | 'secretKey' | 'certificate'>;
  /** Of a keystore that a machine made. @default the store's certificate is trusted, and no other */
  readonly javaOptions?: readonly string[];
}

/** A small cluster that nobody but administrators may use, with no object store. */
const smallCluster = {
  name: 'lake',
  image: 'none',
  environment: 'lake',
  heapPercent: 50,
  queryMemoryGb: 1,
  concurrentQueries: 5,
  catalogs: { hive: { type: 'hive', metastoreUris: [] } },
  objectStore: { endpoint: 'https://rgw.example', region: 'r1', credentialsSecret: 's' },
  access: { admins: [], groups: {}, grants: [] },
} as const;

/** Starts the coordinator, and as many workers as `workers` says: none or one. */
export async function startCluster(
  given: Partial<TrinoProps> & { readonly version: string; readonly workers: 0 | 1 },
  { users, oauth2, lake, store, javaOptions }: ClusterOptions,
): Promise<RenderedCluster> {
  const props = { ...smallCluster, ...given };
  const folder = mkdtempSync(join(tmpdir(), 'a2o-cluster-'));
  const ports = { coordinator: oauth2?.port ?? (await freePort()), worker: await freePort() };
  const secrets = {
    TRINO_ADMIN_PASSWORD: passwords['admin'] ?? '',
    TRINO_METRICS_PASSWORD: metricsPassword,
    TRINO_MIGRATION_PASSWORD: passwords['migration'] ?? '',
    TRINO_SHARED_SECRET: 'c'.repeat(64),
    TRINO_OAUTH2_CLIENT_SECRET: oauth2?.clientSecret ?? '',
    AWS_ACCESS_KEY_ID: store?.accessKey ?? '',
    AWS_SECRET_ACCESS_KEY: store?.secretKey ?? '',
    ...lake?.env,
    // Java compiles once instead of twice: Trino starts with half the processor time.
    JAVA_TOOL_OPTIONS: `-XX:TieredStopAtLevel=1 ${javaOptions?.join(' ') ?? (await trustOf(store, folder))}`,
  };
  const { coordinator, worker } = new Trino(new TerraformStack(Testing.app(), 'test'), 'Trino', {
    ...props,
    coordinatorAddress: address,
  });
  const placesOf = (node: Node): NodePlaces => ({
    node,
    root: join(folder, node),
    // What a real store would be: the same for all.
    storage: join(folder, 'storage'),
    privateFolder: join(folder, 'private'),
    authority: join(folder, 'authority'),
    ports,
    usesStore: store !== undefined,
    catalogFiles: lake?.catalogFiles ?? {},
  });
  const trustIn = (node: Node): Promise<ServerTrust> =>
    node === 'worker' ? trustInShown(ports.worker) : Promise.resolve({ ca, serverName: 'coordinator' });
  const pidFileOf = (node: Node): string => join(folder, node, 'trino.pid');
  const start = async (node: Node): Promise<void> => {
    const { root } = placesOf(node);
    const places = { etc: join(root, 'etc'), data: join(root, 'data'), logFile: join(root, 'trino.log') };
    await startTrino(
      { version: props.version, ...places, pidFile: pidFileOf(node) },
      `https://${address}:${ports[node]}`,
      {
        trust: () => trustIn(node),
        // A machine may be set to any zone.
        env: { TZ: 'Asia/Kathmandu', ...secrets, ...s3ClientSettings(props.objectStore) },
        isLasting: false,
      },
    );
  };
  const stop = async (): Promise<void> => {
    for (const node of ['worker', 'coordinator'] as const) await stopProgram(pidFileOf(node), 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };

  install(coordinator, placesOf('coordinator'));
  // The last would shut out everybody, were it handed to Trino.
  const TRINO_USERS = [...users.map((user) => `${user}:${hashed(user)}`), 'no-hash'].join(' ');
  const { privateFolder, root, authority } = placesOf('coordinator');
  issueCertificate(authority, ['coordinator']);
  const certificateFile = join(authority, 'ca.pem');
  const ca = readFileSync(certificateFile, 'utf8');
  execFileSync('python3', [join(root, 'prepare-private.py'), privateFolder], {
    env: { ...process.env, ...secrets, TRINO_USERS },
  });
  try {
    await start('coordinator');
    if (props.workers > 0) {
      install(worker, placesOf('worker'));
      await start('worker');
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const client = httpsClient(ports, trustIn);
  return {
    ports,
    certificateFile,
    query: async (user, sql, options) => {
      const url = `https://${address}:${ports.coordinator}`;
      const connection = { url, user, password: passwordOf(user), ca, serverName: 'coordinator' };
      const answer = await trinoClient(connection).query(sql, { source: 'test', startUpMs: 30_000, ...options });
      return answer.ok ? answer.value.rows : answer.error.map(({ message }) => message).join('\n');
    },
    get: (user, path, node = 'coordinator') =>
      client('GET', path, user === undefined ? {} : signedIn(user, node), node),
    put: (user, path, content, node = 'coordinator') => {
      const headers = { ...signedIn(user, node), 'Content-Type': 'application/json' };
      return client('PUT', path, headers, node, JSON.stringify(content));
    },
    certificateFor: (serverName, node = 'coordinator') => certificateFor(ports[node], serverName),
    changeRules: (text) => {
      writeFileSync(join(root, 'etc', 'access-rules.json'), text);
    },
    startWorker: () => start('worker'),
    killWorker: async () => {
      await stopProgram(pidFileOf('worker'), 'SIGKILL');
      // Its launcher takes a process that ended for one that runs, until the parent has noticed.
      rmSync(join(placesOf('worker').root, 'data', 'var', 'run', 'launcher.pid'), { force: true });
    },
    stop,
  };
}

async function trustOf(store: ClusterOptions['store'], folder: string): Promise<string> {
  return store?.certificate === undefined ? '' : await javaTrust(store.certificate, folder);
}

interface NodePlaces {
  readonly node: Node;
  readonly root: string;
  readonly storage: string;
  readonly privateFolder: string;
  readonly authority: string;
  readonly ports: RenderedCluster['ports'];
  readonly usesStore: boolean;
  readonly catalogFiles: Readonly<Record<string, string>>;
}

function install({ files }: Service, places: NodePlaces): void {
  const { node, root, storage, privateFolder, authority, ports, usesStore, catalogFiles } = places;
  const relocate = (text: string): string =>
    text
      .replaceAll('/etc/trino-private', privateFolder)
      .replaceAll('/var/lib/aws2openstack/authority', authority)
      .replaceAll('/etc/trino/', `${join(root, 'etc')}/`)
      .replaceAll('/data/trino', join(root, 'data'))
      .replaceAll('/data/spill', join(root, 'spill'))
      .replaceAll('https.port=8443', `https.port=${ports[node]}`)
      .replaceAll('8443', String(ports.coordinator))
      .replace('=30s', '=1s');
  mkdirSync(join(storage, 'metastore'), { recursive: true });
  for (const [path, text] of Object.entries({
    ...files,
    ...localFiles(files, node, storage),
    ...(usesStore && storeFiles(files, storage)),
    ...catalogFiles,
  })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), relocate(text));
  }
}

/** A small machine, and a catalog of the Hive connector that keeps tables and metadata in a folder. */
function localFiles(files: Readonly<Record<string, string>>, node: Node, storage: string): Record<string, string> {
  return {
    'etc/catalog/hive.properties': [
      'connector.name=hive',
      'hive.metastore=file',
      'hive.metastore.catalog.dir=local:///metastore',
      // Whoever may do what is Trino's to say.
      'hive.metastore.disable-location-checks=true',
      'hive.security=allow-all',
      'fs.native-local.enabled=true',
      `local.location=${storage}`,
      ...linesWith('.time-zone=', files['etc/catalog/hive.properties']),
      '',
    ].join('\n'),
    'etc/jvm.config': [
      '-Xmx1200M\n-XX:+UseSerialGC\n-XX:TieredStopAtLevel=1',
      '-Djdk.attach.allowAttachSelf=true\n--add-modules=jdk.incubator.vector',
      ...linesWith('-Duser.timezone=', files['etc/jvm.config']),
      '',
    ].join('\n'),
    'etc/log.properties': 'io.trino=WARN\n',
    'etc/node.properties': [
      files['etc/node.properties']?.trimEnd(),
      `node.id=${node}`,
      `node.bind-ip=${address}`,
      `node.internal-address=${address}`,
      '',
    ].join('\n'),
  };
}

function linesWith(part: string, text = ''): string[] {
  return text.split('\n').filter((line) => line.includes(part));
}

/** A catalog of Iceberg tables in the object store, with what was rendered about that, and its metastore in a folder. */
function storeFiles(files: Readonly<Record<string, string>>, storage: string): Record<string, string> {
  const rendered = files['etc/catalog/hive.properties']?.split('\n').filter((line) => /^(fs|s3)\./.test(line)) ?? [];
  return {
    'etc/catalog/stored.properties': [
      'connector.name=iceberg',
      'iceberg.catalog.type=TESTING_FILE_METASTORE',
      'hive.metastore.catalog.dir=local:///metastore',
      'fs.native-local.enabled=true',
      `local.location=${storage}`,
      ...rendered,
      '',
    ].join('\n'),
  };
}

/** Trino's own form of a password: iterations, salt, PBKDF2. */
function hashed(password: string): string {
  const salt = Buffer.from('0123456789abcdef');
  return ['1000', salt.toString('hex'), pbkdf2Sync(password, salt, 1000, 20, 'sha1').toString('hex')].join(':');
}

/** Workers want a name and no password, and refuse one. */
function signedIn(user: string, node: Node): Record<string, string> {
  const password = node === 'worker' ? '' : passwordOf(user);
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`, 'X-Trino-User': user };
}

type Client = (
  method: string,
  path: string,
  headers?: Readonly<Record<string, string>>,
  node?: Node,
  body?: string,
) => Promise<Answer>;

function httpsClient(ports: RenderedCluster['ports'], trustIn: (node: Node) => Promise<ServerTrust>): Client {
  return async (method, path, headers = {}, node = 'coordinator', body) => {
    const tls = verifiedTls(await trustIn(node));
    return await new Promise((settle, reject) => {
      const options = { host: address, port: ports[node], path, method, headers, ...tls, timeout: 30_000 };
      const sent = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          settle({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
        });
      });
      sent.on('error', reject);
      sent.on('timeout', () => sent.destroy(new Error(`${path} was not answered`)));
      sent.end(body);
    });
  };
}

/**
 * Trust in the certificate that a worker shows, and in no other: Trino derives it from its shared secret, so no authority
 * vouches for it.
 */
async function trustInShown(port: number): Promise<ServerTrust> {
  const shown = await certificateFor(port);
  const [, serverName = ''] = /DNS:([^,]+)/.exec(shown.subjectAltName ?? '') ?? [];
  return { ca: shown.toString(), serverName };
}

/** Looks at a certificate, and sends nothing. */
function certificateFor(port: number, servername?: string): Promise<X509Certificate> {
  return new Promise((settle, reject) => {
    const options = { host: address, port, ...(servername !== undefined && { servername }) };
    const socket = connect({ ...options, rejectUnauthorized: false }, () => {
      settle(new X509Certificate(socket.getPeerCertificate().raw));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
