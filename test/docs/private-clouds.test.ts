import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { CatalogTarget, Target } from '../../mappings/template.js';
import { planWith } from '../support/plan-builder.js';
import { registeredTables } from '../support/registered-tables.js';
import { synthesize } from '../support/synth.js';
import { load } from '../support/templates.js';

const page = readFileSync('docs/private-clouds.md', 'utf8');
const versions = { trino: '476', hiveMetastore: '3.1.3', postgresql: '15' };
const topologies = ['small', 'standard', 'ha'] as const;
const servers = ['polaris', 'lakekeeper'] as const;
const kinds = topologies.flatMap((topology) => servers.map((server) => [topology, server] as const));

/** What machines are told: their user data and the bundle. */
function toldTo(topology: Target['topology'], server: (typeof servers)[number], changes: Partial<Target> = {}): string {
  const iceberg: CatalogTarget = { type: 'iceberg-rest', server, warehouse: 'lake-warehouse' };
  const target = { topology, versions, catalogs: { hive: { type: 'hive-metastore' }, iceberg }, ...changes } as const;
  const files = synthesize(planWith({ target, tables: server === 'polaris' ? registeredTables : [] }));
  return [...files]
    .filter(([path]) => path.startsWith('stacks/lakehouse/') && /cdk\.tf\.json$|bundle\.tar$/.test(path))
    .map(([, text]) => text)
    .join('\n');
}

/** A registry's host, a path, and a version or a digest. */
const imageName = /(?<![\w./@-])(?:[a-z0-9-]+\.)+[a-z]+(?::\d+)?\/[\w./-]+(?:@sha256:[0-9a-f]{64}|:[\w.-]+)/g;

const imagesIn = (text: string): readonly string[] => [...new Set(text.match(imageName) ?? [])];
const hostsIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host = '']) => host)),
];

/** Addresses of this machine, of the cloud and of the lakehouse. */
const isInside = (host: string): boolean =>
  /^(127\.0\.0\.1|10\.20\.0\.\d+|rgw\.acme\.example|iceberg-catalog|[a-z]+-\d)$/.test(host);

describe.each(kinds)('%s with %s', (topology, server) => {
  test('everything that a machine fetches is in the list', () => {
    const told = toldTo(topology, server);
    const images = imagesIn(told).filter((image) => !image.startsWith('registry.example/'));
    expect(images.length).toBeGreaterThanOrEqual(4);
    expect(images.filter((image) => !page.includes(`\`${image}\``))).toEqual([]);
    const hosts = hostsIn(told).filter((host) => !isInside(host));
    expect(hosts).toContain('repo1.maven.org');
    expect(hosts.filter((host) => !page.includes(host))).toEqual([]);
  });

  test('with mirrors, nothing comes from a public place', () => {
    const told = toldTo(topology, server, {
      mirrors: {
        containers: 'harbor.acme.example/lakehouse',
        debian: 'http://mirror.acme.example/debian',
        maven: 'https://nexus.acme.example/maven/',
      },
    });
    expect(told).not.toMatch(/docker\.io|quay\.io|maven\.org|deb\.debian\.org/);
    expect(imagesIn(told)).toContain('harbor.acme.example/lakehouse/trinodb/trino:476');
    expect(told).toContain('https://nexus.acme.example/maven/org/postgresql/postgresql/42.7.7/');
    const places = hostsIn(told).filter((host) => !isInside(host));
    expect(places.sort()).toEqual(['169.254.169.254', 'mirror.acme.example', 'nexus.acme.example']);
  });

  test('an image that is named by its digest is the one that runs', () => {
    const trino = `elsewhere.acme.example/trino@sha256:${'1'.repeat(64)}`;
    const told = toldTo(topology, server, { images: { trino }, mirrors: { containers: 'harbor.acme.example' } });
    expect(imagesIn(told)).toContain(trino);
    expect(told).not.toContain('/trinodb/trino');
  });
});

test('the packages that a machine installs are in the list', () => {
  const script = readFileSync('constructs/machine/install.py', 'utf8');
  const [, names = ''] = /packages = \[(.*)\]/.exec(script) ?? [];
  const packages = [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
  expect(packages).toHaveLength(4);
  expect(packages.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('the mapping in the page is valid', () => {
  const [template = ''] = /(?<=```yaml\n)[\s\S]*?(?=```)/.exec(page) ?? [];
  expect(load(template)).toMatchObject({
    ok: true,
    value: { target: { access: { hostNames: ['lake.acme.example'] } } },
  });
});
