import { afterEach, describe, expect, test } from '@jest/globals';
import { App } from 'cdktf';
import { tmpdir } from 'node:os';
import { sha256 } from '../../core/canonical-json.js';
import type { Plan } from '../../mappings/plan.js';
import type { Target } from '../../mappings/template.js';
import { failedRules } from '../../constructs/common/index.js';
import { resolve } from '../../mappings/index.js';
import { layOutLakehouse } from '../../stacks/index.js';
import { assessmentWith, table as assessed } from '../support/assessment-builder.js';
import { header, load } from '../support/templates.js';
import { expectGolden } from '../support/golden.js';
import { bucket, database, planWith, sizingWith, table, targetWith } from '../support/plan-builder.js';
import { resourcesOf, synthesize } from '../support/synth.js';
import { registeredTables } from '../support/registered-tables.js';

const content = {
  buckets: [bucket('raw'), bucket('Curated.Data', { targetBucket: 'curated-data', versioning: 'on' })],
  databases: [database('logs'), database('sales', { locationUri: 's3://raw/sales' })],
  tables: registeredTables,
} as const;
const planOf = (topology: Target['topology'], changes: Partial<Plan> = {}): Plan =>
  planWith({ ...content, ...changes, target: { topology } });

const home = process.cwd();
afterEach(() => {
  process.chdir(home);
});

test('the access rules of machines for Swift and Barbican are next to the Terraform; Ceph does not support such rules', () => {
  const rulesOf = (type: Target['objectStore']['type']): string | undefined => {
    const plan = planOf('small');
    const target = { ...plan.target, objectStore: { ...plan.target.objectStore, type } };
    return synthesize({ ...plan, target }).get('stacks/lakehouse/machines/access-rules.json');
  };
  expect(rulesOf('ceph-rgw')).toBeUndefined();
  const rules = JSON.parse(rulesOf('swift') ?? '[]') as { service: string; method: string; path: string }[];
  expect(rules.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /**v1/*/lake-system/config/*',
    'PUT /**v1/*/lake-system/machines/*',
    'GET /**v1/secrets',
    'GET /**v1/secrets/*/payload',
  ]);
});

test('the catalog for conversion in place is there for a Plan that needs it', () => {
  const bundleOf = (tables: Plan['tables']): string =>
    synthesize(planOf('small', { tables })).get('stacks/lakehouse/config/bundle.tar') ?? '';
  expect(bundleOf([table('sales.t')])).not.toContain('a2o_in_place');
  const needed = bundleOf([table('sales.t', { catalog: 'iceberg', method: 'convert-in-place' })]);
  expect(needed).toContain('etc/catalog/a2o_in_place.properties');
  expect(needed).toContain('iceberg.catalog.type=hive_metastore\n');
});

