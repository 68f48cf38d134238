import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startMetadataProxy } from '../../support/metadata-proxy.js';
import { ownedBy, startCloud } from '../../support/openstack-cloud.js';
import type { Cloud, CloudProject } from '../../support/openstack-cloud.js';
import { cli } from '../../support/run-cli.js';
import { scratchMachine } from '../../support/scratch-machine.js';
import type { ScratchMachine } from '../../support/scratch-machine.js';
import { offlineProviders, run, terraform } from '../../support/terraform.js';
import type { ProgramRun } from '../../support/terraform.js';

const stacks = ['lakehouse-storage', 'lakehouse'] as const;
type Stack = (typeof stacks)[number];

/** The topologies that can be laid out, and the machines of each. */
const topologies = [
  ['small', 1],
  ['standard', 8],
] as const;

let cloud: Cloud;
let folder: string;

beforeAll(async () => {
  cloud = await startCloud();
  folder = mkdtempSync(join(tmpdir(), 'a2o-lakehouse-'));
}, 600_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.each(topologies)('topology %s on a real control plane', (topology, machineCount) => {
  const name = `it-${topology}`;
  let lake: CloudProject;
  let output: string;

  beforeAll(async () => {
    lake = await cloud.project(name);
    output = join(folder, topology, 'terraform');
    mkdirSync(join(folder, topology), { recursive: true });
  }, 60_000);

  /** Writes the mapping, with one bucket left behind unless it is asked for, and what follows from it. */
  async function synthesize({ withBucket = false, protectData = true, postgresql = '15' } = {}): Promise<void> {
    const mapping = join(folder, topology, 'mapping.yaml');
    writeFileSync(
      mapping,
      mappingOf(name, topology, { withBucket, protectData, postgresql, endpoint: cloud.s3Endpoint }),
    );
    const args = ['synth', '--assessment', 'examples/demo', '--mapping', mapping, '--output', output];
    await done(run('node', ['cli/aws2openstack.mjs', ...args]));
  }

  function inStack(stack: Stack, ...args: string[]): Promise<ProgramRun> {
    return terraform(join(output, 'stacks', stack), args, lake.env);
  }

  test('cdktf deploy makes everything at the first go', async () => {
    await synthesize();
    const args = ['deploy', ...stacks, '--skip-synth', '--skip-provider-lock', '--auto-approve', '--output', output];
    const deployed = await run('cdktf', args, { env: { ...lake.env, ...(await offlineProviders()) } });
    expect(deployed.output).not.toContain('Error:');
    expect(deployed.code).toBe(0);

    const { servers = [], volumes = [], floatingips = [] } = await ownedBy(lake);
    expect(servers).toHaveLength(machineCount);
    expect(servers.map(({ status }) => status)).toEqual(servers.map(() => 'ACTIVE'));
    expect(volumes.map(({ status }) => status)).toEqual(volumes.map(() => 'in-use'));
    expect(volumes.filter(({ name }) => String(name).endsWith('-data'))).toHaveLength(1);
    expect(floatingips).toEqual([expect.objectContaining({ port_id: expect.any(String) })]);
  }, 600_000);

  test('a plan right after it changes nothing', async () => {
    for (const stack of stacks) {
      const { code, output: text } = await inStack(stack, 'plan', '-no-color', '-input=false', '-detailed-exitcode');
      expect(text).toContain('No changes.');
      expect(code).toBe(0);
    }
  }, 300_000);

  test('one more bucket in the mapping is one more bucket in the plan', async () => {
    await synthesize({ withBucket: true });
    expect(await inStack('lakehouse', 'plan', '-no-color', '-input=false', '-detailed-exitcode')).toMatchObject({
      code: 0,
    });

    const file = join(folder, topology, 'storage.plan');
    const planned = await inStack(
      'lakehouse-storage',
      'plan',
      '-no-color',
      '-input=false',
      '-detailed-exitcode',
      `-out=${file}`,
    );
    expect(planned).toMatchObject({ code: 2 });
    expect(planned.output).toContain('1 to add, 0 to change, 0 to destroy');
    await done(inStack('lakehouse-storage', 'apply', '-no-color', '-input=false', file));
    const { containers = [] } = await ownedBy(lake);
    expect(containers.map((container) => container['name'])).toContain('acme-marketing');
  }, 300_000);

  describe('its machines', () => {
    const machines = new Map<string, ScratchMachine>();
    const proxies: { stop(): Promise<void> }[] = [];
    let bundleSha256: string;

    beforeAll(async () => {
      const clouds = await machineCredential(lake, name);
      const { servers = [] } = await ownedBy(lake);
      for (const server of servers) {
        const { id, name: host, metadata } = server as unknown as Server;
        const proxy = await startMetadataProxy(cloud, { id, projectId: lake.session.projectId });
        proxies.push(proxy);
        const machine = scratchMachine({
          root: join(folder, topology, 'machines', host),
          userData: userDataOf(output),
          metadataUrl: proxy.url,
          clouds,
          volume: metadata['a2o_data_volume'],
        });
        machines.set(host, machine);
        bundleSha256 = metadata['a2o_bundle_sha256'] ?? '';
      }
    }, 120_000);

    afterAll(async () => {
      await Promise.all(proxies.map((proxy) => proxy.stop()));
    });

    test('cloud-init accepts their user data', async () => {
      const file = join(folder, topology, 'user-data');
      writeFileSync(file, userDataOf(output));
      const { code, output: text } = await run('/usr/bin/cloud-init', ['schema', '--config-file', file]);
      expect(text).toContain('Valid cloud-config');
      expect(code).toBe(0);
    }, 60_000);

    test('each fetches the same bundle, checks it and installs what its role says', async () => {
      const installed: Record<string, string | undefined> = {};
      for (const [host, machine] of machines) {
        await done(machine.bootstrap());
        installed[host] = machine.read('var/lib/aws2openstack/bundle');
        const started = machine.told().filter((line) => line.startsWith('--no-block'));
        expect(started.every((line) => line.includes(' restart '))).toBe(true);
        expect(started.length > 0).toBe(!host.includes('-runner-'));
      }
      expect(machines.size).toBe(machineCount);
      expect(new Set(Object.values(installed))).toEqual(new Set([bundleSha256]));
    }, 300_000);

    test('a second run restarts nothing and writes nothing else', async () => {
      for (const machine of machines.values()) {
        const before = filesBelow(machine.root, ['etc', 'opt']);
        await done(machine.bootstrap());
        expect(filesBelow(machine.root, ['etc', 'opt'])).toEqual(before);
        expect(machine.told().filter((line) => line.includes(' restart '))).toEqual([]);
      }
    }, 300_000);

    test('a bundle that is not the one the metadata names is refused', async () => {
      const [machine] = machines.values();
      if (machine === undefined) throw new Error('there is no machine');
      rmSync(join(machine.root, 'opt/aws2openstack/bundles'), { recursive: true });
      rmSync(join(machine.root, 'var/lib/aws2openstack/bundle'));
      const { servers = [] } = await ownedBy(lake);
      const place = (servers[0] as unknown as Server).metadata['a2o_bundle'] ?? '';
      const path = `/${place}`;
      const original = await lake.session.send('object-store', path);
      expect(original).toMatchObject({ ok: true, value: { status: 200 } });
      const put = (body: string): Promise<unknown> =>
        lake.session.send('object-store', path, {
          method: 'PUT',
          body,
          headers: { 'Content-Type': 'application/x-tar' },
        });
      await put('not the bundle');
      const refused = await machine.bootstrap();
      expect(refused.code).toBe(1);
      expect(refused.output).toContain("the server's metadata says");
      expect(machine.told()).toEqual([]);
      await put(original.ok ? original.value.text : '');
      await done(machine.bootstrap());
    }, 120_000);

    test('a new bundle waits until infra roll lets one machine after the other take it, workers first', async () => {
      await synthesize({ withBucket: true, postgresql: '16' });
      const applied = await done(inStack('lakehouse', 'apply', '-auto-approve', '-no-color', '-input=false'));
      // In place: no machine is replaced for it.
      expect(applied).toContain(`1 added, ${machineCount} changed, 1 destroyed`);
      const mapping = join(folder, topology, 'mapping.yaml');
      const states = async (): Promise<MachineState[]> => {
        const { stdout } = await cli(['infra', 'status', '--mapping', mapping, '--json'], lake.env);
        return (JSON.parse(stdout) as { machines: MachineState[] }).machines;
      };
      for (const machine of machines.values()) await done(machine.bootstrap('--poll'));
      expect((await states()).map(({ report }) => report.bundle)).toEqual([...machines].map(() => bundleSha256));

      const rolling = cli(['infra', 'roll', '--mapping', mapping, '--timeout', '300'], lake.env);
      const finished = rolling.then(() => true);
      // What their timers do.
      while (!(await Promise.race([finished, delay(100, false)]))) {
        for (const machine of machines.values()) await done(machine.bootstrap('--poll'));
      }
      const { code, stdout, stderr } = await rolling;
      expect([code, stdout]).toEqual([0, `Changed ${machineCount} machines.\n`]);
      const rolled = stderr
        .trim()
        .split('\n')
        .map((line) => (line.split(':')[0] ?? '').replace(`${name}-`, '').replace(/-\d$/, ''));
      expect([...new Set(rolled)]).toEqual(
        topology === 'small' ? ['lakehouse'] : ['worker', 'runner', 'catalog', 'coordinator', 'database'],
      );
      const after = await states();
      expect(new Set(after.map(({ report }) => report.bundle))).toEqual(new Set(after.map(({ wants }) => wants)));
      expect(after[0]?.wants).not.toBe(bundleSha256);
      // Only what the bundle changed is restarted.
      const restarted = [...machines.values()].flatMap((machine) =>
        machine.told().filter((line) => line.includes(' restart ')),
      );
      expect(restarted).toEqual(['--no-block restart a2o-postgresql.service']);
    }, 600_000);

    test('a machine that does not take its bundle stops the roll, and is named', async () => {
      const report = JSON.stringify({
        at: '2026-01-01T00:00:00Z',
        bundle: 'x',
        error: 'No space left',
        role: '',
        services: {},
      });
      const [host] = [...machines.keys()].sort().reverse();
      const path = `/${name}-system/machines/${host ?? ''}.json`;
      const headers = { 'Content-Type': 'application/json' };
      await lake.session.send('object-store', path, { method: 'PUT', headers, body: report });
      const mapping = join(folder, topology, 'mapping.yaml');
      const { code, stdout, stderr } = await cli(['infra', 'roll', '--mapping', mapping, '--timeout', '1'], lake.env);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(
        `after 1 s: it reports: No space left. No other machine was told to take it. [roll-stopped]`,
      );
      expect((await cli(['infra', 'status', '--mapping', mapping], lake.env)).stdout).toContain('No space left');
    }, 60_000);

    test('no secret is in state, plan, Terraform, user data or bundle', async () => {
      const secrets = secretTexts(machines.values(), lake);
      expect(secrets.length).toBeGreaterThan(8);
      for (const stack of stacks) {
        const file = join(folder, topology, `${stack}.plan`);
        await inStack(stack, 'plan', '-no-color', '-input=false', `-out=${file}`);
        const shown = await inStack(stack, 'show', '-json', file);
        writeFileSync(join(folder, topology, `${stack}.plan.json`), shown.output);
      }
      const written = filesBelow(join(folder, topology), ['.']).filter(
        ([path]) => !/\/machines\/|\/providers\//.test(path),
      );
      const names = written.map(([path]) => path.split('/').at(-1));
      expect(names).toEqual(
        expect.arrayContaining([
          'terraform.lakehouse.tfstate',
          'cdk.tf.json',
          'bundle.tar',
          'user-data',
          'lakehouse.plan.json',
        ]),
      );
      const leaks = written.flatMap(([path, text]) =>
        secrets.filter((one) => text.includes(one)).map((one) => `${path}: ${one}`),
      );
      expect(leaks).toEqual([]);
    }, 300_000);
  });

  test('destroy is refused while the mapping protects the data', async () => {
    const before = await ownedBy(lake);
    for (const stack of [...stacks].reverse()) {
      const refused = await inStack(stack, 'destroy', '-auto-approve', '-no-color', '-input=false');
      expect(refused.code).toBe(1);
      expect(refused.output).toContain('lifecycle.prevent_destroy');
    }
    expect(Object.keys(await ownedBy(lake))).toEqual(Object.keys(before));
  }, 300_000);

  test('what docs/deploying.md says about taking it away leaves nothing', async () => {
    await synthesize({ withBucket: true, protectData: false, postgresql: '16' });
    const listed = await inStack('lakehouse', 'state', 'list');
    const orders = listed.output.split('\n').filter((address) => address.startsWith('openstack_keymanager_order_v1.'));
    await done(inStack('lakehouse', 'state', 'rm', ...orders));
    for (const stack of [...stacks].reverse()) {
      const destroyed = await inStack(stack, 'destroy', '-auto-approve', '-no-color', '-input=false');
      expect(destroyed.output).toContain('Destroy complete!');
      expect(destroyed.code).toBe(0);
    }
    const { secrets = [], orders: left = [], ...rest } = await ownedBy(lake);
    expect(rest).toEqual({});
    expect(secrets.every((secret) => String(secret['name']).startsWith(`${name}-`))).toBe(true);
    for (const secret of secrets) {
      const id = String(secret['secret_ref']).split('/').at(-1) ?? '';
      const answer = await lake.session.send('key-manager', `/v1/secrets/${id}`, { method: 'DELETE' });
      expect(answer).toMatchObject({ ok: true, value: { status: 204 } });
    }
    // Orders are a record of what was asked for, and Barbican lets only its administrators delete them.
    const { orders: records = [], ...nothing } = await ownedBy(lake);
    expect([nothing, records.length]).toEqual([{}, left.length]);
  }, 600_000);
});

/** What the program printed; throws it when the program failed. */
async function done(started: Promise<ProgramRun>): Promise<string> {
  const { code, output } = await started;
  if (code !== 0) throw new Error(output);
  return output;
}

interface MachineState {
  readonly wants: string;
  readonly report: { readonly bundle: string };
}

interface Server {
  readonly id: string;
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

function mappingOf(
  name: string,
  topology: string,
  {
    withBucket,
    protectData,
    postgresql,
    endpoint,
  }: { withBucket: boolean; protectData: boolean; postgresql: string; endpoint: string },
): string {
  return `apiVersion: aws2openstack/v1
kind: MappingTemplate
metadata: { name: ${name} }
extends: default
target:
  name: ${name}
  topology: ${topology}
  network: { external: public, allowFrom: [198.51.100.0/24] }
  objectStore: { type: ceph-rgw, endpoint: ${endpoint}, region: default, credentialsSecret: ${name}-object-store }
  catalogs:
    iceberg: { type: iceberg-rest, warehouse: ${name}-warehouse }
  protectData: ${protectData}
  versions: { postgresql: '${postgresql}' }
rules:
  - name: marketing comes later
    when: { kind: [table, database], any: [{ location: 's3://acme-marketing/*' }, { bucket: acme-marketing }] }
    skip: its tables come later
${withBucket ? '' : '  - name: its bucket too\n    when: { kind: bucket, bucket: acme-marketing }\n    skip: it comes later\n'}`;
}

/** The user data of any machine: they are all the same. */
function userDataOf(output: string): string {
  const text = readFileSync(join(output, 'stacks', 'lakehouse', 'cdk.tf.json'), 'utf8');
  const { resource } = JSON.parse(text) as { resource: Record<string, Record<string, { user_data: string }>> };
  const all = Object.values(resource['openstack_compute_instance_v2'] ?? {}).map(({ user_data }) => user_data);
  expect(new Set(all).size).toBe(1);
  return all[0] ?? '';
}

/** As docs/deploying.md says: the object store's key pair in Barbican, and an application credential in clouds.yaml. */
async function machineCredential({ env }: CloudProject, name: string): Promise<string> {
  const openstack = async (...args: string[]): Promise<string> => {
    const { code, output } = await run('/usr/bin/openstack', args, { env });
    if (code !== 0) throw new Error(output);
    return output;
  };
  const keys = JSON.parse(await openstack('ec2', 'credentials', 'create', '-f', 'json')) as Record<string, string>;
  const payload = `${keys['access'] ?? ''}:${keys['secret'] ?? ''}`;
  const stored = ['--name', `${name}-object-store`, '--payload-content-type', 'text/plain', '--payload', payload];
  await openstack('secret', 'store', ...stored);
  const roles = ['--role', 'member', '--role', 'creator'];
  const created = await openstack(
    'application',
    'credential',
    'create',
    `${name}-machines-${Date.now()}`,
    ...roles,
    '-f',
    'json',
  );
  const { id, secret } = JSON.parse(created) as Record<string, string>;
  return JSON.stringify({
    clouds: {
      openstack: {
        auth: { auth_url: env['OS_AUTH_URL'], application_credential_id: id, application_credential_secret: secret },
        region_name: 'RegionOne',
      },
    },
  });
}

/** What the machines fetched from Barbican, as it is and in the other way to write bytes down; and people's passwords. */
function secretTexts(machines: Iterable<ScratchMachine>, { env }: CloudProject): string[] {
  const fetched = [...machines].flatMap((machine) => [
    ...filesBelow(machine.root, ['run/aws2openstack']).flatMap(([, text]) => text.match(/(?<==).+$/gm) ?? []),
    ...(machine.read('etc/aws2openstack/clouds.yaml')?.match(/(?<="application_credential_secret":")[^"]+/) ?? []),
  ]);
  const asBase64 = fetched
    .filter((text) => /^[0-9a-f]{64}$/.test(text))
    .map((hex) => Buffer.from(hex, 'hex').toString('base64'));
  return [...new Set([...fetched, ...asBase64, env['OS_PASSWORD'] ?? ''])];
}

/** Path and content of every file below some folders. */
function filesBelow(root: string, folders: readonly string[]): [path: string, text: string][] {
  return folders.flatMap((below) =>
    readdirSync(join(root, below), { recursive: true, encoding: 'utf8' })
      .map((path) => join(root, below, path))
      .filter((path) => statSync(path).isFile())
      .sort()
      .map((path): [string, string] => [path, readFileSync(path, 'latin1')]),
  );
}
