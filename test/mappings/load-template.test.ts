import { describe, expect, test } from '@jest/globals';
import { formatDiagnostic } from '../../core/diagnostic.js';
import { builtInTemplates, findTemplateOnDisk, loadTemplate } from '../../mappings/index.js';
import { header, load } from '../support/templates.js';

const child = `${header}extends: default\n`;

function problemsOf(text: string, options: Parameters<typeof load>[1] = {}): string[] {
  const loaded = load(text, options);
  return loaded.ok ? [] : loaded.error.map(formatDiagnostic);
}

describe('built-in templates', () => {
  test.each(builtInTemplates())('%s is valid', (name) => {
    expect(loadTemplate(name, { find: findTemplateOnDisk })).toMatchObject({ ok: true, value: { name } });
  });
});

describe('a wrong template gets its place and its fix', () => {
  test.each<[string, string, string, string]>([
    [
      'an unknown key',
      `${child}rules:\n  - name: a\n    when: { kind: table, formt: PARQUET }\n    skip: x\n`,
      'acme.yaml:7:26: error',
      "Did you mean 'format'?",
    ],
    ['an unknown key at the top', `${child}rule: []\n`, 'acme.yaml:5:1: error', "Did you mean 'rules'?"],
    [
      'a wrong type',
      `${child}rules:\n  - name: a\n    when: { kind: table, sizeGb: 100 }\n    skip: x\n`,
      "acme.yaml:7:34: error: 'sizeGb' is '100'; allowed: a map.",
      'Give a range, such as {gte: 100}.',
    ],
    [
      'a number where a text belongs',
      `${child}target: { region: 1 }\n`,
      'acme.yaml:5:19: error',
      'Put it in quotes: "1".',
    ],
    [
      'a bad value',
      `${child}target: { topology: smal }\n`,
      "acme.yaml:5:21: error: 'topology' is 'smal'; allowed: small, standard, ha.",
      "Did you mean 'small'?",
    ],
    [
      'a bad network',
      `${child}target: { network: { cidr: 10.0.0.0/33 } }\n`,
      'acme.yaml:5:28: error',
      'An IPv4 network, such as 10.20.0.0/24.',
    ],
    [
      'a bad format',
      `${child}rules:\n  - name: a\n    when: { format: [PARQUET, ORK] }\n    skip: x\n`,
      "acme.yaml:7:31: error: Item 2 of 'format' is 'ORK'",
      "Did you mean 'ORC'?",
    ],
    ['no action', `${child}rules:\n  - name: a\n    when: { kind: table }\n`, 'this one has none', 'Add `to: {…}`'],
    [
      'two actions',
      `${child}rules:\n  - name: a\n    when: { kind: table }\n    skip: x\n    block: y\n`,
      'this one has skip and block',
      'Keep one',
    ],
    [
      'a comparison instead of a range',
      `${child}rules:\n  - name: a\n    when: { kind: table, sizeGb: ">= 100" }\n    skip: x\n`,
      "acme.yaml:7:34: error: 'sizeGb' is '>= 100'",
      'Write a range: sizeGb: {gte: 100}.',
    ],
    [
      'a format in lower case',
      `${child}rules:\n  - name: a\n    when: { kind: table, format: parquet }\n    skip: x\n`,
      "acme.yaml:7:34: error: 'format' is 'parquet'",
      "Did you mean 'PARQUET'?",
    ],
    [
      'a network that no machine can have',
      `${child}target: { network: { cidr: 169.254.0.0/16 } }\n`,
      'acme.yaml:5:28: error: 169.254.0.0/16 overlaps 169.254.0.0/16, which is the link-local range',
      'Set `target.network.cidr` to a private network',
    ],
    [
      'clients that cannot exist',
      `${child}target: { network: { allowFrom: [127.0.0.0/8] } }\n`,
      'acme.yaml:5:34: error: 127.0.0.0/8 lies in 127.0.0.0/8',
      'Name the networks of your users',
    ],
    [
      'a port that does not exist',
      `${child}target: { objectStore: { endpoint: "https://rgw.acme.example:99999" } }\n`,
      'acme.yaml:5:36: error',
      'with a port from 1 to 65535',
    ],
    [
      'a resolver that is not an address',
      `${child}target: { network: { dnsServers: [9.9.9.9, 999.1.1.1] } }\n`,
      "acme.yaml:5:44: error: '999.1.1.1' is not an address",
      'Give the IPv4 or IPv6 address',
    ],
    [
      'no metadata',
      'apiVersion: aws2openstack/v1\nkind: MappingTemplate\n',
      "The key 'metadata' is missing in the template.",
      "Add 'metadata'.",
    ],
    [
      'an incomplete target',
      `${header}target: { name: x }\nrules: []\n`,
      'The target lacks topology, region, network',
      'extends: default',
    ],
    ['broken YAML', `${child}rules:\n  - name: [\n`, 'acme.yaml:7:', 'Correct the line'],
    ['a key given twice', `${child}target: {}\ntarget: {}\n`, 'acme.yaml:6:1: error', 'Correct the line'],
    [
      'a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
      'aliases (*name) repeat one another too often',
      'Correct the line',
    ],
    ['not a map', '- 1\n', 'The template is a list; allowed: a map.', 'Give a map.'],
    ['an empty file', '', 'The template is empty; allowed: a map.', 'Give a map.'],
    [
      'a parent that is not there',
      `${header}extends: defaultt\n`,
      "acme.yaml:4:10: error: There is no built-in template 'defaultt'",
      "Did you mean 'default'?",
    ],
    [
      'a parent file that is not there',
      `${header}extends: ./no/such.yaml\n`,
      'no/such.yaml cannot be read (ENOENT)',
      'relative to the file',
    ],
    [
      'a cycle of one',
      `${header}extends: acme.yaml\n`,
      'acme.yaml:4:10: error: The templates extend one another in a cycle: acme.yaml → acme.yaml.',
      'Remove one `extends`',
    ],
    [
      'a null catalog that was never there',
      `${child}target: { catalogs: { other: null } }\n`,
      "'other' is empty; allowed: a map.",
      'Give a map.',
    ],
    [
      'one state for both stacks',
      `${child}target: { state: { backend: http, settings: { address: https://x } } }\n`,
      'share one state',
      'Use ${stack}',
    ],
    [
      'a user in a URL',
      `${child}target: { state: { backend: http, settings: { address: "https://u:p@x/\${stack}" } } }\n`,
      "'state.settings.address' would put a secret",
      'TF_HTTP_PASSWORD',
    ],
    [
      'a token in a URL',
      `${child}target: { state: { backend: http, settings: { address: "https://x/\${stack}?private_token=glpat-1234" } } }\n`,
      "'state.settings.address' would put a secret",
      'TF_HTTP_PASSWORD',
    ],
    [
      'a header that signs in',
      `${child}target: { state: { backend: http, settings: { address: "https://x/\${stack}", headers: { Authorization: Bearer abc } } } }\n`,
      "'state.settings.headers.Authorization' would put a secret",
      'TF_HTTP_PASSWORD',
    ],
    [
      'a backslash, which joins lines of properties',
      `${child}target: { objectStore: { region: 'us\\' } }\n`,
      "'objectStore.region' contains a backslash",
      'plain value',
    ],
    [
      'a name where a resolver has an address',
      `${child}target: { network: { dnsServers: [dns.acme.example] } }\n`,
      "'dns.acme.example'",
      '9.9.9.9',
    ],
    [
      'an administrator who may do nothing',
      `${child}target: { access: { admins: [metrics] } }\n`,
      "'metrics' collects metrics",
      'List each administrator',
    ],
    [
      'an administrator who is the user of workers',
      `${child}target: { access: { admins: [migration] } }\n`,
      "'migration' runs the migration",
      'List each administrator',
    ],
    [
      'an image of runners that may change',
      `${child}target: { runner: { image: 'registry.acme.example/aws2openstack:1.0', sourceSecret: aws } }\n`,
      "'image' is 'registry.acme.example/aws2openstack:1.0', which does not have the required form",
      '@sha256',
    ],
    [
      'runners without keys of the source',
      `${child}target: { runner: { image: 'a@sha256:${'0'.repeat(64)}' } }\n`,
      'sourceSecret',
      'sourceSecret',
    ],
    [
      'a nested secret',
      `${child}target: { state: { backend: s3, settings: { key: "\${stack}", assume_role: { SECRET_KEY: x } } } }\n`,
      "'state.settings.assume_role.SECRET_KEY'",
      'AWS_SECRET_ACCESS_KEY',
    ],
    [
      'settings of the local state',
      `${child}target: { state: { settings: { path: x } } }\n`,
      'has no settings',
      'Remove `target.state.settings`',
    ],
    [
      'a Terraform template',
      `${child}variables: { c: { type: string, default: '\${file("/etc/passwd")}' } }\ntarget: { image: "\${c}" }\n`,
      "'image' contains a Terraform template",
      'plain value',
    ],
    [
      'a Terraform directive',
      `${child}target: { keyPair: "%{ if true }" }\n`,
      "'keyPair' contains a Terraform template",
      'plain value',
    ],
    [
      'a line break in a text',
      `${child}target: { objectStore: { region: "a\\nb=c" } }\n`,
      'contains a control character',
      'on one line',
    ],
    [
      'keys in an endpoint',
      `${child}target: { objectStore: { endpoint: "https://k:s@rgw" } }\n`,
      'does not have the required form',
      'S3 endpoint, such as',
    ],
    [
      'zones that are not named',
      `${child}target: { zones: [], topology: ha }\n`,
      'acme.yaml:5:18: error',
      'openstack availability zone list',
    ],
    [
      'an address where a network is meant',
      `${child}target: { network: { allowFrom: [10.0.0.0/8, 10.1.2.3/8] } }\n`,
      'acme.yaml:5:46: error: 10.1.2.3/8 is an address in a network, not a network.',
      'Write 10.0.0.0/8.',
    ],
    [
      'a machine that is too small for Trino',
      `${child}target: { sizing: { machine: { memoryGb: 2 } } }\n`,
      "'memoryGb' is '2'; it must be at least 8.",
      'Memory, in GB.',
    ],
    [
      'an object store without multipart uploads',
      `${child}target: { objectStore: { capabilities: { multipart: false } } }\n`,
      'acme.yaml:5:53: error: The object store https://object-store.example does not support multipart uploads',
      'probe object-store',
    ],
    [
      'a lock in an object store without conditional writes',
      `${child}target:\n  objectStore: { endpoint: "https://rgw.acme.example", capabilities: { conditionalPut: false } }\n  state: { backend: s3, settings: { key: "\${stack}", use_lockfile: true, endpoints: { s3: "https://rgw.acme.example" } } }\n`,
      'acme.yaml:7:68: error: Terraform would lock its state with conditional writes',
      'pg or http',
    ],
    [
      'a capability that none has',
      `${child}target: { objectStore: { capabilities: { versionning: true } } }\n`,
      "'versionning'",
      "Did you mean 'versioning'?",
    ],
    [
      'a number where a text is meant',
      `${child}target: { versions: { trino: 476 } }\n`,
      '\'trino\' is the number 476; allowed: the string "476".',
      'Put it in quotes',
    ],
    [
      'a size that is not a range',
      `${child}rules:\n  - name: a\n    when: { sizeGb: "> 100" }\n    skip: x\n`,
      'or a range such as {gte: 100}',
      'Write a range: sizeGb: {gt: 100}.',
    ],
    [
      'a glob without its end',
      `${child}rules:\n  - name: a\n    when: { table: "{a" }\n    skip: x\n`,
      "'table' is '{a'",
      'Text in which * matches any text',
    ],
    [
      'an invalid day',
      `${child}rules:\n  - name: a\n    when: { lastUpdated: { after: 2024-99-99 } }\n    skip: x\n`,
      "'after' is '2024-99-99'",
      'such as 2024-01-31',
    ],
    [
      'a variable named like a trap',
      `${child}variables: { __proto__: { type: string } }\n`,
      "The name '__proto__'",
      'beginning with a letter',
    ],
    [
      'a folder as a parent',
      `${header}extends: mappings\n`,
      'mappings is not a file',
      'Give the path of the YAML file',
    ],
    [
      'an unknown catalog',
      `${child}rules:\n  - name: a\n    when: { kind: table, format: ORC }\n    to: { catalog: iceburg }\n`,
      "maps to the catalog 'iceburg'",
      "Did you mean 'iceberg'?",
    ],
    [
      'converting in a Hive catalog',
      `${child}rules:\n  - name: a\n    when: { format: ORC }\n    to: { catalog: hive, convert: { format: iceberg } }\n`,
      'is a hive-metastore catalog',
      'leave `convert` out',
    ],
    [
      'the catalog for conversion in place',
      `${child}target: { catalogs: { a2o_in_place: { type: iceberg-rest, server: polaris, warehouse: lake-w } } }\n`,
      "The catalog name 'a2o_in_place' is reserved",
      'Rename the catalog',
    ],
    [
      'conversion in place that is neither true nor false',
      `${child}rules:\n  - name: a\n    when: { kind: table, format: ORC }\n    to: { convert: { format: iceberg, inPlace: maybe } }\n`,
      "'inPlace' is 'maybe'",
      'Give true or false',
    ],
    [
      'a bucket for a table',
      `${child}rules:\n  - name: a\n    when: { kind: table, format: ORC }\n    to: { bucket: x }\n`,
      "has 'to.bucket', which does not apply to a table",
      "Remove 'bucket'.",
    ],
    [
      'a mapping of many kinds',
      `${child}rules:\n  - name: a\n    when: { database: x }\n    to: { schema: y }\n`,
      'maps several kinds of assets (database, table)',
      'Add `kind: table`',
    ],
    [
      'the same name twice',
      `${child}rules:\n  - name: a\n    when: { format: ORC }\n    skip: x\n  - name: a\n    when: { format: AVRO }\n    skip: x\n`,
      'has the same name as the rule on line 6',
      'a unique `name`',
    ],
  ])('%s', (_what, text, place, fix) => {
    const problems = problemsOf(text).join('\n');
    expect(problems).toContain(place);
    expect(problems).toContain(fix);
  });

  test('a cycle through several files names them all', () => {
    const problems = problemsOf(`${header}extends: b.yaml\n`, {
      files: { 'b.yaml': `${header}extends: c.yaml\n`, 'c.yaml': `${header}extends: acme.yaml\n` },
    });
    expect(problems[0]).toContain('acme.yaml → b.yaml → c.yaml → acme.yaml');
    expect(problems[0]).toContain('c.yaml:4:10');
  });

  test('all problems are reported, not the first', () => {
    expect(problemsOf(`${child}target: { topology: x, region: 1 }\nrulez: []\n`)).toHaveLength(3);
  });
});

