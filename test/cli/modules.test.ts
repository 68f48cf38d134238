import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { command } from '../support/processes.js';

const hook = pathToFileURL(join(import.meta.dirname, '..', 'support', 'list-modules.mjs')).href;
const demo = join('examples', 'demo');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-modules-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** URLs of every module that a run of the compiled command loads. */
function loadedBy(args: string, env: Readonly<Record<string, string>> = {}): readonly string[] {
  const list = join(folder, 'modules');
  rmSync(list, { force: true });
  spawnSync(process.execPath, ['--import', hook, command, ...args.split(' ')], {
    env: { A2O_STATE_DIR: join(folder, 'state'), ...env, A2O_MODULE_LIST: list },
  });
  return readFileSync(list, 'utf8').split('\n');
}

/** Their packages, each once; of packages inside packages the outermost. */
function packagesIn(modules: readonly string[]): readonly string[] {
  const names = modules.map((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

test.each([
  '--version',
  '--help',
  'assess glue-catalog --help',
  'assess s3 --help',
  'assessments list --help',
  'completion bash',
  'completion fish',
  'completion zsh',
  'completion --help',
  'explain --help',
  'infra check --help',
  'infra roll --help',
  'mappings check --help',
  'mcp --help',
  'migrate --help',
  'migrate start --help',
  'migrate worker --help',
  'plan --help',
  'plan --assessment',
  'probe object-store --help',
  'report --help',
  'validate all --help',
  'validate report --help',
  'cutover plan --help',
  'cutover go --help',
  'waves --help',
  'waves plan --help',
  'waves pre-flight --help',
  'waves synth --help',
  'verify --help',
  'state grant --help',
  'state grant --print --member read_only=dashboard',
  'synth --help',
  'validate table --help',
  'validate status --help',
])('%s loads commander and no other package', (args) => {
  expect(packagesIn(loadedBy(args))).toEqual(['commander']);
});

test('--version loads the names and options of commands, and nothing that a command runs', () => {
  const product = loadedBy('--version').flatMap((url) => url.split('/dist/')[1] ?? []);
  const isOfCommands = (path: string): boolean => /^(core\/|cli\/[^/]+\.js$|cli\/.*command\.js$)/.test(path);
  expect(product.filter((path) => !isOfCommands(path)).sort()).toEqual([
    'assessments/classification/catalog-id.js',
    'assessments/glue-catalog/file-names.js',
    'assessments/s3/file-names.js',
    'cli/assess/arguments.js',
    'cli/validate/partition-option.js',
    'mappings/given-variables.js',
    'monitoring/telemetry/is-traced.js',
    'openstack/session/service-url.js',
    'state/roles/role-names.js',
    'validation/certificate/sshsig/ssh-time.js',
    'validation/checks/all-checks.js',
  ]);
});

const readers = ['ajv', 'commander', 'fast-deep-equal', 'fastest-levenshtein', 'yaml'];

test.each([`plan --assessment ${demo}`, `explain sizing --assessment ${demo}`])(
  '%s loads a parser of SQL besides, because the demo has views',
  (args) => {
    expect(packagesIn(loadedBy(args))).toEqual([...readers, 'antlr4ng'].sort());
  },
);

test.each(['mappings check default', `synth --assessment ${demo} --mapping no-such-mapping`])(
  '%s loads what reads an assessment and a mapping, and no other package',
  (args) => {
    expect(packagesIn(loadedBy(args))).toEqual(readers);
  },
);

test('synth loads cdktf, and nothing of the store or of AWS', () => {
  const packages = packagesIn(loadedBy(`synth --assessment ${demo} --output ${join(folder, 'out')}`));
  expect(packages).toEqual(expect.arrayContaining(['cdktf', 'constructs']));
  expect(
    packages.filter((name) => /^(@aws-sdk|@electric-sql|@cdktf\/provider-aws|kysely|pg|pg-boss)/.test(name)),
  ).toEqual([]);
});

test('a store is asked through the driver of its engine alone', () => {
  expect(packagesIn(loadedBy('state status'))).toEqual(['commander', 'kysely']);
  for (const args of ['state status', 'assessments list', 'state grant']) {
    const server = packagesIn(loadedBy(args, { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' }));
    expect(server).toEqual(expect.arrayContaining(['kysely', 'pg']));
    expect(server.filter((name) => ['@electric-sql/pglite', 'pg-boss'].includes(name))).toEqual([]);
  }
});

test('mcp carries what it needs of the protocol in it, and loads the driver of its engine alone', () => {
  const packages = packagesIn(loadedBy('mcp', { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' }));
  expect(packages.filter((name) => !name.startsWith('pg'))).toEqual(expect.arrayContaining(['ajv', 'kysely']));
  expect(
    packages.filter((name) => /^(@modelcontextprotocol|zod|@electric-sql|@aws-sdk|pg-boss|cdktf)/.test(name)),
  ).toEqual([]);
});

test('assess loads the AWS SDK, nothing of the store, and the client of S3 for a listing alone', () => {
  const args = `assess glue-catalog --sizes catalog --region eu-central-1 --endpoint-url http://127.0.0.1:1 --output-dir ${folder}`;
  const packages = packagesIn(
    loadedBy(args, { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', HOME: folder }),
  );
  expect(packages).toEqual(expect.arrayContaining(['@aws-sdk/client-glue', 'cli-progress']));
  expect(packages.filter((name) => /^(@aws-sdk\/client-s3|hyparquet|undici)$/.test(name))).toEqual([]);
  expect(packages.filter((name) => /^(@electric-sql|cdktf|constructs|kysely|pg|pg-boss|yaml)/.test(name))).toEqual([]);
});