describe.each(['small', 'standard', 'ha'] as const)('topology %s', (topology) => {
  const files = synthesize(planOf(topology));

  test.each(['lakehouse', 'lakehouse-storage'])('%s is as it was', (stack) => {
    const text = files.get(`stacks/${stack}/cdk.tf.json`) ?? '';
    // The same text for every machine; its hash says whether it changed.
    const short = text.replace(
      /"user_data": ("(?:[^"\\]|\\.)*")/g,
      (_all, data: string) => `"user_data": "sha256:${sha256(data)}"`,
    );
    expectGolden(`${stack}.${topology}.json`, `${short}\n`);
  });

  test('what a Prometheus is told is as it was', () => {
    expectGolden(`prometheus.${topology}.yml`, files.get('stacks/lakehouse/monitoring/prometheus.yml') ?? '');
  });

  test('two synths are the same, byte by byte, from another folder too', () => {
    process.chdir(tmpdir());
    expect(Object.fromEntries(synthesize(planOf(topology)))).toEqual(Object.fromEntries(files));
  });

  test('nothing in it shows where it was generated or contains a secret', () => {
    for (const [path, text] of files) {
      expect([path, text.includes(home) || text.includes(tmpdir())]).toEqual([path, false]);
    }
    const types = [...resourcesOf(files, 'lakehouse').keys()].map((address) => address.split('.')[0]);
    // These keep the secret's payload in Terraform's state.
    for (const type of ['keymanager_secret_v1', 'identity_application_credential_v3', 'identity_ec2_credential_v3']) {
      expect(types).not.toContain(`openstack_${type}`);
    }
    const { data } = JSON.parse(files.get('stacks/lakehouse/cdk.tf.json') ?? '{}') as { data: object };
    expect(Object.keys(data).sort()).toEqual(['openstack_images_image_v2', 'openstack_networking_network_v2']);
    const everything = [...files.values()].join('\n');
    // A secret is only ever a variable's name, a name in Barbican or a reference.
    expect(everything).not.toMatch(
      /(password|secret|access_key)["']?\s*[:=]\s*["']?(?!\$|openstack|the|")[A-Za-z0-9+/]{16,}/i,
    );
  });

  test('another table changes the manifest and its hashes, and nothing else', () => {
    const after = synthesize(planOf(topology, { tables: [...content.tables, table('sales.zebras')] }));
    const changed = [...after].filter(([path, text]) => files.get(path) !== text).map(([path]) => path);
    expect(changed).toEqual([
      'stacks/lakehouse-storage/cdk.tf.json',
      'stacks/lakehouse-storage/registration/hive.ndjson',
      'stacks/lakehouse-storage/registration/manifest.json',
    ]);
    const before = resourcesOf(files, 'lakehouse-storage');
    const differing = [...resourcesOf(after, 'lakehouse-storage')].filter(
      ([address, config]) => JSON.stringify(before.get(address)) !== JSON.stringify(config),
    );
    expect(differing.map(([, { name }]) => name)).toEqual(['registration/manifest.json', 'registration/hive.ndjson']);
  });

  test('another bucket is one more resource, and one more that the Iceberg catalog allows', () => {
    const after = synthesize(planOf(topology, { buckets: [bucket('another'), ...content.buckets] }));
    const before = resourcesOf(files, 'lakehouse-storage');
    const added = [...resourcesOf(after, 'lakehouse-storage')].filter(([address]) => !before.has(address));
    expect(added.map(([, { name }]) => name)).toEqual(['another']);
    const kept = [...resourcesOf(files, 'lakehouse').keys()];
    expect([...resourcesOf(after, 'lakehouse').keys()]).toEqual(kept);
    expect(after.get('stacks/lakehouse/config/bundle.tar')).toContain('"s3://another/"');
  });

  test('a changed setting is a new bundle for the same machines', () => {
    const hive = { name: 'acme', type: 'hive-metastore' } as const;
    const catalogs = { ...targetWith().catalogs };
    const after = synthesize(
      planWith({
        ...content,
        target: {
          topology,
          catalogs: { iceberg: catalogs['iceberg'] ?? hive, hive },
          objectStore: { ...targetWith().objectStore, endpoint: 'https://other.example' },
        },
      }),
    );
    const machines = (from: ReadonlyMap<string, string>): Map<string, Record<string, unknown>> =>
      new Map(
        [...resourcesOf(from, 'lakehouse')].filter(([address]) => address.startsWith('openstack_compute_instance_v2')),
      );
    for (const [address, config] of machines(after)) {
      const { metadata: was, ...rest } = machines(files).get(address) ?? {};
      const { metadata: is, ...same } = config;
      expect(same).toEqual(rest);
      expect(is).not.toEqual(was);
    }
  });
});

test('Trino can be reached from the networks that the mapping names, and from nowhere else', () => {
  const rules = [...resourcesOf(synthesize(planOf('standard')), 'lakehouse')].filter(([address]) =>
    address.includes('secgroup_rule'),
  );
  const fromOutside = rules
    .map(([, rule]) => rule)
    .filter((rule) => rule['direction'] === 'ingress' && !('remote_group_id' in rule));
  const ports = (cidr: string): unknown[] =>
    fromOutside.filter((rule) => rule['remote_ip_prefix'] === cidr).map((rule) => rule['port_range_min']);
  expect(ports('198.51.100.0/24')).toEqual([22, 8443]);
  // What collects figures: of five groups of machines, two Trino's and the catalog's own.
  expect(ports('192.0.2.0/28').sort()).toEqual([8182, 8443, 8443, 9100, 9100, 9100, 9100, 9100].map(Number).sort());
  expect(fromOutside).toHaveLength(10);
});