describe('a rule that copies with DataSync', () => {
  const template = (dataSync: string, endpoint: string): string => `${child}target:
  objectStore: { type: swift, endpoint: '${endpoint}' }
${dataSync}rules:
  - name: big ones
    when: { kind: table }
    to: { engine: datasync }
`;
  const set = (more = ''): string => `  dataSync:
    workBucket: acme-work
    role: arn:aws:iam::123456789012:role/datasync
    targetSecret: arn:aws:secretsmanager:us-east-1:123456789012:secret:target
${more}`;
  const agents = `    agents: ['arn:aws:datasync:us-east-1:123456789012:agent/agent-1']\n`;

  test.each<[string, string, string, string]>([
    ['without settings', '', 'https://rgw.acme.example', 'target.dataSync is not set'],
    ["to Swift's own API", set(), 'https://swift.acme.example/v1/AUTH_1', 'needs an S3 API at the root'],
    ['to a private address', set(), 'https://10.1.2.3:8080', 'does not reach 10.1.2.3 over the internet'],
    ['to a private name', set(), 'https://rgw.lan', 'does not reach rgw.lan'],
    ['to an address of this machine', set(), 'http://[::1]:8080', 'does not reach'],
  ])('%s is refused by its line', (_what, dataSync, endpoint, message) => {
    const problems = problemsOf(template(dataSync, endpoint)).join('\n');
    expect(problems).toMatch(/acme\.yaml:\d+:\d+: error: The rule 'big ones' copies with DataSync/);
    expect(problems).toContain(message);
  });

  test.each<[string, string, string]>([
    ['a public server', set(), 'https://rgw.acme.example:8443'],
    ['a private one, with an agent', set(agents), 'https://10.1.2.3'],
  ])('to %s is accepted', (_what, dataSync, endpoint) => {
    expect(problemsOf(template(dataSync, endpoint))).toEqual([]);
  });
});

