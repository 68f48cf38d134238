import { describe, expect, test } from '@jest/globals';
import type { CatalogTarget } from '../../mappings/template.js';
import { planWith } from '../support/plan-builder.js';
import { synthesize } from '../support/synth.js';

const clients = ['hive-metastore', 'iceberg-catalog', 'migration-runner'];
const kinds = (['small', 'standard', 'ha'] as const).flatMap((topology) =>
  (['polaris', 'lakekeeper'] as const).map((server) => [topology, server] as const),
);

/** A file of the bundle: its header begins with its path, and takes a block. */
function fileIn(bundle: string, path: string): string {
  const at = bundle.indexOf(`${path}\0`);
  if (at === -1) throw new Error(`the bundle has no ${path}`);
  return bundle.slice(at + 512).split('\0')[0] ?? '';
}

describe.each(kinds)('PostgreSQL of %s with %s', (topology, server) => {
  const iceberg: CatalogTarget = { type: 'iceberg-rest', server, warehouse: 'lake-warehouse' };
  const catalogs = { hive: { type: 'hive-metastore' }, iceberg } as const;
  const files = synthesize(planWith({ target: { topology, catalogs } }));
  const bundle = files.get('stacks/lakehouse/config/bundle.tar') ?? '';

  test('takes connections from the network with TLS only', () => {
    const lines = fileIn(bundle, 'services/postgresql/files/pg_hba.conf').trim().split('\n');
    expect(lines.filter((line) => !line.startsWith('hostssl '))).toEqual(['local all all trust']);
    expect(fileIn(bundle, 'services/postgresql/files/start.sh')).toContain(
      '-c hba_file=/etc/aws2openstack/pg_hba.conf',
    );
  });

  test('is verified by each of its clients, whose machines have the authority first', () => {
    const roles = JSON.parse(fileIn(bundle, 'roles.json')) as Record<string, string[]>;
    for (const client of clients) {
      const unit = fileIn(bundle, `services/${client}/unit.service`);
      expect(unit).toContain('--volume /var/lib/aws2openstack/authority/ca.pem:/etc/authority/ca.pem:ro');
      expect(unit).toMatch(/^After=.*a2o-authority\.service/m);
      const of = Object.values(roles).filter((services) => services.includes(client));
      expect(of.length).toBeGreaterThan(0);
      for (const services of of) {
        const [authority, own] = [services.indexOf('authority'), services.indexOf(client)];
        expect([client, authority >= 0 && authority < own]).toEqual([client, true]);
      }
    }
    const settings = (service: string, file = 'settings.env'): string =>
      fileIn(bundle, `services/${service}/files/${file}`);
    const tls = 'sslmode=verify-full&sslrootcert=/etc/authority/ca.pem';
    expect(settings('migration-runner')).toContain(`/migration?${tls}&`);
    expect(settings('hive-metastore', 'conf/metastore-site.xml')).toContain(
      `/metastore?${tls.replace('&', '&amp;')}</value>`,
    );
    expect(settings('iceberg-catalog')).toContain(
      server === 'polaris'
        ? `/polaris?${tls}\n`
        : 'LAKEKEEPER__PG_SSL_MODE=verifyfull\nLAKEKEEPER__PG_SSL_ROOT_CERT=/etc/authority/ca.pem\n',
    );
  });

  if (topology === 'ha')
    test('is verified by its replicas, by the name of the primary', () => {
      expect(fileIn(bundle, 'services/postgresql/files/start.sh')).toContain(
        'host=$PRIMARY_HOST hostaddr=$PRIMARY_ADDRESS sslmode=verify-full sslrootcert=/etc/authority/ca.pem',
      );
      expect(fileIn(bundle, 'services/postgresql/files/settings.env')).toContain('PRIMARY_HOST=database-1\n');
      expect(fileIn(bundle, 'hosts')).toMatch(/^\S+ database-1$/m);
    });
});
