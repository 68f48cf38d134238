import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderUserData } from '../../../constructs/server/render-user-data.js';
import { startMachineCloud } from '../../support/machine-cloud.js';
import type { MachineCloud } from '../../support/machine-cloud.js';
import { planWith } from '../../support/plan-builder.js';
import { scratchMachine } from '../../support/scratch-machine.js';
import type { ScratchMachine } from '../../support/scratch-machine.js';
import { resourcesOf, synthesize } from '../../support/synth.js';

const repository = join(import.meta.dirname, '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'a2o-machines-'));
const machines = new Map<string, ScratchMachine>();
let place: string;
let bundleSha256: string;
let cloud: MachineCloud;

beforeAll(async () => {
  const files = synthesize(planWith({ target: { topology: 'standard' } }));
  const servers = [...resourcesOf(files, 'lakehouse').values()].filter((config) => 'flavor_name' in config);
  const metadataOf = new Map(
    servers.map(({ name, metadata }) => {
      const texts = Object.entries(metadata as Record<string, string>);
      // Terraform knows these references and volumes only once it has made them.
      const known = texts.map(([key, text]) => [key, text.startsWith('${') ? `made/${key}` : text]);
      return [String(name), Object.fromEntries(known) as Record<string, string>];
    }),
  );
  cloud = await startMachineCloud(metadataOf);
  const [one = {}] = metadataOf.values();
  place = `/${one['a2o_bundle'] ?? ''}`;
  bundleSha256 = one['a2o_bundle_sha256'] ?? '';
  cloud.objects.set(place, Buffer.from(files.get('stacks/lakehouse/config/bundle.tar') ?? ''));
  // The interpreter that moto's tests have, which brings PyYAML.
  const python = execFileSync(join(repository, 'environments/moto/install.sh'), ['--check'], {
    encoding: 'utf8',
  }).trim();
  for (const [name, metadata] of metadataOf) {
    const root = join(folder, name);
    const metadataUrl = `${cloud.url}/${name}`;
    const volume = metadata['a2o_data_volume'];
    machines.set(
      name,
      scratchMachine({ root, userData: renderUserData(), metadataUrl, clouds: cloud.clouds, volume, python }),
    );
  }
}, 60_000);

afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

function machine(name: string): ScratchMachine {
  const found = machines.get(name);
  if (found === undefined) throw new Error(`there is no machine ${name}; there are ${[...machines.keys()].join(', ')}`);
  return found;
}

const restarts = (lines: readonly string[]): string[] => lines.filter((line) => line.includes(' restart '));

const publisher = 'etc/aws2openstack/authority-publication/publish-certificate.py';

test('every machine of the topology installs the same bundle, and starts what its role says', async () => {
  const runs = await Promise.all([...machines.values()].map((each) => each.bootstrap()));
  expect(runs.filter(({ code }) => code !== 0).map(({ output }) => output)).toEqual([]);
  const installed = [...machines.values()].map((each) => each.read('var/lib/aws2openstack/bundle'));
  expect(new Set(installed)).toEqual(new Set([bundleSha256]));
  expect(restarts(machine('lake-worker-1').told())).toEqual([
    '--no-block restart a2o-node-exporter.service',
    '--no-block restart a2o-trino-worker.service',
  ]);
  expect(machine('lake-coordinator').read('etc/aws2openstack/trino-coordinator/etc/config.properties')).toContain(
    'coordinator=true',
  );
  const report = cloud.objects.get('/lake-system/machines/lake-worker-1.json')?.toString() ?? '{}';
  expect(JSON.parse(report)).toMatchObject({ bundle: bundleSha256, error: null, role: 'worker' });
});

test('a machine that has the authority publishes its certificate beside its report, and no other does', async () => {
  expect(machine('lake-worker-1').read(publisher)).toBeUndefined();
  const certificate = join(folder, 'ca.pem');
  writeFileSync(certificate, 'the certificate');
  expect(await machine('lake-runner-1').program(publisher, certificate)).toEqual({ code: 0, output: '' });
  expect(cloud.objects.get('/lake-system/machines/lake-runner-1.pem')?.toString()).toBe('the certificate');
});

test('once more changes nothing', async () => {
  const worker = machine('lake-worker-1');
  worker.told();
  expect(await worker.bootstrap()).toMatchObject({ code: 0 });
  expect(restarts(worker.told())).toEqual([]);
});

test('a machine that was stopped half-way restarts, the next time, what it had changed and not restarted', async () => {
  const worker = machine('lake-worker-2');
  worker.told();
  rmSync(join(worker.root, 'etc/aws2openstack/trino-worker'), { recursive: true });
  writeFileSync(join(worker.root, 'systemd-is-down'), '');
  expect(await worker.bootstrap()).toMatchObject({ code: 1 });
  rmSync(join(worker.root, 'systemd-is-down'));
  expect(await worker.bootstrap()).toMatchObject({ code: 0 });
  expect(restarts(worker.told())).toEqual(['--no-block restart a2o-trino-worker.service']);
});

test('a service that became active a moment ago is starting, not active', async () => {
  const worker = machine('lake-worker-1');
  const reported = async (): Promise<unknown> => {
    expect(await worker.bootstrap('--poll')).toMatchObject({ code: 0 });
    return JSON.parse(cloud.objects.get('/lake-system/machines/lake-worker-1.json')?.toString() ?? '{}');
  };
  expect(await reported()).toMatchObject({ services: { 'trino-worker': 'active' } });
  writeFileSync(join(worker.root, 'active-since'), String(Number(process.hrtime.bigint() / 1000n)));
  expect(await reported()).toMatchObject({ services: { 'trino-worker': 'starting' } });
});

test.each(['<html>', '{}', '[]', 'null'])(
  'a machine that cannot read whose turn it is (%s) keeps what it has, and runs',
  async (roll) => {
    const coordinator = machine('lake-coordinator');
    cloud.objects.set('/lake-system/config/roll.json', Buffer.from(roll));
    writeFileSync(join(coordinator.root, 'var/lib/aws2openstack/bundle'), bundleSha256);
    const metadata = cloud.metadataOf('lake-coordinator');
    metadata['a2o_bundle_sha256'] = 'f'.repeat(64);
    coordinator.told();
    const { code, output } = await coordinator.bootstrap();
    metadata['a2o_bundle_sha256'] = bundleSha256;
    cloud.objects.delete('/lake-system/config/roll.json');
    expect(output).toContain('lake-system/config/roll.json cannot be read');
    expect(code).toBe(0);
    expect(coordinator.told()).toContain('--no-block start a2o-trino-coordinator.service');
  },
);

test('what install.py says is what the report says', async () => {
  const catalog = machine('lake-catalog-1');
  const secrets = join(catalog.root, 'run/aws2openstack');
  rmSync(secrets, { recursive: true });
  writeFileSync(secrets, '');
  expect(await catalog.bootstrap()).toMatchObject({ code: 1 });
  const report = cloud.objects.get('/lake-system/machines/lake-catalog-1.json')?.toString() ?? '{}';
  expect(JSON.parse(report)).toMatchObject({ error: expect.stringContaining('FileExistsError') });
  rmSync(secrets);
});

test('a bundle that is not the one the metadata names is refused, and nothing is restarted', async () => {
  const worker = machine('lake-worker-3');
  worker.told();
  for (const path of ['opt/aws2openstack/bundles', 'var/lib/aws2openstack/bundle'])
    rmSync(join(worker.root, path), { recursive: true });
  cloud.objects.set(place, Buffer.from('not the bundle'));
  const refused = await worker.bootstrap();
  expect(refused.code).toBe(1);
  expect(refused.output).toContain("the server's metadata says");
  expect(worker.told()).toEqual([]);
  expect(JSON.parse(cloud.objects.get('/lake-system/machines/lake-worker-3.json')?.toString() ?? '{}')).toMatchObject({
    error: expect.stringContaining("the server's metadata says"),
  });
});