describe('variables', () => {
  const withVariables = `${child}variables:\n  team: { type: string, pattern: "[a-z]+" }\n  size: { type: number, default: 5, enum: [5, 10] }\n  on: { type: boolean, default: true }\ntarget: { objectStore: { preserveBucketNames: "\${on}" } }\nrules:\n  - name: a\n    when: { kind: table, sizeGb: { gte: "\${size}" }, database: "\${team}_*" }\n    to: { catalog: hive, schema: "\${team}_\${database}" }\n  - name: b\n    when: { kind: table, format: ORC }\n    skip: "costs $\${5}"\n`;

  test('take their own type where they stand alone, and their text inside a text', () => {
    const loaded = load(withVariables, { variables: { team: 'sales', size: '10', on: 'false' } });
    expect(loaded).toMatchObject({
      ok: true,
      value: {
        variables: { team: 'sales', size: 10, on: false },
        target: { objectStore: { preserveBucketNames: false } },
        rules: expect.arrayContaining([
          expect.objectContaining({
            when: { kind: ['table'], sizeGb: { gte: 10 }, database: ['sales_*'] },
            action: { type: 'map', to: { catalog: 'hive', schema: 'sales_${database}' } },
          }),
          expect.objectContaining({ action: { type: 'skip', reason: 'costs ${5}' } }),
        ]),
      },
    });
  });

  test.each<[string, Record<string, string>, string]>([
    ['missing', {}, "acme.yaml:6:3: error: The variable 'team' (string) has no default and no value was given."],
    ['of the wrong form', { team: 'A1' }, "'A1' does not match [a-z]+"],
    ['no number', { team: 'a', size: 'ten' }, "'ten' is not a number"],
    ['outside the enum', { team: 'a', size: '6' }, "'6' is not one of 5, 10"],
    ['no boolean', { team: 'a', on: 'yes' }, "'yes' is not a boolean"],
    ['undeclared', { team: 'a', tem: 'b' }, "Did you mean 'team'?"],
  ])('%s: refused', (_what, variables, message) => {
    expect(problemsOf(withVariables, { variables }).join('\n')).toContain(message);
  });

  test('no pattern takes long, and one that could is refused', () => {
    const variable = (pattern: string): string =>
      `${child}variables:\n  team: { type: string, pattern: '${pattern}' }\n`;
    const options = { variables: { team: `${'a'.repeat(40)}!` } };
    expect(problemsOf(variable('(a+)+'), options).join('\n')).toContain('does not match (a+)+');
    expect(problemsOf(variable('(.*)*\\d'), options).join('\n')).toContain('does not match');
    for (const pattern of ['(?=a).*', '(a)\\1', '(a']) {
      expect(problemsOf(variable(pattern), options).join('\n')).toContain('pattern');
    }
  });

  test('a reference to nothing is refused with its place', () => {
    expect(problemsOf(`${child}target: { region: "\${regon}" }\n`)[0]).toContain(
      'acme.yaml:5:19: error: ${regon} is not declared',
    );
  });

  test('asset variables are known only inside `to`', () => {
    expect(problemsOf(`${child}target: { region: "\${database}" }\n`)[0]).toContain("known only inside 'to'");
    expect(
      problemsOf(`${child}rules:\n  - name: a\n    when: { kind: bucket }\n    to: { bucket: "\${table}" }\n`)[0],
    ).toContain('uses ${table}, which a bucket does not have');
  });
});

