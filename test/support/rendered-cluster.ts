import { TerraformStack, Testing } from 'cdktf';
import { execFileSync } from 'node:child_process';
import { pbkdf2Sync, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect } from 'node:tls';
import { Trino } from '../../../constructs/trino/index.js';
import type { TrinoProps } from '../../../constructs/trino/index.js';
import { startProgram, stopProgram } from '../../../scripts/lakehouse/program.js';
import { freePort } from '../../support/postgres-server.js';

const root = join(import.meta.dirname, '..', '..', '..');
const passwords: Readonly<Record<string, string>> = { admin: 'b'.repeat(64), metrics: 'd'.repeat(64) };

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A real Trino that was started from the files of a coordinator, with only addresses, paths and storage replaced. */
export interface SecuredTrino {
  /** Rows, or the message of the error. */
  query(user: string, sql: string, headers?: Readonly<Record<string, string>>): Promise<unknown[][] | string>;
  /** Status and text of a GET by that user. */
  get(user: string | undefined, path: string): Promise<Answer>;
  /** Name on the certificate that is shown to who asks for `serverName`. */
  certificateFor(serverName: string): Promise<string>;
  /** `etc/access-rules.json` anew; Trino reads it within a second. */
  changeRules(text: string): void;
  stop(): Promise<void>;
}

/** `users` sign in with their own name as the password. */
export async function startSecuredTrino(
  props: Omit<TrinoProps, 'coordinatorAddress'>,
  users: readonly string[],
): Promise<SecuredTrino> {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-secured-'));
  const port = await freePort();
  const places = { etc: join(folder, 'etc'), secrets: join(folder, 'private'), data: join(folder, 'data') };
  const relocate = (text: string): string =>
    text
      .replaceAll('/etc/trino-private', places.secrets)
      .replaceAll('/etc/trino/', `${places.etc}/`)
      .replaceAll('/data/trino', places.data)
      .replaceAll('8443', String(port))
      .replace('=30s', '=1s');
  const service = new Trino(new TerraformStack(Testing.app(), 'test'), 'Trino', {
    ...props,
    coordinatorAddress: '127.0.0.1',
  }).coordinator;
  for (const [path, text] of Object.entries({ ...service.files, ...localFiles(service.files, places.data) })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), relocate(text));
  }
  const env = {
    TRINO_ADMIN_PASSWORD: passwords['admin'],
    TRINO_METRICS_PASSWORD: passwords['metrics'],
    TRINO_SHARED_SECRET: 'c'.repeat(64),
  };
  const TRINO_USERS = users.map((user) => `${user}:${hashed(user)}`).join(' ');
  execFileSync('python3', [join(folder, 'prepare-private.py'), places.secrets], {
    env: { ...process.env, ...env, TRINO_USERS },
  });
  const [installation, java] = [tool('trino.sh', '--check'), tool('java.sh', '24', '--check')];
  const pidFile = join(folder, 'trino.pid');
  const stop = async (): Promise<void> => {
    await stopProgram(pidFile, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  const ca = readFileSync(join(places.secrets, 'server.pem'), 'utf8');
  const client = httpsClient(port, ca);
  mkdirSync(places.data, { recursive: true });
  try {
    await startProgram(
      {
        name: 'Trino',
        command: [join(installation, 'bin', 'launcher'), 'run', '--etc-dir', places.etc, '--data-dir', places.data],
        env: { ...process.env, ...env, JAVA_HOME: java, PATH: `${join(java, 'bin')}:${process.env['PATH']}` },
        cwd: places.data,
        pidFile,
        logFile: join(folder, 'trino.log'),
        isLasting: false,
      },
      async () => (await client('GET', '/v1/info').catch(() => undefined))?.body.includes('"starting":false') ?? false,
      480_000,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    query: (user, sql, headers) => runQuery(client, user, sql, headers),
    get: (user, path) => client('GET', path, user === undefined ? {} : signedIn(user)),
    certificateFor: (serverName) => certificateFor(port, serverName),
    changeRules: (text) => {
      writeFileSync(join(places.etc, 'access-rules.json'), text);
    },
    stop,
  };
}

/** A small machine, and a catalog of the Hive connector that keeps tables and metadata in a folder. */
function localFiles(files: Readonly<Record<string, string>>, data: string): Record<string, string> {
  return {
    'etc/catalog/hive.properties': [
      'connector.name=hive',
      'hive.metastore=file',
      'hive.metastore.catalog.dir=local:///metastore',
      // Whoever may do what is Trino's to say.
      'hive.metastore.disable-location-checks=true',
      'hive.security=allow-all',
      'fs.native-local.enabled=true',
      `local.location=${data}`,
      '',
    ].join('\n'),
    'etc/jvm.config':
      '-Xmx1200M\n-XX:+UseSerialGC\n-XX:TieredStopAtLevel=1\n-Djdk.attach.allowAttachSelf=true\n--add-modules=jdk.incubator.vector\n',
    'etc/log.properties': 'io.trino=WARN\n',
    'etc/node.properties': `${files['etc/node.properties'] ?? ''}node.id=test\nnode.bind-ip=127.0.0.1\nnode.internal-address=127.0.0.1\n`,
  };
}

function tool(script: string, ...args: readonly string[]): string {
  return execFileSync(join(root, 'tools', 'lakehouse', script), args, { encoding: 'utf8' }).trim();
}

/** Trino's own form of a password: iterations, salt, PBKDF2. */
function hashed(password: string): string {
  const salt = Buffer.from('0123456789abcdef');
  return ['1000', salt.toString('hex'), pbkdf2Sync(password, salt, 1000, 20, 'sha1').toString('hex')].join(':');
}

function signedIn(user: string): Record<string, string> {
  return {
    Authorization: `Basic ${Buffer.from(`${user}:${passwords[user] ?? user}`).toString('base64')}`,
    'X-Trino-User': user,
  };
}

type Client = (
  method: string,
  path: string,
  headers?: Readonly<Record<string, string>>,
  body?: string,
) => Promise<Answer>;

/** It checks the certificate as a person's program would. */
function httpsClient(port: number, ca: string): Client {
  return (method, path, headers = {}, body) =>
    new Promise((settle, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        path,
        method,
        headers,
        ca,
        servername: 'coordinator',
        timeout: 30_000,
      };
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
}

interface Page {
  readonly nextUri?: string;
  readonly data?: unknown[][];
  readonly error?: { readonly message: string };
}

async function runQuery(
  client: Client,
  user: string,
  sql: string,
  more: Readonly<Record<string, string>> = {},
): Promise<unknown[][] | string> {
  const headers = { ...signedIn(user), ...more };
  const rows: unknown[][] = [];
  let answer = await client('POST', '/v1/statement', headers, sql);
  for (;;) {
    if (answer.status !== 200) return `HTTP ${answer.status}: ${answer.body}`;
    const { nextUri, data = [], error } = JSON.parse(answer.body) as Page;
    if (error !== undefined) return error.message;
    rows.push(...data);
    if (nextUri === undefined) return rows;
    answer = await client('GET', new URL(nextUri).pathname, headers);
  }
}

function certificateFor(port: number, serverName: string): Promise<string> {
  return new Promise((settle, reject) => {
    const options = { host: '127.0.0.1', port, servername: serverName, rejectUnauthorized: false };
    const socket = connect(options, () => {
      settle(new X509Certificate(socket.getPeerCertificate().raw).subject);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
