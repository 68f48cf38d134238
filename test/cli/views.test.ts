import { describe, expect, test } from '@jest/globals';
import { describeAssessed, jsonOfAssessed } from '../../cli/assess/view.js';
import { describeComparison, describeDeletion, describeList, jsonOfDeletion } from '../../cli/assessments/view.js';
import { describeExplanations, describeSizing } from '../../cli/explain/view.js';
import { describeMachines, describeNeeds, describeRoll } from '../../cli/infra/view.js';
import { describeTemplates } from '../../cli/mappings/view.js';
import { describeChanges, describePlan } from '../../cli/plan/view.js';
import { describeCapabilities } from '../../cli/probe/view.js';
import {
  describeMigration,
  describeRoles,
  describeStatus,
  describeTransfer,
  grantedRoles,
} from '../../cli/state/view.js';
import { describeStored, describeWarning, describeWritten } from '../../cli/synth/view.js';
import { renderMarkdown } from '../../assessments/report-markdown/render-markdown.js';
import type { Finding } from '../../assessments/index.js';
import type { StoredAssessment } from '../../state/index.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { planWith } from '../support/plan-builder.js';

// What each command prints, of values alone: no file is read, no store opened and no cloud asked.

describe('assess', () => {
  const finding: Finding = {
    code: 'odd',
    severity: 'warning',
    asset: 'a.b',
    message: 'It is odd.',
    fix: 'Look at it.',
  };

  test('an assessment shows ten findings, where the others are, and a command to paste into a shell', () => {
    const assessment = {
      ...assessmentWith([table('sales.orders')]),
      findings: Array.from({ length: 12 }, () => finding),
    };
    const text = describeAssessed(assessment, { folder: 'my lake', stored: null });
    expect(text.match(/ odd a\.b: It is odd\./g)).toHaveLength(10);
    expect(text).toContain('and 2 more in my lake/glue-catalog-assessment.md\n');
    expect(text).toMatch(/\n {2}aws2openstack plan --assessment 'my lake\/glue-catalog-assessment\.json'\n$/);
    expect(text).not.toContain('Stored');
  });

  test('no text of the report reaches the terminal or the page as anything but text', () => {
    const odd = '\u001b[2J\u202e\u009b\u2028';
    const plain = assessmentWith([table(`d${odd}.t${odd}`)]);
    const assessment = {
      ...plain,
      toolVersion: odd,
      source: { ...plain.source, region: odd, accountId: odd, catalogId: odd },
      filter: { databases: odd, databasesLeftOut: 1 },
      findings: [{ ...finding, code: odd, asset: odd, message: odd, fix: odd }],
    };
    const text = describeAssessed(assessment, { folder: 'lake', stored: { id: odd, place: odd } });
    expect(text + renderMarkdown(assessment)).not.toMatch(/[^\n\P{C}]|\p{Zl}/u);
  });

  test('programs read all of it', () => {
    const assessment = { ...assessmentWith([]), findings: Array.from({ length: 12 }, () => finding) };
    const stored = { id: 'assessment-1a2b3c', place: '.aws2openstack/state' };
    const json: unknown = JSON.parse(jsonOfAssessed(assessment, { folder: 'lake', stored }));
    expect(json).toMatchObject({
      findings: assessment.findings,
      files: { report: 'lake/glue-catalog-assessment.json' },
      stored,
    });
  });
});

describe('assessments', () => {
  const stored = (id: string): StoredAssessment =>
    ({ id, timestamp: new Date('2026-11-21T14:03:59Z'), total_tables: 3 }) as StoredAssessment;
  const before = stored('1a2b3c4d-0000-4000-8000-000000000000');
  const after = stored('9f8e7d6c-0000-4000-8000-000000000000');

  test('an empty list names the filters', () => {
    expect(describeList([], { region: 'eu-central-1', account: '1234' })).toBe(
      'No assessment of region eu-central-1 and account 1234 is stored. Run `aws2openstack assess … --save-to-db` to store one.\n',
    );
  });

  test('two that are equal differ in nothing', () => {
    const none = { added: [], removed: [], changed: [] };
    const comparison = {
      databases: none,
      notCompared: [],
      tables: { added: 0, removed: 0, changed: 0 },
      changes: [],
      truncated: false,
    };
    expect(describeComparison({ before, after, comparison })).toBe(
      'assessment-1a2b3c (2026-11-21 14:03 UTC) → assessment-9f8e7d (2026-11-21 14:03 UTC)\nNo differences.\n',
    );
  });

  test('a dry run of a deletion reads differently from a real one', () => {
    const dependents = { transformation_results: 1, migration_jobs: 2, validation_results: 0 };
    const what = 'assessment-1a2b3c (3 tables, 1 synth results, 2 migration jobs, 0 validation results)';
    const rehearsed = { assessment: before, dependents, deleted: false };
    expect(describeDeletion(rehearsed)).toBe(`Would delete ${what}. Add --yes to delete it.\n`);
    expect(describeDeletion({ ...rehearsed, deleted: true })).toBe(`Deleted ${what}.\n`);
    expect(JSON.parse(jsonOfDeletion(rehearsed))).toEqual({
      kind: 'AssessmentDeletion',
      id: 'assessment-1a2b3c',
      deleted: false,
      dependents,
    });
  });
});