describe('rules that can never match', () => {
  const ruleProblems = (...whens: string[]): string[] =>
    problemsOf(
      `${child}rules:\n${whens.map((when, index) => `  - name: r${index}\n    when: ${when}\n    skip: x\n`).join('')}`,
    );

  test.each([
    '{ kind: bucket, format: ORC }',
    '{ kind: table, sizeGb: { gte: 10, lt: 5 } }',
    '{ kind: table, sizeGb: { gt: 10, lte: 10 } }',
    '{ kind: table, format: ORC, all: [{ format: AVRO }] }',
    '{ kind: table, format: ORC, not: { format: [ORC, AVRO] } }',
    '{ service: s3, table: x }',
    '{ table: orders, all: [{ table: "cust*" }] }',
    '{ kind: table, any: [{ format: ORC, all: [{ format: CSV }] }, { kind: bucket }] }',
    '{ kind: table, lastUpdated: { before: 2020-01-01, after: 2021-01-01 } }',
    '{ kind: table, sizeGb: unknown, all: [{ sizeGb: { gte: 1 } }] }',
    '{ kind: table, not: { kind: table } }',
  ])('%s excludes itself', (when) => {
    expect(ruleProblems(when)).toEqual([
      expect.stringContaining("The rule 'r0' can never match: its conditions exclude one another."),
    ]);
  });

  test.each<[string, string]>([
    ['{ kind: table }', '{ kind: table, format: ORC }'],
    ['{ kind: table }', '{ format: ORC }'],
    ['{ database: "sales_*" }', '{ kind: table, database: sales_eu }'],
    ['{ format: [ORC, AVRO] }', '{ format: AVRO, sizeGb: { gte: 5 } }'],
    ['{ kind: table, sizeGb: { gte: 5 } }', '{ kind: table, sizeGb: { gt: 5 } }'],
    ['{ any: [{ format: ORC }, { format: AVRO }] }', '{ format: AVRO, partitions: { gt: 1 } }'],
    ['{ format: [ORC, AVRO] }', '{ any: [{ format: ORC, table: a }, { format: AVRO, table: b }] }'],
    ['{ kind: table, not: { format: CSV } }', '{ kind: table, format: ORC }'],
    ['{ service: glue, kind: table }', '{ traits: bucketed }'],
  ])('%s hides %s', (wide, narrow) => {
    expect(ruleProblems(wide, narrow)).toEqual([
      expect.stringMatching(
        /acme\.yaml:9:\d+: error: The rule 'r1' can never match: the rule 'r0' \(line 6\) comes first/,
      ),
    ]);
  });

  test.each<[string, string]>([
    ['{ kind: table, format: ORC }', '{ kind: table }'],
    ['{ kind: table, sizeGb: { gt: 5 } }', '{ kind: table, sizeGb: { gte: 5 } }'],
    ['{ kind: table, database: "a*" }', '{ kind: table, database: "b*" }'],
    ['{ kind: table, sizeGb: { gte: 0 } }', '{ kind: table, sizeGb: unknown }'],
    ['{ kind: table, parameters: { a: "1" } }', '{ kind: table, parameters: { a: "2" } }'],
    ['{ kind: table, not: { format: CSV } }', '{ kind: table, format: CSV }'],
    ['{ any: [{ format: ORC }, { database: x }] , kind: table }', '{ kind: table, database: "x*" }'],
  ])('%s leaves something for %s', (first, second) => {
    expect(ruleProblems(first, second)).toEqual([]);
  });

  test('a child may hide its parent: that is what extending is for', () => {
    expect(problemsOf(`${child}rules:\n  - name: all\n    when: { kind: table }\n    skip: x\n`)).toEqual([]);
  });
});

