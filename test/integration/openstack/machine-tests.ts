import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { issueCertificate } from '../../support/issue-certificate.js';
import type { Cloud } from '../../support/openstack-cloud.js';
import { cli } from '../../support/run-cli.js';
import type { CliRun } from '../../support/run-cli.js';
import type { ScratchMachine } from '../../support/scratch-machine.js';
import { outputOf, run } from '../../support/terraform.js';
import { stacks } from './lakehouse-in-cloud.js';
import type { LakehouseInCloud } from './lakehouse-in-cloud.js';
import { roleOf, startMachines } from './machines.js';
import type { Machines } from './machines.js';

const publisher = 'etc/aws2openstack/authority-publication/publish-certificate.py';

interface MachineState {
  readonly wants: string;
  readonly report: { readonly bundle: string };
}

/**
 * What is asked of the machines of a lakehouse that was deployed. `rolled` are their roles, in the order in which a roll
 * comes to them.
 */
export function testMachines(
  lakehouseOf: () => { readonly cloud: Cloud; readonly lakehouse: LakehouseInCloud },
  { servers, databases, rolled }: { servers: number; databases: number; rolled: readonly string[] },
): void {
  describe('its machines', () => {
    let lakehouse: LakehouseInCloud;
    let machines: Machines;
    /** Machines of a role are alike. */
    const oneOfEachRole = (): ReadonlyMap<string, ScratchMachine> =>
      new Map([...machines.byHost].map(([host, machine]) => [roleOf(host, lakehouse), machine]));

    beforeAll(async () => {
      const { cloud } = ({ lakehouse } = lakehouseOf());
      machines = await startMachines(cloud, lakehouse);
    }, 120_000);

    afterAll(() => machines.stop());

    test('cloud-init accepts their user data', async () => {
      const file = join(lakehouse.folder, 'user-data');
      writeFileSync(file, lakehouse.userData());
      const { code, output } = await run('/usr/bin/cloud-init', ['schema', '--config-file', file]);
      expect(output).toContain('Valid cloud-config');
      expect(code).toBe(0);
    }, 60_000);

    test('each fetches the same bundle, checks it and installs what its role says', async () => {
      await each(machines.byHost, async (machine, host) => {
        await outputOf(machine.bootstrap());
        const started = machine.told().filter((line) => line.startsWith('--no-block'));
        expect(started.every((line) => line.includes(' restart '))).toBe(true);
        expect([host, started.length > 0]).toEqual([host, true]);
        expect(bundleOf(machine)).toBe(machines.bundle.sha256);
      });
      expect(machines.byHost.size).toBe(servers);
    }, 300_000);

    test('a second run restarts nothing and writes nothing else', async () => {
      expect(oneOfEachRole().size).toBe(rolled.length);
      await each(oneOfEachRole(), async (machine) => {
        const before = filesBelow(machine.root, ['etc', 'opt']);
        await outputOf(machine.bootstrap());
        expect(filesBelow(machine.root, ['etc', 'opt'])).toEqual(before);
        expect(restartsOf(machine)).toEqual([]);
      });
    }, 300_000);

    test('infra authority prints the certificate that they publish', async () => {
      const { mapping, project, folder } = lakehouse;
      const ask = (...more: string[]): Promise<CliRun> =>
        cli(['infra', 'authority', '--mapping', mapping, ...more], project.env);
      expect(await ask()).toMatchObject({ code: 1, stderr: expect.stringContaining('[authority-not-published]') });
      issueCertificate(join(folder, 'authority'), []);
      const certificate = join(folder, 'authority', 'ca.pem');
      await each(oneOfEachRole(), async (machine) => {
        if (machine.read(publisher) !== undefined) await outputOf(machine.program(publisher, certificate));
      });
      const text = readFileSync(certificate, 'utf8');
      expect(await ask()).toEqual({ code: 0, stdout: text, stderr: '' });
      const { fingerprint256: fingerprint } = new X509Certificate(text);
      expect(JSON.parse((await ask('--json')).stdout)).toMatchObject({ certificate: text, fingerprint });
    }, 120_000);

    test('a bundle that is not the one the metadata names is refused', async () => {
      const [machine] = machines.byHost.values();
      if (machine === undefined) throw new Error('there is no machine');
      rmSync(join(machine.root, 'opt/aws2openstack/bundles'), { recursive: true });
      rmSync(join(machine.root, 'var/lib/aws2openstack/bundle'));
      const path = `/${machines.bundle.place}`;
      const { session } = lakehouse.project;
      const original = await session.send('object-store', path);
      expect(original).toMatchObject({ ok: true, value: { status: 200 } });
      const put = (body: string): Promise<unknown> => {
        const headers = { 'Content-Type': 'application/x-tar' };
        return session.send('object-store', path, { method: 'PUT', body, headers });
      };
      await put('not the bundle');
      const refused = await machine.bootstrap();
      expect(refused.code).toBe(1);
      expect(refused.output).toContain("the server's metadata says");
      expect(machine.told()).toEqual([]);
      await put(original.ok ? original.value.text : '');
      await outputOf(machine.bootstrap());
    }, 120_000);

    test('a new bundle waits until infra roll lets one machine after the other take it, in the order of their roles', async () => {
      const { mapping, project } = lakehouse;
      const old = machines.bundle.sha256;
      await lakehouse.synthesize({ withBucket: true, postgresql: '16' });
      const applied = await outputOf(lakehouse.inStack('lakehouse', 'apply', '-auto-approve', '-refresh=false'));
      // In place: no machine is replaced for it.
      expect(applied).toContain(`1 added, ${servers} changed, 1 destroyed`);
      const states = async (): Promise<MachineState[]> => {
        const { stdout } = await cli(['infra', 'status', '--mapping', mapping, '--json'], project.env);
        return (JSON.parse(stdout) as { machines: MachineState[] }).machines;
      };
      await each(oneOfEachRole(), (machine) => outputOf(machine.bootstrap('--poll')));
      expect((await states()).map(({ report }) => report.bundle)).toEqual(Array(servers).fill(old));

      const rolling = cli(['infra', 'roll', '--mapping', mapping, '--timeout', '300'], project.env);
      await pollWhile(rolling, lakehouse, machines);
      const { code, stdout, stderr } = await rolling;
      expect([code, stdout, code === 0 ? '' : stderr]).toEqual([0, `Changed ${servers} machines.\n`, '']);
      const lines = stderr.trim().split('\n');
      const hosts = lines.map((line) => line.split(':')[0] ?? '');
      expect(new Set(hosts)).toEqual(new Set(machines.byHost.keys()));
      const roles = hosts.map((host) => roleOf(host, lakehouse));
      expect(roles.filter((role, index) => role !== roles[index - 1])).toEqual(rolled);
      // The primary.
      if (databases > 1) expect(hosts[roles.lastIndexOf('database')]).toBe(`${lakehouse.name}-database-1`);

      const after = await states();
      expect(new Set(after.map(({ report }) => report.bundle))).toEqual(new Set(after.map(({ wants }) => wants)));
      expect(after[0]?.wants).not.toBe(old);
      // Only what the bundle changed is restarted: the Iceberg catalog gets another bucket.
      const restarted = [...machines.byHost.values()].flatMap(restartsOf);
      const [postgresql, catalog] = ['postgresql', 'iceberg-catalog'].map(
        (service) => `--no-block restart a2o-${service}.service`,
      );
      expect(new Set(restarted)).toEqual(new Set([postgresql, catalog]));
      expect(restarted.filter((line) => line === postgresql)).toHaveLength(databases);

      const again = await cli(['infra', 'roll', '--mapping', mapping, '--json'], project.env);
      expect(JSON.parse(again.stdout)).toEqual({ kind: 'InfraRoll', changed: [] });
    }, 600_000);

    test('a machine that does not take its bundle stops the roll, and is named', async () => {
      const report = { at: '2026-01-01T00:00:00Z', bundle: 'x', error: 'No space left', role: '', services: {} };
      const { name, mapping, project } = lakehouse;
      const [host = ''] = [...machines.byHost.keys()].sort().reverse();
      const headers = { 'Content-Type': 'application/json' };
      const request = { method: 'PUT', headers, body: JSON.stringify(report) } as const;
      await project.session.send('object-store', `/${name}-system/machines/${host}.json`, request);
      const { code, stdout, stderr } = await cli(
        ['infra', 'roll', '--mapping', mapping, '--timeout', '1'],
        project.env,
      );
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`after 1 s: it reports: No space left. No further machine was rolled. [roll-stopped]`);
      expect((await cli(['infra', 'status', '--mapping', mapping], project.env)).stdout).toContain('No space left');
    }, 60_000);

    test('no secret is in state, plan, Terraform, user data or bundle', async () => {
      const secrets = secretTexts(machines.byHost.values(), lakehouse);
      expect(secrets.length).toBeGreaterThan(8);
      for (const stack of stacks) {
        const file = join(lakehouse.folder, `${stack}.plan`);
        await outputOf(lakehouse.inStack(stack, 'plan', '-refresh=false', `-out=${file}`));
        writeFileSync(`${file}.json`, await outputOf(lakehouse.inStack(stack, 'show', '-json', file)));
      }
      const written = filesBelow(lakehouse.folder, ['.']).filter(([path]) => !/\/machines\/|\/providers\//.test(path));
      const names = written.map(([path]) => path.split('/').at(-1));
      expect(names).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^terraform\..+\.lakehouse\.tfstate$/),
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
}

/** All at the same time. */
async function each(
  machines: ReadonlyMap<string, ScratchMachine>,
  work: (machine: ScratchMachine, host: string) => Promise<unknown>,
): Promise<void> {
  await Promise.all([...machines].map(([host, machine]) => work(machine, host)));
}

/** SHA-256 of the bundle that it has. */
function bundleOf(machine: ScratchMachine): string | undefined {
  return machine.read('var/lib/aws2openstack/bundle');
}

function restartsOf(machine: ScratchMachine): string[] {
  return machine.told().filter((line) => line.includes(' restart '));
}

/** What the machines' timers do during a roll, of each whose turn it is and of one that has to wait. */
async function pollWhile(
  rolling: Promise<unknown>,
  { name, project }: LakehouseInCloud,
  machines: Machines,
): Promise<void> {
  const turns = async (): Promise<readonly string[]> => {
    const answer = await project.session.send('object-store', `/${name}-system/config/roll.json`);
    if (!answer.ok || answer.value.status !== 200) return [];
    return (JSON.parse(answer.value.text) as { machines: string[] }).machines;
  };
  const finished = rolling.then(() => true);
  let polled = 0;
  while (!(await Promise.race([finished, delay(500, false)]))) {
    const before = await turns();
    const isNew = before.length > polled;
    polled = before.length;
    const waiting = [...machines.byHost.keys()].filter((host) => !before.includes(host));
    await Promise.all(
      // Again and again, as a timer does: for some seconds Nova's metadata may still name the old bundle.
      [...before.slice(-1), ...(isNew ? waiting.slice(-1) : [])]
        .flatMap((host) => machines.byHost.get(host) ?? [])
        .map((machine) => outputOf(machine.bootstrap('--poll'))),
    );
    const after = await turns();
    for (const [host, machine] of machines.byHost)
      if (!after.includes(host)) expect([host, bundleOf(machine)]).toEqual([host, machines.bundle.sha256]);
  }
}

/** What the machines fetched from Barbican, as it is and in the other way to write bytes down; and people's passwords. */
function secretTexts(machines: Iterable<ScratchMachine>, { project: { env } }: LakehouseInCloud): string[] {
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