describe('plan', () => {
  const blocked = (count: number): ReturnType<typeof planWith> =>
    planWith({
      blocked: Array.from({ length: count }, (_, index) => ({
        kind: 'table' as const,
        key: `table:sales.t${index}` as const,
        partitions: 0,
        reason: 'The type \u001b[31mcannot be read.',
        rule: null,
      })),
    });

  test('twenty blocked assets are listed, and how many more there are', () => {
    const text = describePlan({ plan: blocked(23), template: { name: 'acme', rules: [] } as never }, 'plan.json');
    expect(text).toContain('Blocked (23)\n');
    expect(text.match(/sales\.t\d+: The type/g)).toHaveLength(20);
    expect(text).toContain('  … and 3 more: use --output FILE or --json to see all\n');
    expect(text).toContain('\nThe complete Plan is in plan.json.\n');
    expect(text).not.toContain('\u001b');
  });

  test('what differs has a line for each side, and a count for each kind', () => {
    const mapped = { outcome: 'mapped', rule: 'parquet', what: 'hive.sales.orders' } as const;
    const mode = { outcome: 'set', rule: null, what: 'ha' } as const;
    expect(
      describeChanges(
        [
          { key: 'table:sales.orders', after: mapped },
          { key: 'setting:target.topology', before: mode },
        ],
        'default',
      ),
    ).toBe(
      'table:sales.orders\n  + mapped: hive.sales.orders [rule: parquet]\nsetting:target.topology\n  - set: ha\n\n1 asset, 1 setting differ from default.\n',
    );
    expect(describeChanges([{ key: 'table:sales.orders', after: mapped }], 'default')).toContain(
      '\n1 asset differs from default.\n',
    );
    expect(describeChanges([], 'default')).toBe('No differences from default.\n');
  });
});

test('explain shows why each rule did not match, and where each figure comes from', () => {
  const origin = { template: 'acme', file: 'acme.yaml', line: 7 };
  const tried = [
    { name: 'iceberg', origin, matched: false, because: ['wanted format: ICEBERG; format is PARQUET'] },
    { name: 'rest', origin, matched: true, because: [] },
  ];
  expect(
    describeExplanations([
      { key: 'table:sales.orders', outcome: 'skipped', what: 'not used', remarks: [], tried },
    ] as never),
  ).toBe(
    `table:sales.orders is skipped: not used
  rules in the order they were tried:
    no       iceberg (acme.yaml:7)
               wanted format: ICEBERG; format is PARQUET
    matched  rest (acme.yaml:7)
`,
  );
  const inputs = [{ name: 'known size', value: null, unit: 'TB', source: 'assessment', confidence: 'low' as const }];
  const figure = {
    name: 'trino.workers',
    value: 3,
    unit: 'machines',
    because: 'the least',
    confidence: 'low' as const,
  };
  expect(describeSizing([{ ...figure, inputs, override: 'target.sizing.workers' }])).toBe(
    `trino.workers = 3 machines: the least (confidence: low)
  from known size: unknown (assessment; confidence: low)
  override: target.sizing.workers
`,
  );
});