describe('merging', () => {
  test("a child's target values win, lists are replaced, null takes a catalog away", () => {
    const loaded = load(
      `${child}target: { network: { allowFrom: [10.1.0.0/16] }, catalogs: { iceberg: null } }\nrules:\n  - name: none\n    when: { format: ICEBERG }\n    block: no Iceberg here\n`,
    );
    expect(loaded).toMatchObject({ ok: false });
    expect(loaded.ok ? [] : loaded.error.map(({ message }) => message)).toEqual([
      expect.stringContaining("maps to the catalog 'iceberg'"),
    ]);
  });

  test('the hash follows text and variables', () => {
    const hash = (text: string, variables = {}): string => {
      const loaded = load(text, { variables });
      return loaded.ok ? loaded.value.sha256 : '';
    };
    const text = `${child}variables: { a: { type: string, default: x } }\n`;
    expect(hash(text)).toBe(hash(text, { a: 'x' }));
    expect(hash(text)).not.toBe(hash(text, { a: 'y' }));
    expect(hash(text)).not.toBe(hash(`${text}# more\n`));
  });
});

test.each(['password: hunter2\nhosts: [db]\n', 'hunter2\n', 'a: *hunter2\n', 'hunter2: "\n', 'a: !hunter2 x\n'])(
  'of a file that is extended and is not a template, nothing is shown: %j',
  (secret) => {
    const problems = problemsOf(`${header}extends: secret.yaml\n`, { files: { 'secret.yaml': secret } });
    expect(problems).toEqual([expect.stringContaining('secret.yaml')]);
    expect(problems.join()).not.toContain('hunter2');
  },
);

