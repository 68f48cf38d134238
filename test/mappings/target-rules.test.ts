import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDiagnostic } from '../../core/diagnostic.js';
import { planFromFiles } from '../../mappings/index.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { header, load } from '../support/templates.js';

/** What `mappings check` says of a template that extends the default with this target. */
function checked(target: string): string[] {
  const loaded = load(`${header}extends: default\ntarget:\n${target}`);
  return loaded.ok ? [] : loaded.error.map(formatDiagnostic);
}

const backend = (name: string, settings: string): string =>
  `  state:\n    backend: ${name}\n    settings: ${settings}\n`;

describe('a rule of the target is judged by `mappings check`, with its place', () => {
  test.each<[string, string, string]>([
    [
      'no catalog',
      '  catalogs: { hive: null, iceberg: null }\n',
      'acme.yaml:6:13: error: The target has no catalog; Trino needs at least one. [no-catalog]\n' +
        '  fix: Add one under `target.catalogs`.',
    ],
    [
      'two Hive catalogs',
      '  catalogs:\n    other: { type: hive-metastore }\n',
      'acme.yaml:7:12: error: The catalogs hive, other would show the same Hive Metastore; at most one is allowed. [several-hive-catalogs]\n' +
        '  fix: Keep one catalog of type hive-metastore under `target.catalogs` (`null` removes an inherited one).',
    ],
    [
      'two Iceberg servers',
      '  catalogs:\n    other: { type: iceberg-rest, server: lakekeeper, warehouse: w-2 }\n',
      'acme.yaml:7:5: error: The Iceberg catalogs use the servers lakekeeper and polaris; only one is allowed. [several-iceberg-servers]\n' +
        '  fix: Give all catalogs of type iceberg-rest under `target.catalogs` the same `server`.',
    ],
    [
      'a catalog name that Trino reserves',
      '  catalogs:\n    system: { type: iceberg-rest, server: polaris, warehouse: w-2 }\n',
      "acme.yaml:7:13: error: The catalog name 'system' is reserved by Trino. [trino-catalog-reserved]\n" +
        '  fix: Rename the catalog under `target.catalogs`.',
    ],
    [
      'two warehouses in one bucket',
      '  catalogs:\n    other: { type: iceberg-rest, server: polaris, warehouse: lakehouse-warehouse }\n',
      "acme.yaml:7:5: error: The bucket 'lakehouse-warehouse' would be used as the warehouse of catalog 'iceberg' and the warehouse of catalog 'other'; each needs its own bucket. [own-bucket-clash]\n" +
        '  fix: Change `target.catalogs.iceberg.warehouse` or `target.catalogs.other.warehouse`.',
    ],
    [
      'a warehouse in the system container',
      '  name: lake\n  catalogs: { iceberg: { type: iceberg-rest, warehouse: lake-system } }\n',
      "acme.yaml:7:57: error: The bucket 'lake-system' would be used as the system container and the warehouse of catalog 'iceberg'; each needs its own bucket. [own-bucket-clash]\n" +
        '  fix: Change `target.name` or `target.catalogs.iceberg.warehouse`.',
    ],
    [
      'a query that needs more than the heap',
      '  sizing: { queryMemoryPerNodeGb: 60 }\n',
      "acme.yaml:6:35: error: A query would get 60 GB on each node, but Trino's heap on a machine with 64 GB has room for only 22 GB. [query-memory]\n" +
        '  fix: Lower `target.sizing.queryMemoryPerNodeGb`, or set it to `auto`.',
    ],
    [
      'ha without zones',
      '  topology: ha\n',
      "acme.yaml:6:3: error: The topology 'ha' spreads its machines over zones, but target.zones is empty. [no-zones]\n" +
        '  fix: Set `target: { zones: [az-1, az-2, az-3] }` with your zones (`openstack availability zone list` shows them; a name may occur more than once).',
    ],
    [
      'ha with one zone in a /29',
      '  topology: ha\n  zones: [az-1]\n  network: { cidr: 10.20.0.0/29 }\n',
      'acme.yaml:8:20: error: 10.20.0.0/29 has 8 addresses; 16 machines and the gaps between their groups need 164. [network-too-small]\n' +
        '  fix: Widen `target.network.cidr`, or reduce the number of machines in `target.sizing`.',
    ],
    [
      'more runners than addresses',
      '  topology: standard\n  sizing: { runners: 17 }\n',
      "acme.yaml:7:22: error: The network has addresses for 16 machines of the group 'runner', but 17 are needed. [network-group-too-large]\n" +
        '  fix: Lower `target.sizing.runners`; `aws2openstack explain sizing` shows how an automatic value is computed.',
    ],
    [
      'a text of two lines',
      '  region: "a\\nExecStartPre=/bin/sh"\n',
      "acme.yaml:6:11: error: 'region' contains a control character, which is not allowed. [bad-text]\n" +
        '  fix: Write the plain value on one line, without \\, ${…} or %{…}.',
    ],
    [
      'a name that Terraform would evaluate',
      '  access: { groups: { "%{x}": [ann] } }\n',
      "acme.yaml:6:32: error: 'access.groups.%{x}.0' contains a Terraform template, which is not allowed. [bad-text]\n" +
        '  fix: Write the plain value on one line, without \\, ${…} or %{…}.',
    ],
    [
      'a warehouse that is not a bucket name',
      '  catalogs: { iceberg: { type: iceberg-rest, warehouse: a..b } }\n',
      "acme.yaml:6:57: error: 'warehouse' is 'a..b', which does not have the required form. [bad-value]\n  fix: Correct 'warehouse'. Expected: 3 to 63 lower case letters, digits, dots and hyphens; no two dots in a row",
    ],
    [
      'a misspelt setting of the state',
      backend('s3', '{ bukket: tfstate, key: "${stack}" }'),
      "acme.yaml:8:25: error: The backend s3 has no setting 'bukket'. [bad-state]\n  fix: Did you mean 'bucket'?",
    ],
    [
      'a backend by the name of the stack',
      backend('"${stack}"', '{ key: "${stack}" }'),
      "acme.yaml:7:14: error: 'backend' is '${stack}'; allowed: local, http, pg, s3.",
    ],
    [
      'a misspelt setting in a section',
      backend('s3', '{ bucket: tfstate, key: "${stack}", endpoints: { s4: "https://rgw.acme.example" } }'),
      "'endpoints' has no setting 's4'. [bad-state]\n  fix: Did you mean 's3'?",
    ],
    [
      'a setting of another backend',
      backend('pg', '{ schema_name: "${stack}", bucket: tfstate }'),
      "The backend pg has no setting 'bucket'. [bad-state]\n  fix: Use one of conn_str, schema_name",
    ],
    [
      'a list where Terraform takes a single value',
      backend('s3', '{ bucket: [tfstate], key: "${stack}" }'),
      "acme.yaml:8:25: error: 'bucket' takes a single value, not a list. [bad-state]\n  fix: Write 'bucket' as a single value.",
    ],
    [
      'a single value where Terraform takes a list',
      backend('s3', '{ bucket: tfstate, key: "${stack}", allowed_account_ids: "123456789012" }'),
      "'allowed_account_ids' takes a list, not a single value. [bad-state]\n  fix: Write 'allowed_account_ids' as a list.",
    ],
  ])('%s', (_name, target, expected) => {
    const problems = checked(target);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  test('a backend on RGW with lists and sections, and a certificate of several lines, are as Terraform takes them', () => {
    const s3 =
      '{ bucket: tfstate, key: "${stack}.tfstate", region: default, use_path_style: true, skip_s3_checksum: true, endpoints: { s3: "https://rgw.acme.example" }, shared_config_files: [/etc/aws/config], assume_role: { role_arn: "arn:aws:iam::123456789012:role/t", policy_arns: ["arn:aws:iam::1:policy/p"], tags: { any: thing } } }';
    expect(checked(backend('s3', s3))).toEqual([]);
    const http = '{ address: "https://git.acme.example/${stack}", client_ca_certificate_pem: "a\\nb\\n" }';
    expect(checked(backend('http', http))).toEqual([]);
    const template = '{ address: "https://git.acme.example/${stack}/%{x}" }';
    expect(checked(backend('http', template)).join()).toContain('[bad-text]');
  });
});

describe('what only the Plan tells of the target is judged where the Plan is made, with its place', () => {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-target-'));
  const mapping = join(folder, 'acme.yaml');
  const large = { value: 9e12, source: 'crawler', confidence: 'medium' } as const;
  const tables = ['a', 'b', 'c', 'd', 'e'].map((name) => table(`sales.${name}`, { size: large }));

  beforeAll(() => {
    writeFileSync(
      join(folder, 'glue-catalog-assessment.json'),
      JSON.stringify(assessmentWith([...tables, table('sales.own', { location: 's3://lake-system/own/' })])),
    );
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  async function planned(target: string): Promise<string[]> {
    writeFileSync(mapping, `${header}extends: default\ntarget:\n${target}`);
    const result = await planFromFiles({ assessment: folder, mapping });
    const problems = result.ok ? [] : result.error.filter(({ code }) => code !== 'placeholder-endpoint');
    return problems.map((each) => formatDiagnostic(each).replace(`${folder}/`, ''));
  }

  test('workers that the tables ask for and the network cannot hold', async () => {
    expect(await planned('  topology: standard\n  network: { cidr: 10.20.0.0/26 }\n')).toEqual([
      'acme.yaml:7:20: error: 10.20.0.0/26 has 64 addresses; 139 machines and the gaps between their groups need 167. [network-too-small]\n' +
        '  fix: Widen `target.network.cidr`, or reduce the number of machines in `target.sizing`.',
    ]);
    expect(await planned('  topology: standard\n  network: { cidr: 10.20.0.0/23 }\n')).toEqual([]);
  });

  test('a source bucket that takes the name of one of our own', async () => {
    expect(await planned('  name: lake\n')).toEqual([
      "acme.yaml:6:9: error: The bucket 'lake-system' would be used as the system container and bucket:lake-system; each needs its own bucket. [own-bucket-clash]\n" +
        "  fix: Change `target.name` or `to.bucket` in the rule 'buckets keep their names'.",
    ]);
  });
});
