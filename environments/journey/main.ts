// `make journey`: the whole way on one machine, from an emulated AWS to tables that Trino reads on the target.
// `make journey-clean` removes what it made.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { trinoClient } from '../../clients/trino/index.js';
import { formatDiagnostic } from '../../core/diagnostic.js';
import { claimFolder, holdsLakehouse, objectStoreIn, removeLakehouse } from '../lakehouse/folder.js';
import { Lakehouse } from '../lakehouse/lakehouse.js';
import type { ObjectStore, ObjectStoreType } from '../lakehouse/object-store.js';
import { bucketsOf, credentialsSecret } from '../lakehouse/sample.js';
import { findCloud } from '../test-env/environment.js';
import { placesOf } from '../test-env/places.js';
import { readSettings } from '../test-env/settings.js';

const root = join(import.meta.dirname, '..', '..');
const given = process.env['A2O_JOURNEY_DIR'] ?? '';
const folder = given === '' ? join(root, '.aws2openstack', 'journey') : resolve(given);
const places = {
  testEnvironment: join(folder, 'test-env'),
  lakehouse: join(folder, 'lakehouse'),
  assessment: join(folder, 'assessment'),
  mapping: join(folder, 'mapping.yaml'),
  terraform: join(folder, 'terraform'),
  certificate: join(folder, 'trino.pem'),
};
const region = 'eu-central-1';
// Variables that are already set win.
process.loadEnvFile(join(root, '.env.test'));
const testEnvironment = {
  ...process.env,
  A2O_AWS: 'local',
  A2O_TEST_ENV_DIR: places.testEnvironment,
  AWS_REGION: region,
};

