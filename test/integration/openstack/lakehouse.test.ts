import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ownedBy, startCloud } from '../../support/openstack-cloud.js';
import { makeAuthority } from '../../support/private-authority.js';
import { cli } from '../../support/run-cli.js';
import { outputOf } from '../../support/terraform.js';
import { startTlsCloud } from '../../support/tls-cloud.js';
import type { TlsCloud } from '../../support/tls-cloud.js';
import { lakehouseInCloud, stacks } from './lakehouse-in-cloud.js';
import type { LakehouseInCloud } from './lakehouse-in-cloud.js';
import { testMachines } from './machine-tests.js';
import { roleOf } from './machines.js';

interface TopologyCase {
  readonly servers: number;
  readonly databases: number;
  readonly entrances: number;
  /** Roles in the order in which a roll comes to them; without it the machines are not tried. */
  readonly rolled?: readonly string[];
}

const topologies: readonly [string, TopologyCase][] = [
  ['small', { servers: 1, databases: 1, entrances: 1, rolled: ['lakehouse'] }],
  // Each of its roles is one of ha's too.
  ['standard', { servers: 8, databases: 1, entrances: 1 }],
  [
    'ha',
    {
      servers: 20,
      databases: 3,
      entrances: 2,
      rolled: [
        'batch-worker',
        'worker',
        'runner',
        'database',
        'catalog',
        'batch-coordinator',
        'coordinator',
        'gateway',
      ],
    },
  ],
];

const folder = mkdtempSync(join(tmpdir(), 'a2o-lakehouse-'));
const [acme, other] = [makeAuthority({ name: 'Acme' }), makeAuthority({ name: 'Other' })];
const [acmeFile, otherFile] = [join(folder, 'acme.pem'), join(folder, 'other.pem')];
/** Every address is https, with a certificate of a private authority. */
let cloud: TlsCloud;

beforeAll(async () => {
  writeFileSync(acmeFile, acme.certificate);
  writeFileSync(otherFile, other.certificate);
  cloud = await startTlsCloud(await startCloud(), acme, acmeFile);
}, 600_000);

afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe.each(topologies)(
  'topology %s on a real control plane',
  (topology, { servers, databases, entrances, rolled }) => {
    let lakehouse: LakehouseInCloud;

    beforeAll(async () => {
      lakehouse = await lakehouseInCloud(cloud, topology, folder);
    }, 60_000);

    test('cdktf deploy makes everything at the first go', async () => {
      const deployed = await lakehouse.deploy();
      expect(deployed.output).not.toContain('Error:');
      expect(deployed.code).toBe(0);

      const owned = await ownedBy(lakehouse.project);
      const statesOf = (kind: string): unknown[] => (owned[kind] ?? []).map(({ status }) => status);
      expect(statesOf('servers')).toEqual(Array(servers).fill('ACTIVE'));
      expect(new Set(statesOf('volumes'))).toEqual(new Set(['in-use']));
      expect(owned['volumes']?.filter(({ name }) => String(name).endsWith('-data'))).toHaveLength(databases);
      expect(owned['floatingips']).toEqual(
        Array(entrances).fill(expect.objectContaining({ port_id: expect.any(String) })),
      );
    }, 1_200_000);

    test('a plan right after it changes nothing', async () => {
      const plans = stacks.map((stack) => lakehouse.inStack(stack, 'plan', '-detailed-exitcode'));
      for (const { code, output } of await Promise.all(plans)) {
        expect(output).toContain('No changes.');
        expect(code).toBe(0);
      }
    }, 300_000);

    test('its machines trust the authority of the cloud from their first boot', () => {
      expect(parse(lakehouse.userData())).toMatchObject({ ca_certs: { trusted: [acme.certificate] } });
    });

    if (topology === 'small')
      test('with another authority the same plan is refused, and the command says why once', async () => {
        await lakehouse.synthesize({ authorityFile: otherFile });
        const refused = await lakehouse.inStack('lakehouse-storage', 'plan');
        const shown = await cli(['infra', 'status', '--mapping', lakehouse.mapping], lakehouse.project.env);
        await lakehouse.synthesize({});
        expect(refused.code).toBe(1);
        const reasons = refused.output.match(/x509: .*|certificate .*/g) ?? [];
        expect([...new Set(reasons)]).toEqual([expect.stringContaining('certificate signed by unknown authority')]);
        expect(shown).toEqual({
          code: 1,
          stdout: '',
          stderr: expect.stringMatching(
            /^error: Keystone does not answer at https:.*certificate.*\[cloud-unreachable\]\n {2}fix: .*target\.trust.*\n$/,
          ),
        });
      }, 120_000);

    test('one more bucket in the mapping is one more bucket in the plan', async () => {
      const before = withoutHashes(lakehouse.terraformOf('lakehouse'));
      await lakehouse.synthesize({ withBucket: true });
      const file = join(lakehouse.folder, 'storage.plan');
      // The machines get a bundle that allows the Iceberg catalog the bucket; nothing else changes for them.
      expect(withoutHashes(lakehouse.terraformOf('lakehouse'))).toBe(before);
      const planned = lakehouse.inStack('lakehouse-storage', 'plan', '-detailed-exitcode', `-out=${file}`);
      expect(await planned).toMatchObject({
        code: 2,
        output: expect.stringContaining('1 to add, 0 to change, 0 to destroy'),
      });
      await outputOf(lakehouse.inStack('lakehouse-storage', 'apply', file));
      const { containers = [] } = await ownedBy(lakehouse.project);
      expect(containers.map((container) => container['name'])).toContain('acme-marketing');
    }, 300_000);

    if (topology === 'ha')
      test('servers are spread over the zones, each volume is in the zone of its server', async () => {
        const owned = await ownedBy(lakehouse.project);
        const zones = new Map<unknown, unknown>();
        const used: Record<string, Set<unknown>> = {};
        for (const server of owned['servers'] ?? []) {
          const zone = server['OS-EXT-AZ:availability_zone'];
          zones.set(server['id'], zone);
          (used[roleOf(String(server['name']), lakehouse)] ??= new Set()).add(zone);
        }
        expect(Object.fromEntries(Object.entries(used).map(([role, all]) => [role, [...all].sort()]))).toEqual({
          database: ['az-1', 'az-2', 'az-3'],
          catalog: ['az-1', 'az-2', 'az-3'],
          worker: ['az-1', 'az-2', 'az-3'],
          'batch-worker': ['az-1', 'az-2', 'az-3'],
          coordinator: ['az-1'],
          'batch-coordinator': ['az-2'],
          gateway: ['az-1', 'az-2'],
          runner: ['az-1'],
        });
        const volumes = owned['volumes'] as unknown as Volume[];
        expect(volumes.map(({ availability_zone: zone }) => zone)).toEqual(
          volumes.map(({ attachments }) => zones.get(attachments[0]?.server_id)),
        );
      }, 60_000);

    if (rolled !== undefined) testMachines(() => ({ cloud, lakehouse }), { servers, databases, rolled });

    test('destroy is refused while the mapping protects the data', async () => {
      const before = await ownedBy(lakehouse.project);
      const destroyed = stacks.map((stack) => lakehouse.inStack(stack, 'destroy', '-auto-approve', '-refresh=false'));
      for (const refused of await Promise.all(destroyed)) {
        expect(refused.code).toBe(1);
        expect(refused.output).toContain('lifecycle.prevent_destroy');
      }
      expect(Object.keys(await ownedBy(lakehouse.project))).toEqual(Object.keys(before));
    }, 300_000);

    test('what docs/deploying.md says about taking it away leaves nothing', async () => {
      const { name, project } = lakehouse;
      await lakehouse.synthesize({ withBucket: true, protectData: false, postgresql: '16' });
      const listed = await outputOf(lakehouse.inStack('lakehouse', 'state', 'list'));
      const orders = listed.split('\n').filter((address) => address.startsWith('openstack_keymanager_order_v1.'));
      await outputOf(lakehouse.inStack('lakehouse', 'state', 'rm', ...orders));
      for (const stack of [...stacks].reverse()) {
        const destroyed = await lakehouse.inStack(stack, 'destroy', '-auto-approve', '-refresh=false');
        expect(destroyed.output).toContain('Destroy complete!');
        expect(destroyed.code).toBe(0);
      }
      const { secrets = [], orders: left = [], ...rest } = await ownedBy(project);
      expect(rest).toEqual({});
      expect(secrets.every((secret) => String(secret['name']).startsWith(`${name}-`))).toBe(true);
      for (const secret of secrets) {
        const id = String(secret['secret_ref']).split('/').at(-1) ?? '';
        const answer = await project.session.send('key-manager', `/v1/secrets/${id}`, { method: 'DELETE' });
        expect(answer).toMatchObject({ ok: true, value: { status: 204 } });
      }
      // Orders are a record of what was asked for, and Barbican lets only its administrators delete them.
      const { orders: records = [], ...nothing } = await ownedBy(project);
      expect([nothing, records.length]).toEqual([{}, left.length]);
    }, 1_200_000);
  },
);

interface Volume {
  readonly availability_zone: string;
  readonly attachments: readonly { readonly server_id: string }[];
}

/** Without what the content of the bundle decides. */
function withoutHashes(terraform: string): string {
  return terraform.replace(/\b[0-9a-f]{16}(?:[0-9a-f]{16}|[0-9a-f]{48})?\b/g, 'HASH');
}