test('without an external network there is no router and no floating IP', () => {
  const network = { ...targetWith().network, external: null };
  const files = synthesize(planWith({ target: { network } }));
  const types = new Set([...resourcesOf(files, 'lakehouse').keys()].map((address) => address.split('.')[0]));
  expect([...types].filter((type) => /router|floatingip/.test(type ?? ''))).toEqual([]);
});

test('security group rules admit only groups and networks of the mapping', () => {
  for (const topology of ['small', 'standard', 'ha'] as const) {
    for (const [address, rule] of resourcesOf(synthesize(planOf(topology)), 'lakehouse')) {
      if (!address.includes('secgroup_rule') || rule['direction'] === 'egress') continue;
      expect([address, rule['remote_ip_prefix'] ?? rule['remote_group_id']]).toEqual([address, expect.any(String)]);
      expect(rule['remote_ip_prefix']).not.toBe('0.0.0.0/0');
      expect(rule['protocol']).toBe('tcp');
    }
  }
});

test('nothing collects figures unless the mapping names a network', () => {
  const network = { ...targetWith().network, monitorFrom: [] };
  const files = synthesize(planWith({ target: { network } }));
  expect(files.get('stacks/lakehouse/cdk.tf.json')).not.toContain('9100');
  expect(files.get('stacks/lakehouse/config/bundle.tar')).not.toContain('node-exporter');
  expect([...files.keys()].filter((path) => path.includes('monitoring'))).toEqual([]);
});

test('in ha the loss of a zone takes one of everything, and leaves another', () => {
  const resources = [...resourcesOf(synthesize(planOf('ha')), 'lakehouse')];
  const zonesOf = (name: RegExp): unknown[] =>
    resources
      .filter(
        ([address, { name: host }]) => address.startsWith('openstack_compute_instance_v2') && name.test(String(host)),
      )
      .map(([, config]) => config['availability_zone']);
  expect(zonesOf(/database/)).toEqual(['az-1', 'az-2', 'az-3']);
  expect(zonesOf(/catalog/).sort()).toEqual(['az-1', 'az-1', 'az-2', 'az-2', 'az-3', 'az-3']);
  expect(zonesOf(/gateway/)).toEqual(['az-1', 'az-2']);
  expect(zonesOf(/lake-coordinator/)).not.toEqual(zonesOf(/batch-coordinator/));
  expect(new Set(zonesOf(/lake-worker/)).size).toBe(3);
});

test.each([
  ['same', ['az-1', 'az-2', 'az-3']],
  ['any', [undefined, undefined, undefined]],
] as const)(
  'volumes of ha are in the zone of their machine, unless the block storage chooses: %s',
  (volumeZones, zones) => {
    const volumes = (target: Partial<Target>): Record<string, unknown>[] =>
      [...resourcesOf(synthesize(planWith({ target })), 'lakehouse')]
        .filter(([address]) => address.startsWith('openstack_blockstorage_volume_v3'))
        .map(([, config]) => config);
    const data = volumes({ topology: 'ha', volumeZones }).filter(({ name }) => String(name).endsWith('-data'));
    expect(data.map(({ availability_zone: zone }) => zone)).toEqual(zones);
    // Its machines are in no zone that the mapping names.
    expect(volumes({ topology: 'standard', volumeZones }).some((volume) => 'availability_zone' in volume)).toBe(false);
  },
);

test('another primary is another bundle and no other machine', () => {
  const resources = (databasePrimary: number): ReadonlyMap<string, Record<string, unknown>> =>
    resourcesOf(synthesize(planWith({ ...content, target: { topology: 'ha', databasePrimary } })), 'lakehouse');
  const [before, after] = [resources(1), resources(2)];
  expect([...after.keys()]).toEqual([...before.keys()]);
  const changed = [...after].filter(
    ([address, config]) => JSON.stringify(config) !== JSON.stringify(before.get(address)),
  );
  expect(new Set(changed.map(([address]) => address.split('.')[0]))).toEqual(
    new Set(['openstack_compute_instance_v2', 'openstack_objectstorage_object_v1']),
  );
});

