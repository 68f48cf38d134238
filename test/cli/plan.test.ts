import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Assessment } from '../../assessments/index.js';
import { sha256 } from '../../core/canonical-json.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { cli } from '../support/run-cli.js';

let folder = '';
let lake = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-plan-'));
  lake = write(
    'lake.json',
    assessmentWith([
      table('sales.orders'),
      table('sales.customers', { format: 'ICEBERG' }),
      table('raw.delta', { format: 'DELTA' }),
    ]),
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: Assessment | string): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('plan', () => {
  test('shows where tables go, what is blocked and why, and what to do next', async () => {
    const { code, stdout, stderr } = await cli(['plan', '--assessment', lake]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^<built-in>\/default\.yaml:\d+:\d+: warning: .*\[placeholder-endpoint\]\n {2}fix: .*\n$/);
    expect(stdout).toContain('tables             3       2        0        1');
    expect(stdout).toContain('table:raw.delta: convert it at the source first');
    expect(stdout).toMatch(/hive +external +1\n/);
    expect(stdout).toMatch(/Unused rules\n {2}database links are followed/);
    expect(stdout).toContain('Next: aws2openstack explain');
  });

  test('--json holds every asset once, and --output writes it', async () => {
    const output = join(folder, 'sub', 'plan.json');
    const { stdout } = await cli(['plan', '-a', lake, '--json', '-o', output]);
    const document = JSON.parse(stdout) as { items: { key: string }[] };
    expect(document).toMatchObject({ totals: { table: { assessed: 3, mapped: 2, skipped: 0, blocked: 1 } } });
    expect(document.items.map(({ key }) => key).sort()).toEqual([
      'bucket:lake',
      'database:raw',
      'database:sales',
      'table:raw.delta',
      'table:sales.customers',
      'table:sales.orders',
    ]);
    expect(JSON.parse(readFileSync(output, 'utf8'))).toEqual(document);
  });

  test('a grant for something that the Plan does not create is a warning; one that would hide nothing is refused', async () => {
    const template = (name: string, on: string, more: string): string =>
      write(
        name,
        `apiVersion: aws2openstack/v1\nkind: MappingTemplate\nmetadata: { name: acme }\nextends: default\n` +
          `grants:\n  - { name: a, to: { user: anna }, on: { schema: ${on} }, privileges: [SELECT]${more} }\n`,
      );
    const misspelt = template('misspelt.yaml', 'slaes', '');
    const { code, stdout, stderr } = await cli(['plan', '-a', lake, '-m', misspelt]);
    expect(code).toBe(0);
    expect(stdout).toContain('Tables by catalog and method');
    expect(stderr).toContain(
      `${misspelt}:6:5: warning: The grant 'a' names the schema 'slaes', which the Plan does not create. [unknown-schema]\n` +
        `  fix: Did you mean 'sales'?\n`,
    );
    const leaking = await cli([
      'plan',
      '-a',
      lake,
      '-m',
      template('leaking.yaml', 'sales', ', columns: { hide: [idd] }'),
    ]);
    expect([leaking.code, leaking.stdout]).toEqual([1, '']);
    expect(leaking.stderr).toContain("error: The grant 'a' hides or masks the column 'idd'");
  });

  test('--diff with another template names what changes', async () => {
    const { code, stdout } = await cli(['plan', '-a', lake, '-m', 'everything-to-iceberg', '--diff', 'default']);
    expect(code).toBe(0);
    expect(stdout).toContain(
      'table:sales.orders\n  - mapped: table hive.sales.orders (external, s3://lake/sales/orders/)',
    );
    expect(stdout).toContain('+ mapped: table iceberg.sales.orders (convert');
    expect(stdout).toContain('1 asset, 1 setting differ from default.');
  });

  test('--diff with another assessment names added and removed assets', async () => {
    const later = write('later.json', assessmentWith([table('sales.orders'), table('sales.returns')]));
    const { stdout } = await cli(['plan', '-a', later, '--diff', lake, '--json']);
    expect((JSON.parse(stdout) as { key: string }[]).map(({ key }) => key)).toEqual([
      'database:raw',
      'table:raw.delta',
      'table:sales.customers',
      'table:sales.returns',
    ]);
  });

  test('--diff shows other settings, other grants and another order of them', async () => {
    const template = (target: string, grants: string): string =>
      write(
        `grants-${sha256(target + grants).slice(0, 8)}.yaml`,
        `apiVersion: aws2openstack/v1\nkind: MappingTemplate\nmetadata: { name: acme }\nextends: default\n` +
          `target: { access: { groups: { analysts: [${target}] } } }\ngrants:\n${grants}`,
      );
    const read = '  - { name: read, to: { group: analysts }, on: { schema: sales }, privileges: [SELECT] }\n';
    const raw = '  - { name: raw, to: { group: analysts }, on: { schema: raw }, privileges: [] }\n';
    const own = '  - { name: own, to: { user: zoe }, privileges: [SELECT, OWNERSHIP] }\n';
    const before = template('anna', raw + read);
    const after = template('anna, ben', read.replace('SELECT', 'SELECT, INSERT') + raw + own);
    const { code, stdout } = await cli(['plan', '-a', lake, '-m', after, '--diff', before]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'setting:target.access.groups.analysts',
        '  - set: ["anna"]',
        '  + set: ["anna","ben"]',
        'grant:own',
        '  + granted: users zoe; catalogs hive, iceberg; schemas *; tables *; privileges SELECT, OWNERSHIP',
        'grant:read',
        '  - granted: groups analysts; catalogs hive, iceberg; schemas sales; tables *; privileges SELECT',
        '  + granted: groups analysts; catalogs hive, iceberg; schemas sales; tables *; privileges SELECT, INSERT',
        'grants',
        '  - set: in this order: raw, read',
        '  + set: in this order: read, raw',
        '',
        `1 setting, 3 grants differ from ${before}.`,
        '',
      ].join('\n'),
    );
    expect((await cli(['plan', '-a', lake, '-m', after, '--diff', after])).stdout).toBe(
      `No differences from ${after}.\n`,
    );
  });

  test('--diff takes the folder of an assessment, as --assessment does', async () => {
    mkdirSync(join(folder, 'before'));
    write('before/glue-catalog-assessment.json', assessmentWith([]));
    const { code, stdout } = await cli(['plan', '-a', lake, '--diff', join(folder, 'before')]);
    expect(code).toBe(0);
    expect(stdout).toContain('table:sales.orders');
  });

  test('the problems of mapping and assessment are reported together, and nothing is written', async () => {
    const output = join(folder, 'never.json');
    const broken = write('broken.json', '{');
    const { code, stdout, stderr } = await cli(['plan', '-a', broken, '-m', 'defualt', '-o', output]);
    expect({ code, stdout, exists: existsSync(output) }).toEqual({ code: 1, stdout: '', exists: false });
    expect(stderr).toContain("Did you mean 'default'?");
    expect(stderr).toContain('broken.json');
  });

  test('an output that cannot be written is reported in one line', async () => {
    const { code, stderr } = await cli(['plan', '-a', lake, '-o', join(lake, 'plan.json')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/The Plan cannot be written \((ENOTDIR|EEXIST)\)\. \[cannot-write\]\n {2}fix: /);
  });

  test.each([[['plan']], [['plan', '-a', 'x', '--var', 'novalue']], [['plan', '-a', 'x', '--bogus']], [['bogus']]])(
    '%j is wrong use: exit 2',
    async (args) => {
      expect(await cli(args)).toMatchObject({ code: 2, stdout: '' });
    },
  );

  test('a hostile table name cannot move the cursor', async () => {
    const path = write('hostile.json', assessmentWith([table('sales.\u001b[2Jevil', { format: 'DELTA' })]));
    const { stdout } = await cli(['plan', '-a', path]);
    expect(stdout).toContain('\\u001b[2Jevil');
    expect(stdout).not.toContain('\u001b');
  });
});