test.each([
  '-',
  'a: [',
  'a: "\\q"',
  'a: b: c',
  '\ta: 1',
  'a: 1\na: 2',
  '? [a]\n: 1',
  'a: *b',
  'a: &b [*b]',
  'a: !!x y',
  '%x\n---\na: 1',
  'a: 1\n---\nb: 2',
  `a: ${'['.repeat(5000)}`,
  `a: ${'['.repeat(200)}${']'.repeat(200)}`,
  `${child}rules: [{ name: '', when: {}, skip: x }, { name: a, when: { database: [] }, skip: '' }]`,
  `${child}target: { zones: [a, ${'b, '.repeat(20)}], sizing: { runners: 0, trinoWorkers: 5000, load: { peakCpus: 0 } } }`,
  `${child}target: { access: { admins: [a, a] } }\nvariables: { x: { type: string, pattern: '(' } }`,
])('no phrase of a library is in a message: %j', (text) => {
  const problems = problemsOf(text);
  expect(problems).not.toEqual([]);
  expect(problems.join('\n')).not.toMatch(
    /must NOT|should |YAML\.|parseAll|Maximum call stack|circular structure|Unresolved|Unexpected token|instancePath|not iterable|undefined/,
  );
});

test('problems of the schema, of variables and of rules are reported together', () => {
  const problems = problemsOf(`${child}variables: { team: { type: string } }
target: { topolgy: ha }
rules:
  - { name: a, when: { formt: ORC }, skip: x }
  - { name: b, when: { kind: table, database: x }, skip: y }
  - { name: c, when: { kind: table, database: "\${team}" }, skip: z }
  - { name: b, when: { kind: table, database: x, table: z }, skip: z }
`);
  expect(problems.map((text) => /\[([a-z-]+)\]/.exec(text)?.[1]).sort()).toEqual([
    'missing-variable',
    'unknown-key',
    'unknown-key',
  ]);
  const sound = problemsOf(`${child}variables: { team: { type: string } }
rules:
  - { name: a, when: { formt: ORC }, skip: x }
  - { name: b, when: { kind: table, database: x }, skip: y }
  - { name: b, when: { kind: table, database: x, table: z }, skip: "\${team}" }
  - { name: c, when: { kind: table, database: x, table: z }, skip: z }
`);
  expect(sound.map((text) => /\[([a-z-]+)\]/.exec(text)?.[1]).sort()).toEqual([
    'missing-variable',
    'rule-never-matches',
    'unknown-key',
  ]);
});

test('$${name} is a literal ${name} in conditions, destinations and reasons', () => {
  const loaded = load(`${child}variables: { x: { type: string, default: v } }
rules:
  - { name: a, when: { kind: table, parameters: { p: "$\${x}-\${x}" } }, skip: "$\${x}" }
  - { name: b, when: { kind: table }, to: { catalog: hive, table: "$\${table}-\${table}" } }
`);
  expect(loaded.ok && loaded.value.rules.slice(0, 2)).toMatchObject([
    { when: { parameters: { p: '${x}-v' } }, action: { reason: '${x}' } },
    { action: { to: { table: '$${table}-${table}' } } },
  ]);
});
