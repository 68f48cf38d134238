import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { Target } from '../../mappings/template.js';
import { failedRules } from '../../constructs/common/index.js';
import { layOutLakehouse } from '../../stacks/index.js';
import { App } from 'cdktf';
import { planWith } from '../support/plan-builder.js';
import { makeAuthority } from '../support/private-authority.js';
import { registeredTables } from '../support/registered-tables.js';
import { resourcesOf, synthesize } from '../support/synth.js';

const acme = makeAuthority().certificate;
const trust = { authorities: [acme] };

/** A file of the bundle: its header begins with its path, and takes a block. */
function fileIn(bundle: string, path: string): string {
  const at = bundle.indexOf(`${path}\0`);
  return at === -1 ? '' : (bundle.slice(at + 512).split('\0')[0] ?? '');
}

function synthesizedWith(topology: Target['topology'], changes: Partial<Target>) {
  const files = synthesize(planWith({ target: { topology, ...changes }, tables: registeredTables }));
  const terraform = JSON.parse(files.get('stacks/lakehouse/cdk.tf.json') ?? '{}') as {
    provider: { openstack: [{ cacert_file?: string }] };
  };
  return { files, terraform, bundle: files.get('stacks/lakehouse/config/bundle.tar') ?? '' };
}

describe.each(['small', 'standard', 'ha'] as const)('a private authority in %s', (topology) => {
  const plain = synthesizedWith(topology, {});
  const trusting = synthesizedWith(topology, { trust });

  test('Terraform’s provider trusts it, in both stacks', () => {
    for (const stack of ['lakehouse', 'lakehouse-storage']) {
      const text = trusting.files.get(`stacks/${stack}/cdk.tf.json`) ?? '{}';
      const { provider } = JSON.parse(text) as { provider: { openstack: [{ cacert_file?: string }] } };
      expect(provider.openstack[0].cacert_file).toBe(acme);
    }
    expect(plain.terraform.provider.openstack[0]).not.toHaveProperty('cacert_file');
  });

  test('no resource has another name for it', () => {
    const names = (of: typeof plain): string[] => [...resourcesOf(of.files, 'lakehouse').keys()].sort();
    expect(names(trusting)).toEqual(names(plain));
  });

  test('every machine trusts it from its first boot, and by its bundle', () => {
    const instances = [...resourcesOf(trusting.files, 'lakehouse')].filter(([name]) =>
      name.startsWith('openstack_compute_instance_v2.'),
    );
    expect(instances.length).toBeGreaterThan(0);
    for (const [, { user_data: userData }] of instances)
      expect(parse(userData as string)).toMatchObject({ ca_certs: { trusted: [acme] } });
    const roles = JSON.parse(fileIn(trusting.bundle, 'roles.json')) as Record<string, string[]>;
    for (const services of Object.values(roles)) expect(services[0]).toBe('trust');
    expect(fileIn(trusting.bundle, 'services/trust/files/authorities.pem')).toBe(acme);
    expect(plain.bundle).not.toContain('services/trust/');
  });

  test('every container that reaches the object store has it, after it is there', () => {
    const { bundle } = trusting;
    const mount = /--volume \/var\/lib\/aws2openstack\/trust\/[0-9a-f]{16}:\/etc\/aws2openstack-trust:ro/;
    for (const name of ['hive-metastore', 'iceberg-catalog', 'migration-runner', 'trino-coordinator']) {
      const unit = fileIn(bundle, `services/${name}/unit.service`);
      expect(unit).toMatch(mount);
      expect(unit).toMatch(/^After=.*a2o-trust\.service/m);
    }
    const java = '-Djavax.net.ssl.trustStore=/etc/aws2openstack-trust/authorities.jks';
    expect(fileIn(bundle, 'services/trino-coordinator/files/etc/jvm.config')).toContain(`${java}\n`);
    for (const name of ['hive-metastore', 'iceberg-catalog'])
      expect(fileIn(bundle, `services/${name}/files/settings.env`)).toContain(`JAVA_TOOL_OPTIONS=${java} `);
    expect(fileIn(bundle, 'services/migration-runner/files/settings.env')).toContain(
      'SSL_CERT_FILE=/etc/aws2openstack-trust/authorities.pem\n',
    );
  });
});

test('Lakekeeper reads the authorities in PEM', () => {
  const catalogs = { iceberg: { type: 'iceberg-rest', server: 'lakekeeper', warehouse: 'lake-warehouse' } } as const;
  const files = synthesize(planWith({ target: { topology: 'small', trust, catalogs } }));
  const bundle = files.get('stacks/lakehouse/config/bundle.tar') ?? '';
  expect(fileIn(bundle, 'services/iceberg-catalog/files/settings.env')).toContain('SSL_CERT_FILE=');
});

test('Trino’s certificate is for the names that users know', () => {
  const access = { admins: [], groups: {}, usersSecret: null, hostNames: ['lake.acme.example'] };
  const { bundle } = synthesizedWith('small', { access });
  expect(fileIn(bundle, 'services/authority/unit.service')).toMatch(
    /issue-certificate\.py \/var\/lib\/aws2openstack\/authority lake\.acme\.example\n/,
  );
});

test('authorities that Nova’s user data has no room for are one clear error', () => {
  const app = new App({ outdir: '/tmp/never-written' });
  const many = Array.from({ length: 80 }, (_, index) => acme.replace('MII', `MI${index}`));
  layOutLakehouse(app, planWith({ target: { topology: 'small', trust: { authorities: many } } }));
  expect(failedRules(app)).toEqual([
    expect.objectContaining({ code: 'user-data-size', fix: expect.stringContaining('target.trust.caFile') }),
  ]);
});