describe('explain', () => {
  test('names each rule that was tried and why it did not match', async () => {
    const { code, stdout } = await cli(['explain', 'sales.orders', '-a', lake]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      'table:sales.orders is mapped: table hive.sales.orders (external, s3://lake/sales/orders/)',
    );
    expect(stdout).toMatch(
      /no +Iceberg stays Iceberg \(<built-in>\/default\.yaml:\d+\)\n +wanted format: ICEBERG; format is PARQUET/,
    );
    expect(stdout).toMatch(/matched +files that Trino's Hive connector reads/);
  });

  test('finds buckets and databases by name, and suggests a near one', async () => {
    expect((await cli(['explain', 'lake', '-a', lake, '--json'])).stdout).toContain('"key":"bucket:lake"');
    expect((await cli(['explain', 'sales', '-a', lake])).stdout).toContain('database:sales is mapped');
    expect(await cli(['explain', 'sales.order', '-a', lake])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Did you mean 'sales.orders'?"),
    });
  });
});

describe('explain sizing', () => {
  test('shows where each figure comes from and how to change it', async () => {
    const standard = write(
      'standard.yaml',
      'apiVersion: aws2openstack/v1\nkind: MappingTemplate\nmetadata: { name: s }\nextends: default\ntarget: { topology: standard, sizing: { runners: 4 } }\n',
    );
    const { code, stdout } = await cli(['explain', 'sizing', '-a', lake, '-m', standard]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^trino\.workers = 3 machines: max\(3, .*confidence: low\)\n {2}from peak CPUs: unknown/);
    expect(stdout).toContain(
      'runners = 4 machines: set in the mapping (confidence: high)\n  override: target.sizing.runners\n',
    );
    const json = await cli(['explain', 'sizing', '-a', lake, '-m', standard, '--json']);
    expect(JSON.parse(json.stdout)).toContainEqual(
      expect.objectContaining({ name: 'trino.queryMemory', value: 42, unit: 'GB', override: expect.any(String) }),
    );
  });
});

describe('mappings', () => {
  test('check prints one line for a valid template and every problem of an invalid one', async () => {
    const wrong = write(
      'wrong.yaml',
      'apiVersion: aws2openstack/v1\nkind: MappingTemplate\nmetadata: { name: w }\nextends: default\nrules:\n  - name: a\n    when: { kind: tabel }\n    skip: x\n',
    );
    const { code, stdout, stderr } = await cli(['mappings', 'check', 'default', wrong]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^default: valid; \d+ rules from default\n$/);
    expect(stderr).toContain(
      "wrong.yaml:7:19: error: 'kind' is 'tabel'; allowed: database, table, bucket. [bad-value]\n  fix: Did you mean 'table'?",
    );
  });

  test('list, show and schema print templates and the schema', async () => {
    expect((await cli(['mappings', 'list'])).stdout).toContain('everything-to-iceberg\n');
    const shown = await cli(['mappings', 'show', 'ceph-team-databases', '--var', 'team=sales']);
    expect(shown.stdout).toContain('sales_${database.identifier}');
    expect(shown.stdout).toContain('name: buckets keep their names');
    expect(JSON.parse((await cli(['mappings', 'schema'])).stdout)).toMatchObject({
      title: 'aws2openstack mapping template',
    });
  });

  test('show refuses a template that is wrong', async () => {
    expect(await cli(['mappings', 'show', 'nope'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('[template-not-found]'),
    });
  });
});