test('only the volume of the database outlives its machine, and workers are kept apart', () => {
  const resources = resourcesOf(synthesize(planOf('standard')), 'lakehouse');
  const of = (type: string): Record<string, unknown>[] =>
    [...resources].filter(([address]) => address.startsWith(`openstack_${type}.`)).map(([, config]) => config);
  const volumes = of('blockstorage_volume_v3');
  expect(volumes.filter(({ lifecycle }) => lifecycle !== undefined)).toEqual([
    expect.objectContaining({ name: 'lake-database-data', size: 100, lifecycle: { prevent_destroy: true } }),
  ]);
  expect(volumes.map(({ name }) => name).sort()).toEqual([
    'lake-database-data',
    ...[1, 2, 3].map((n) => `lake-worker-${n}-spill`),
  ]);
  expect(of('compute_servergroup_v2').map(({ name, policies }) => [name, policies])).toContainEqual([
    'lake-worker',
    ['soft-anti-affinity'],
  ]);
  expect(of('networking_secgroup_v2').every((group) => group['delete_default_rules'] === true)).toBe(true);
  expect(of('compute_instance_v2')).toHaveLength(9);
});

test('a machine is handed the references of its own secrets only', () => {
  const resources = [...resourcesOf(synthesize(planOf('standard')), 'lakehouse')];
  const metadataOf = (name: string): string[] =>
    Object.keys(resources.find(([, config]) => config['name'] === name)?.[1]['metadata'] ?? {}).filter((key) =>
      key.startsWith('a2o_secret_'),
    );
  expect(metadataOf('lake-worker-1')).toEqual(['a2o_secret_lake-polaris', 'a2o_secret_lake-trino-shared']);
  expect(metadataOf('lake-runner-1')).toEqual([
    'a2o_secret_lake-authority',
    'a2o_secret_lake-postgresql-migration',
    'a2o_secret_lake-trino-migration',
  ]);
  expect(metadataOf('lake-catalog-1')).toEqual([
    'a2o_secret_lake-authority',
    'a2o_secret_lake-polaris',
    'a2o_secret_lake-polaris-token-key',
    'a2o_secret_lake-postgresql-metastore',
    'a2o_secret_lake-postgresql-polaris',
  ]);
  expect(metadataOf('lake-database')).toEqual([
    'a2o_secret_lake-authority',
    'a2o_secret_lake-postgresql-metastore',
    'a2o_secret_lake-postgresql-migration',
    'a2o_secret_lake-postgresql-polaris',
    'a2o_secret_lake-postgresql-postgres',
  ]);
});

test('without a program for the runners there is no database for them, and a warning', () => {
  const files = synthesize(planWith({ target: { topology: 'standard', runner: null } }));
  const bundle = files.get('stacks/lakehouse/config/bundle.tar') ?? '';
  expect(bundle).not.toContain('migration-runner');
  expect(bundle).not.toContain('CREATE ROLE "migration"');
  const app = new App();
  layOutLakehouse(app, planWith({ target: { topology: 'standard', runner: null } }));
  const [lakehouse] = app.node.children.filter(({ node }) => node.id === 'lakehouse');
  expect(lakehouse?.node.metadata.map(({ data }) => String(data))).toContainEqual(
    expect.stringContaining('target.runner is null'),
  );
});

test('Lakekeeper replaces Polaris if the mapping says so', () => {
  const catalogs = { lake: { type: 'iceberg-rest', server: 'lakekeeper', warehouse: 'lake-warehouse' } } as const;
  const files = synthesize(
    planWith({ target: { catalogs, objectStore: { ...targetWith().objectStore, type: 'ceph-rgw' } } }),
  );
  const bundle = files.get('stacks/lakehouse/config/bundle.tar') ?? '';
  expect(bundle).toContain('quay.io/lakekeeper/catalog:');
  expect(bundle).not.toContain('iceberg.rest-catalog.oauth2');
  expect(bundle).not.toContain('hive-metastore/unit.service');
});

test('Trino and the catalog send no checksum behind the data to a store that would take it for data', () => {
  const settings = (type: 'swift' | 'ceph-rgw', trailingChecksums?: boolean): string[] => {
    const capabilities = trailingChecksums === undefined ? {} : { trailingChecksums };
    const objectStore = { ...targetWith().objectStore, type, capabilities };
    const bundle = synthesize(planWith({ target: { objectStore } })).get('stacks/lakehouse/config/bundle.tar') ?? '';
    return bundle.match(/AWS_REQUEST_CHECKSUM_CALCULATION=.*/g) ?? [];
  };
  const set = Array<string>(3).fill('AWS_REQUEST_CHECKSUM_CALCULATION=when_required');
  expect([settings('ceph-rgw'), settings('ceph-rgw', false)]).toEqual([[], set]);
  expect([settings('swift'), settings('swift', true)]).toEqual([set, []]);
});