const started = Date.now();
const commands: Readonly<Record<string, () => Promise<void>>> = { up: journey, clean };
const command = commands[process.argv[2] ?? 'up'];
try {
  if (command === undefined) throw new Error(`commands are ${Object.keys(commands).join(', ')}`);
  await command();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function journey(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  claimFolder(places.lakehouse);
  const named = process.env['A2O_OBJECT_STORE'] ?? '';
  const { type } = objectStoreIn(places.lakehouse, named === '' ? undefined : (named as ObjectStoreType));
  const lakehouse = await Lakehouse.open(places.lakehouse, { isLasting: true, objectStore: type });

  say('AWS: a test environment with five tables (make test-env-up, on the emulator)');
  const [store] = await Promise.all([
    lakehouse.startObjectStore(),
    show(join(root, 'environments', 'test-env', 'test-env.sh'), ['up'], testEnvironment),
  ]);
  const aws = await cloud();
  const env = { ...process.env, ...aws.env, DATABASE_URL: aws.databaseUrl, A2O_SAVE_TO_DB: '0' };

  say('Assess: what is there');
  const source = ['--endpoint-url', aws.endpoint];
  await tool(['assess', 'glue-catalog', '--region', region, ...source, '--output-dir', places.assessment], env);

  say('Plan: what becomes of it, by a mapping that gives the bucket another name');
  writeFileSync(places.mapping, renderMapping(store));
  const files = ['--assessment', places.assessment, '--mapping', places.mapping];
  await tool(['plan', ...files], env);

  say('Generate: Terraform, and a lakehouse booted from it on this machine');
  await tool(['synth', ...files, '--output', places.terraform], env);
  await store.createBuckets(bucketsOf(places.terraform));
  await lakehouse.startServices({ terraform: places.terraform, credentialsSecret }, store, say);

  say('Migrate: every object copied and verified, every table registered');
  const access = lakehouse.access('migration');
  writeFileSync(places.certificate, access.ca ?? '');
  const both = {
    ...env,
    ...store.openstack,
    A2O_TARGET_ACCESS_KEY_ID: store.accessKey,
    A2O_TARGET_SECRET_ACCESS_KEY: store.secretKey,
    ...(store.certificate !== undefined && { A2O_TARGET_CA_FILE: store.certificate }),
    A2O_TRINO_URL: access.url,
    A2O_TRINO_USER: access.user,
    A2O_TRINO_PASSWORD: access.password,
    A2O_TRINO_CA_FILE: places.certificate,
    ...(access.serverName !== undefined && { A2O_TRINO_SERVER_NAME: access.serverName }),
  };
  const endpoint = ['--source-endpoint-url', aws.endpoint];
  await tool(['migrate', 'plan', ...files, ...endpoint], both);
  await tool(['migrate', 'start', ...files, ...endpoint], both);
  await tool(['migrate', 'worker', '--until-done'], both);
  await tool(['migrate', 'status', '--all'], both);

  await showTables(lakehouse);
  console.log(`
Look at it:
  A2O_LAKEHOUSE_DIR=${places.lakehouse} make lakehouse-query SQL='SELECT * FROM hive.test_analytics.sales_data LIMIT 5'
  ${places.assessment}/glue-catalog-assessment.md   what AWS had
  ${places.mapping}   the mapping; change it, and run make journey again from the start
make journey-clean stops everything and removes it.`);
}

async function clean(): Promise<void> {
  if (holdsLakehouse(places.lakehouse)) {
    const lakehouse = await Lakehouse.open(places.lakehouse, { isLasting: true });
    await lakehouse.stop();
    await lakehouse.removeDatabase();
    removeLakehouse(places.lakehouse);
  }
  await show(join(root, 'environments', 'test-env', 'test-env.sh'), ['clean'], testEnvironment);
  rmSync(folder, { recursive: true, force: true });
  say('everything that the journey made is removed');
}

/** Of the test environment that runs: where its AWS is, and how to reach it. */
async function cloud() {
  const settings = readSettings(testEnvironment);
  if (!settings.ok) throw new Error(settings.error.map(formatDiagnostic).join('\n'));
  const found = await findCloud(placesOf(settings.value, places.testEnvironment), settings.value);
  if (found?.endpoint === undefined) throw new Error('The emulator does not run.');
  return { endpoint: found.endpoint, env: found.env, databaseUrl: settings.value.database.url };
}

function renderMapping({ type, endpoint }: ObjectStore): string {
  return stringify({
    apiVersion: 'aws2openstack/v1',
    kind: 'MappingTemplate',
    metadata: { name: 'journey', description: 'The test environment, moved to a lakehouse on this machine.' },
    extends: 'default',
    target: {
      topology: 'small',
      objectStore: { type, endpoint, region: 'us-east-1', credentialsSecret, preserveBucketNames: false },
    },
    rules: [{ name: 'the bucket gets a name of its own', when: { kind: 'bucket' }, to: { bucket: 'journey-data' } }],
  });
}

async function showTables(lakehouse: Lakehouse): Promise<void> {
  const trino = trinoClient(lakehouse.access());
  const rowsOf = async (sql: string) => {
    const answer = await trino.query(sql, { startUpMs: 60_000 });
    if (!answer.ok) throw new Error(answer.error.map(formatDiagnostic).join('\n'));
    return answer.value.rows;
  };
  const tables = await rowsOf(`
    SELECT table_cat, table_schem, table_name FROM system.jdbc.tables
    WHERE table_schem IN ('test_analytics', 'test_logs') ORDER BY 2, 3, 1`);
  console.log('\nOn the target, counted by Trino:');
  for (const names of tables) {
    const name = names.map((each) => `"${String(each)}"`).join('.');
    const [[count] = []] = await rowsOf(`SELECT count(*) FROM ${name}`);
    console.log(`  ${String(count).padStart(8)} rows  ${names.map(String).join('.')}`);
  }
}

async function tool(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  console.log(`\n$ aws2openstack ${args.join(' ')}`);
  await show(process.execPath, [join(root, 'cli', 'aws2openstack.mjs'), ...args], env);
}

/** Runs a program whose output a person sees. Throws when it fails. */
async function show(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${[program, ...args].join(' ')} failed (${code ?? 'a signal'}).`);
}

function say(text: string): void {
  console.log(`\n== [${String(Math.round((Date.now() - started) / 1000)).padStart(3)} s] ${text}`);
}