describe('infra', () => {
  test('a machine is shown with its state', () => {
    const bundle = 'b'.repeat(64);
    const machine = { role: 'worker', isPrimary: false, status: 'ACTIVE', wants: bundle };
    const report = { at: '2026-11-21T14:03:00Z', bundle, error: null, services: { 'a2o-trino-worker': 'failed' } };
    const text = describeMachines({
      machines: [
        { ...machine, name: 'lake-worker-1', report },
        { ...machine, name: 'lake-worker-2', report: null },
        { ...machine, name: 'lake-worker-3', status: 'SHUTOFF', report },
      ],
      volumes: [{ name: 'lake-data', sizeGb: 100, status: 'in-use' }],
    });
    expect(text).toMatch(/lake-worker-1 .* a2o-trino-worker failed *\n/);
    expect(text).toMatch(/lake-worker-2 .* no report; check that it has clouds\.yaml *\n/);
    expect(text).toMatch(/lake-worker-3 .* the server is SHUTOFF *\n/);
    expect(text).toMatch(/\nVolumes\n {2}lake-data {2}100 GB {2}in-use\n$/);
  });

  test('a roll says what it changed', () => {
    expect(describeRoll(2, undefined)).toBe('Changed 2 machines.\n');
    expect(describeRoll(0, undefined)).toBe('Every machine has its bundle.\n');
    expect(describeRoll(0, ['catalog'])).toBe('The selected machines have their bundle.\n');
  });

  test('a check that the cloud did not answer in full does not promise that all is there', () => {
    const needs = {
      ...{ servers: [], networks: [], images: [], externalNetworks: [], containers: ['a'] },
      volumes: [{ name: 'data', sizeGb: 100, zone: undefined }],
      counts: { floatingip: 1, port: 0, router: 0, security_group: 0, security_group_rule: 0, server_group: 0 },
    };
    expect(describeNeeds(needs, true)).toMatch(
      /^The cloud has what the lakehouse needs: 0 servers, 1 volumes \(100 GB\)/,
    );
    expect(describeNeeds(needs, false)).toMatch(/^Some checks were skipped;/);
  });
});

test('a template without a description is listed all the same', () => {
  expect(describeTemplates([{ name: 'acme', description: null }])).toBe('acme\n  \n');
});

test('a probe ends with the setting for the mapping', () => {
  expect(
    describeCapabilities({ versioning: { supported: true, detail: '' }, tagging: { supported: false, detail: '501' } }),
  ).toMatch(/ {4}capabilities: \{ versioning: true, tagging: false \}\n$/);
});

describe('state', () => {
  test('a migration says what it applied, or the version that was there', () => {
    expect(describeMigration({ place: 'here', applied: ['0002-b'], before: ['0001-a'] })).toBe(
      'here: applied 0002-b\n',
    );
    expect(describeMigration({ place: 'here', applied: [], before: ['0001-a'] })).toBe('here: up to date (0001-a)\n');
  });

  test('a transfer is shown with its direction', () => {
    const moved = { place: 'here', file: 'x.gz', rows: { assessments: 1, tables: 41 } };
    expect(describeTransfer('export', moved)).toBe('x.gz: 42 rows from here\n');
    expect(describeTransfer('import', moved)).toBe('here: 42 rows from x.gz\n');
  });

  test('every role is shown with its new members', () => {
    const text = describeRoles(grantedRoles('lake', [{ kind: 'read_only', login: 'dashboard' }]));
    expect(text).toMatch(/^ {2}lake_read_write +- +reads and writes/);
    expect(text).toMatch(/\n {2}lake_read_only +dashboard +reads the store/);
  });

  test('a store of a newer version says what to update', () => {
    const schema = { applied: ['0001-a'], pending: [], unknown: ['0009-z'] };
    const text = describeStatus({
      ...{ engine: 'embedded', place: 'here', serverVersion: null, user: null, schema, sizeBytes: 1_500_000 },
      ...{ rows: { assessments: null }, queues: { copy: { created: 3 }, validate: {} }, roles: [] },
      chosenBy: 'project',
    });
    expect(text).toContain('changed by a newer aws2openstack (0009-z); update aws2openstack\n');
    expect(text).toContain('  size     1.5 MB\n');
    expect(text).toContain('  place    found in this folder or above it;');
    expect(text).toMatch(/assessments +permission denied\n/);
    expect(text).toMatch(/copy +created 3 *\n +validate +empty *\n$/);
  });
});

test('synth says what to run next', () => {
  const plan = planWith({ target: { topology: 'standard' } });
  const said = describeWritten('out/tf', plan, 'written');
  expect(describeWritten('out/tf', plan, 'unchanged')).toBe(
    said.replace('is in out/tf.', 'in out/tf is already that of these inputs; nothing was written.'),
  );
  expect(said).toMatch(/^The Terraform is in out\/tf\.\n/);
  expect(said).toMatch(
    /takes 9 machines and 4 volumes of \d+ GB in all\n {2}4 machines of flavor m1\.trino: 64 vCPU, 256 GB memory\n/,
  );
  expect(said).toContain('estimated: volume.database = 100 GB (confidence: medium); set target.sizing.dataVolumeGb to');
  expect(said).toContain(
    '\nNext: npx cdktf deploy lakehouse-storage lakehouse --skip-synth --output out/tf, or terraform in each folder of out/tf/stacks.\n',
  );
  expect(describeWarning('a table named \u0007')).toBe('warning: a table named \\u0007\n');
  expect(describeStored({ id: 'assessment-1a2b3c', place: 'here' })).toBe('Stored with assessment-1a2b3c in here\n');
});
