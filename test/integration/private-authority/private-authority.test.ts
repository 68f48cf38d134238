import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connector } from '../../../cli/migrate/connections.js';
import { connectionsOf } from '../../../cli/migrate/plan-run.js';
import { sideAccess } from '../../../cli/validate/sides.js';
import { containerTrust } from '../../../constructs/trust/index.js';
import { formatDiagnostic } from '../../../core/diagnostic.js';
import type { Result } from '../../../core/result.js';
import { toolPath } from '../../../environments/lakehouse/tools.js';
import { motoCredentials, startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';
import { inputHashes, planFromFiles } from '../../../mappings/index.js';
import type { PlannedFiles } from '../../../mappings/index.js';
import { LiveLimits } from '../../../migration/copy/limits.js';
import { openSession } from '../../../openstack/session/index.js';
import { httpSender } from '../../../openstack/session/http.js';
import { writeTerraform } from '../../../stacks/index.js';
import type { SideAccess } from '../../../validation/run/index.js';
import { valueOf } from '../../support/assess-run.js';
import { Bucket, collect, storeTarget, tasksFor } from '../../support/copy-stores.js';
import { listen } from '../../support/http-server.js';
import { installAuthorities } from '../../support/machine-authorities.js';
import { makeAuthority } from '../../support/private-authority.js';
import { command } from '../../support/processes.js';
import { passwordOf, startCluster } from '../../support/rendered-cluster.js';
import type { RenderedCluster } from '../../support/rendered-cluster.js';
import { offlineProviders, run } from '../../support/terraform.js';
import { header } from '../../support/templates.js';
import { barbicanSecret, startPrivateCloud } from './private-cloud.js';
import type { PrivateCloud } from './private-cloud.js';

const root = join(import.meta.dirname, '..', '..', '..');
const [acme, other] = [makeAuthority({ name: 'Acme' }), makeAuthority({ name: 'Other' })];
const folder = mkdtempSync(join(tmpdir(), 'a2o-private-'));
const at = (name: string): string => join(folder, name);
const rclone = toolOf('tools/rclone/install.sh');

const stops: (() => Promise<void>)[] = [];
let cloud: PrivateCloud;
let moto: Moto;
let trino: RenderedCluster;
/** By the authority that the mapping names, `right` or `wrong`. */
const plans: { right: PlannedFiles; wrong: PlannedFiles } = { right: {} as PlannedFiles, wrong: {} as PlannedFiles };
const machineOf = (kind: string): string => at(`machine-${kind}`);
const trustFolder = (kind: string): string => join(machineOf(kind), 'trust');
const javaOptions = (kind: string): readonly string[] =>
  containerTrust([]).javaOptions.map((option) => option.replace('/etc/aws2openstack-trust', trustFolder(kind)));

beforeAll(async () => {
  process.env['AWS_ACCESS_KEY_ID'] = motoCredentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = motoCredentials.secretAccessKey;
  writeFileSync(at('right.pem'), acme.certificate);
  writeFileSync(at('wrong.pem'), other.certificate);
  for (const [kind, authority] of [
    ['right', acme],
    ['wrong', other],
  ] as const) {
    mkdirSync(machineOf(kind));
    installAuthorities({ root: machineOf(kind), authorities: [authority.certificate], folder: trustFolder(kind) });
  }
  moto = await startMoto();
  stops.push(() => moto.stop());
  cloud = await startPrivateCloud(folder, acme);
  stops.push(() => cloud.stop());
  const { endpoint, accessKey, secretKey } = cloud.store;
  trino = await startCluster(
    {
      version: '476',
      workers: 0,
      objectStore: {
        endpoint,
        region: 'us-east-1',
        credentialsSecret: 's',
        trailingChecksums: false,
        conditionalPut: false,
      },
    },
    { users: [], store: { accessKey, secretKey, certificate: undefined }, javaOptions: javaOptions('right') },
  );
  stops.push(() => trino.stop());
  writeFileSync(at('lakehouse.pem'), readFileSync(trino.certificateFile, 'utf8'));
  for (const [kind, files] of [
    ['right', '[right.pem, lakehouse.pem]'],
    ['wrong', 'wrong.pem'],
  ] as const)
    plans[kind] = await planned(kind, files);
}, 600_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

async function planned(kind: string, caFile: string): Promise<PlannedFiles> {
  const objectStore = `{ type: swift, endpoint: "${cloud.store.endpoint}", region: us-east-1 }`;
  const target = `target: { name: private, trust: { caFile: ${caFile} }, objectStore: ${objectStore} }`;
  writeFileSync(at(`${kind}.yaml`), `${header}extends: default\n${target}\n`);
  return valueOf(await planFromFiles({ assessment: join(root, 'examples/demo'), mapping: at(`${kind}.yaml`) }));
}

function toolOf(script: string): Promise<string> {
  return run(join(root, script), ['--check']).then(({ output }) => output.trim());
}

const kinds = ['right', 'wrong'] as const;
type Kind = (typeof kinds)[number];

/** As a worker reaches both sides. */
async function connected(kind: Kind, env: Readonly<Record<string, string>> = {}) {
  const { accessKey, secretKey } = cloud.store;
  const connections = connectionsOf(
    plans[kind].plan,
    { trinoUrl: `https://127.0.0.1:${trino.ports.coordinator}`, trinoUser: 'admin' },
    { endpoint: moto.endpoint, region: 'us-east-1' },
  );
  const io = {
    stdout: process.stdout,
    stderr: process.stderr,
    env: {
      A2O_TARGET_ACCESS_KEY_ID: accessKey,
      A2O_TARGET_SECRET_ACCESS_KEY: secretKey,
      A2O_TRINO_PASSWORD: passwordOf('admin'),
      A2O_TRINO_SERVER_NAME: 'coordinator',
      A2O_RCLONE: await rclone,
      ...env,
    },
  };
  const { open, close } = valueOf(connector(io));
  return { ports: valueOf(open(connections)), connections, io, close };
}

describe('copies', () => {
  let source: Bucket;
  beforeAll(async () => {
    const target = { endpoint: moto.endpoint, region: 'us-east-1', credentials: motoCredentials };
    source = await new Bucket(target, 'private-source').create();
    await source.put({ key: 'a/1.parquet', content: Buffer.from('one') });
    await new Bucket(storeTarget(cloud.store), 'private-target').create();
  }, 60_000);

  test.each([
    ['stream', 'its S3 layer', {}],
    ['stream', 'its own API', 'OS'],
    ['rclone', 'its S3 layer', {}],
  ] as const)(
    '%s reaches the object store by %s, with the right authority alone',
    async (name, _, more) => {
      const copied: Record<string, unknown> = {};
      for (const kind of kinds) {
        const { ports, close } = await connected(kind, more === 'OS' ? cloud.env : more);
        const engine = ports.engines.get(name);
        if (engine === undefined) throw new Error(`there is no engine ${name}`);
        const tasks = tasksFor(await source.list(), 'private-target');
        const options = { signal: AbortSignal.timeout(60_000), limits: new LiveLimits() };
        const outcomes = await collect(engine.copy(tasks, options));
        copied[kind] = outcomes.map(({ state, reason }) => (reason === undefined ? state : JSON.stringify(reason)));
        await close();
      }
      expect(copied).toEqual({ right: ['copied'], wrong: [expect.stringMatching(/certificate|x509/i)] });
    },
    180_000,
  );
});

test('Trino reads and writes the object store with the keystore of the machine, and no other is trusted', async () => {
  await new Bucket(storeTarget(cloud.store), 'private-lake').create();
  expect(await trino.query('admin', "CREATE SCHEMA stored.kept WITH (location = 's3://private-lake/kept')")).toEqual(
    [],
  );
  expect(await trino.query('admin', 'CREATE TABLE stored.kept.t AS SELECT 7 AS x')).toEqual([[1]]);
  expect(await trino.query('admin', 'SELECT x FROM stored.kept.t')).toEqual([[7]]);
  const program = at('Ask.java');
  writeFileSync(
    program,
    `import java.net.URI; import java.net.http.*;
public class Ask { public static void main(String[] args) throws Exception {
  var request = HttpRequest.newBuilder(URI.create(args[0])).build();
  System.out.println(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
} }`,
  );
  const java = join(toolPath('java.sh', '17', '23'), 'bin', 'java');
  const ask = (kind: Kind) => run(java, [...javaOptions(kind), program, `${cloud.store.endpoint}/healthcheck`]);
  expect(await ask('right')).toEqual({ code: 0, output: '200\n' });
  expect(await ask('wrong')).toMatchObject({ code: 1, output: expect.stringContaining('PKIX path building failed') });
  const keytool = join(toolPath('java.sh', '17', '23'), 'bin', 'keytool');
  const { output } = await run(keytool, [
    ...['-list', '-storetype', 'JKS', '-storepass', 'changeit'],
    ...['-keystore', join(trustFolder('right'), 'authorities.jks')],
  ]);
  expect(output).toContain('authority-0, Jan 1, 1970, trustedCertEntry');
}, 300_000);

test('workers and validation reach Trino with the right authority alone, and say so once', async () => {
  const said: Record<string, unknown> = {};
  for (const kind of kinds) {
    const { ports, connections, io, close } = await connected(kind);
    const answer = await ports.trino.query('SELECT 7');
    const { url, user } = connections.trino;
    const target = { type: 'trino', url, user, authorities: connections.authorities ?? [] } as const;
    const sides = { source: target, target };
    const pair = { target: { catalog: 'hive' }, schema: { target: 'hive' } };
    const engine = await valueOf(sideAccess(io)).target({ sides, pair } as unknown as Parameters<
      SideAccess['target']
    >[0]);
    said[kind] = [
      answer.ok ? answer.value.rows : answer.error.map(({ code }) => code),
      engine.ok ? 'validates' : engine.error.map(({ code }) => code),
    ];
    await close();
  }
  expect(said).toEqual({ right: [[[7]], 'validates'], wrong: [['trino-certificate'], ['trino-certificate']] });
}, 120_000);

test('Keystone is asked for a token with the right authority alone', async () => {
  const signIn = (kind: Kind) => openSession(cloud.env, 'RegionOne', plans[kind].plan.target.trust?.authorities);
  const session = valueOf(await signIn('right'));
  expect(await session.send('object-store', '')).toMatchObject({ ok: true });
  expect(await session.send('key-manager', '/v1/secrets')).toMatchObject({ ok: true, value: { status: 200 } });
  const refused = await signIn('wrong');
  expect(refused.ok ? [] : refused.error.map(formatDiagnostic)).toEqual([
    expect.stringMatching(/Keystone does not answer at .*certificate.*\[cloud-unreachable\]\n {2}fix: .*target\.trust/),
  ]);
  for (const [file, ok] of [
    ['right.pem', true],
    ['wrong.pem', false],
  ] as const)
    expect(await openSession({ ...cloud.env, OS_CACERT: at(file) }, 'RegionOne')).toMatchObject({ ok });
}, 60_000);

test('the Terraform is applied with the right authority alone', async () => {
  const providers = await offlineProviders();
  const applied: Record<string, unknown> = {};
  for (const kind of kinds) {
    valueOf(await writeTerraform(plans[kind].plan, at(`terraform-${kind}`), inputHashes(plans[kind])));
    const options = {
      cwd: at(`terraform-${kind}/stacks/lakehouse-storage`),
      env: { ...cloud.env, ...providers, TF_CLI_ARGS: '-no-color', TF_INPUT: '0' },
    };
    const init = await run('terraform', ['init'], options);
    expect(init.output).toContain('successfully initialized');
    const { code, output } = await run('terraform', ['apply', '-auto-approve'], options);
    applied[kind] = [code, /Apply complete|certificate signed by unknown authority/.exec(output)?.[0]];
  }
  expect(applied).toEqual({ right: [0, 'Apply complete'], wrong: [1, 'certificate signed by unknown authority'] });
}, 300_000);

test('a machine gets its secrets with the right authority alone', async () => {
  const clouds = await machineCredential();
  const session = [
    'import sys; sys.path.insert(0, sys.argv[1])',
    'from openstack_session import Session',
    'print(Session().secret_by_name("any"))',
  ].join('; ');
  const asked = async (kind: Kind) => {
    mkdirSync(join(machineOf(kind), 'etc/aws2openstack'), { recursive: true });
    writeFileSync(join(machineOf(kind), 'etc/aws2openstack/clouds.yaml'), clouds);
    return run('/usr/bin/python3', ['-c', session, join(root, 'constructs/machine')], {
      // In place of the system's store, which is not the test's to change.
      env: { A2O_ROOT: machineOf(kind), SSL_CERT_FILE: join(trustFolder(kind), 'authorities.pem') },
    });
  };
  expect(await asked('right')).toEqual({ code: 0, output: `${barbicanSecret}\n` });
  expect(await asked('wrong')).toMatchObject({ code: 1, output: expect.stringContaining('CERTIFICATE_VERIFY_FAILED') });
}, 120_000);

function answered<T>(answer: Result<T, string>): T {
  if (!answer.ok) throw new Error(answer.error);
  return answer.value;
}

/** clouds.yaml with an application credential, as an operator puts it on a machine. */
async function machineCredential(): Promise<string> {
  const send = httpSender({ ca: acme.certificate });
  const { OS_USERNAME: name, OS_PASSWORD: password, OS_PROJECT_NAME: project } = cloud.env;
  const domain = { id: 'default' };
  const auth = {
    identity: { methods: ['password'], password: { user: { name, password, domain } } },
    scope: { project: { name: project, domain } },
  };
  const headers = { 'Content-Type': 'application/json' };
  const token = answered(
    await send({ method: 'POST', url: `${cloud.keystone}/auth/tokens`, headers, body: JSON.stringify({ auth }) }),
  );
  const { token: granted } = JSON.parse(token.text) as { token: { user: { id: string } } };
  const made = answered(
    await send({
      method: 'POST',
      url: `${cloud.keystone}/users/${granted.user.id}/application_credentials`,
      headers: { ...headers, 'X-Auth-Token': token.headers['x-subject-token'] ?? '' },
      body: JSON.stringify({ application_credential: { name: 'machines' } }),
    }),
  );
  const { application_credential: credential } = JSON.parse(made.text) as {
    application_credential: { id: string; secret: string };
  };
  return JSON.stringify({
    clouds: {
      openstack: {
        region_name: 'RegionOne',
        auth: {
          auth_url: cloud.keystone,
          application_credential_id: credential.id,
          application_credential_secret: credential.secret,
        },
      },
    },
  });
}

describe('the store and the dashboard', () => {
  const withStore = (kind: Kind): Record<string, string> => ({
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    DATABASE_URL: cloud.postgres.url('postgres', { parameters: 'sslmode=verify-full' }),
    PGSSLROOTCERT: at(`${kind}.pem`),
  });
  const tool = (args: readonly string[], env: Record<string, string>): Promise<{ code: number; said: string }> =>
    new Promise((settle) => {
      execFile(process.execPath, [command, ...args], { env }, (error, stdout, stderr) => {
        settle({ code: typeof error?.code === 'number' ? error.code : 0, said: `${stdout}${stderr}` });
      });
    });

  test('the store is reached with the right authority alone', async () => {
    expect(await tool(['state', 'migrate'], withStore('right'))).toMatchObject({ code: 0 });
    for (const args of [['state', 'status'], ['dashboard', '--port', '0'], ['mcp']]) {
      const { code, said } = await tool(args, withStore('wrong'));
      expect([args, code, said]).toEqual([
        args,
        1,
        expect.stringMatching(/^.*is not trusted.*\[database-tls\]\n {2}fix: .*\n$/),
      ]);
    }
  }, 60_000);

  test('the dashboard serves, and finds its identity provider with the right authority alone', async () => {
    const provider = await listen((_, response) => {
      const issuer = provider.url;
      const document = {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
      };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
    }, acme.issue('IP:127.0.0.1'));
    const places: Record<string, string> = {};
    for (const kind of kinds) {
      const oidc = { A2O_OIDC_ISSUER: provider.url, A2O_OIDC_CLIENT_ID: 'a2o', A2O_OIDC_CLIENT_SECRET: 'hidden' };
      const env = { ...withStore('right'), ...oidc, SSL_CERT_FILE: at(`${kind}.pem`) };
      const child = spawn(process.execPath, [command, 'dashboard', '--port', '0'], { env });
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      const url = /http:\S+/.exec(line)?.[0] ?? '';
      expect((await fetch(`${url}healthz`)).status).toBe(200);
      const answer = await fetch(`${url}sign-in`, { redirect: 'manual' });
      places[kind] = `${answer.status} ${answer.headers.get('location') ?? (await answer.text())}`;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await provider.stop();
    expect(places).toEqual({
      right: expect.stringContaining(`302 ${provider.url}/authorize?`),
      wrong: expect.stringContaining('identity-provider-unreachable'),
    });
  }, 60_000);
});