test.each<[string, Parameters<typeof planWith>[0], string[]]>([
  [
    'a bucket name of capitals and a volume of nothing',
    { buckets: [bucket('UPPER')], target: { sizing: sizingWith({ dataVolumeGb: 0 }) } },
    ['bucket-name-not-s3', 'data-volume-size'],
  ],
])('%s is refused with %j', (_name, changes, codes) => {
  const app = new App();
  layOutLakehouse(app, planWith(changes));
  expect([...new Set(failedRules(app).map(({ code }) => code))]).toEqual(codes);
  for (const { path, message, fix } of failedRules(app)) {
    expect(path).toMatch(/^lakehouse(-storage)?(\/|$)/);
    expect(message).not.toContain('undefined');
    expect(fix).not.toBe('');
  }
});

const iceberg = (warehouse: string): Pick<Target, 'catalogs'> => ({
  catalogs: {
    ...targetWith().catalogs,
    iceberg: { type: 'iceberg-rest', server: 'polaris', warehouse },
  },
});

test('a warehouse whose name no store allows is corrected where the mapping names it', () => {
  const app = new App();
  layOutLakehouse(app, planWith({ target: iceberg('UPPER') }));
  expect(failedRules(app).map(({ fix }) => fix)).toEqual([
    'Change `target.catalogs.iceberg.warehouse`, from which the name is derived.',
  ]);
});

test('a target at its limits that the mapping accepts is laid out without a failed rule', () => {
  const template = load(`${header}extends: default
target:
  name: ${'n'.repeat(32)}
  topology: ha
  zones: [${Array.from({ length: 12 }, (_, index) => `az-${index}`).join(', ')}]
  network: { cidr: 10.20.0.0/24, external: public, allowFrom: [0.0.0.0/0], monitorFrom: [192.0.2.0/28] }
  sizing: { trinoWorkers: 96, batchWorkers: 94, runners: 16, queryMemoryPerNodeGb: 33 }
`);
  if (!template.ok) throw new Error(JSON.stringify(template.error));
  const app = new App();
  layOutLakehouse(app, resolve(assessmentWith([assessed('sales.orders')]), template.value));
  expect(failedRules(app)).toEqual([]);
});

test('a bug in the layout keeps its stack trace', () => {
  const app = new App();
  const broken = { ...planWith(), buckets: undefined } as unknown as Plan;
  let thrown: unknown;
  try {
    layOutLakehouse(app, broken);
  } catch (error) {
    thrown = error;
  }
  expect((thrown as Error).stack).toContain('lakehouse-storage-stack');
});

test('the system container is created first: a project’s first requests fail in RGW when they are concurrent', () => {
  const files = synthesize(planWith({ buckets: [bucket('raw')] }));
  const resources = [...resourcesOf(files, 'lakehouse-storage')];
  const [system] = resources.find(([, { name }]) => name === 'lake-system') ?? [];
  const others = resources.filter(([address]) => address !== system);
  expect(others.length).toBeGreaterThan(3);
  for (const [, config] of others) expect(config['depends_on']).toEqual([system]);
});

test('resources with data are protected from destruction unless the mapping says otherwise', () => {
  const protectedBy = (protectData: boolean): string[] => {
    const files = synthesize(planWith({ buckets: [bucket('raw')], target: { protectData } }));
    return ['lakehouse', 'lakehouse-storage']
      .flatMap((stack) => [...resourcesOf(files, stack)])
      .filter(([, { lifecycle }]) => (lifecycle as Record<string, unknown> | undefined)?.['prevent_destroy'] === true)
      .map(([address]) => (address.split('.')[0] ?? '').replace('openstack_', ''));
  };
  expect([...new Set(protectedBy(true))].sort()).toEqual([
    'blockstorage_volume_v3',
    'keymanager_order_v1',
    'objectstorage_container_v1',
  ]);
  expect(protectedBy(false)).toEqual([]);
});
