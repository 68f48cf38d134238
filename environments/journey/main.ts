// `make journey`: the whole way on one machine, from an emulated AWS to tables on the target whose rows are
// proven equal, with a certificate.
// `make journey-clean` removes what it made.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { trinoClient } from '../../clients/trino/index.js';
import { endAtExit } from '../../core/at-exit.js';
import { formatDiagnostic } from '../../core/diagnostic.js';
import { endOnSignals } from '../../core/stop-signals.js';
import { claimFolder, holdsLakehouse, objectStoreIn, removeLakehouse } from '../lakehouse/folder.js';
import { Lakehouse } from '../lakehouse/lakehouse.js';
import type { ObjectStore, ObjectStoreType } from '../lakehouse/object-store.js';
import { bucketsOf, credentialsSecret } from '../lakehouse/sample.js';
import { addSourceCatalogs } from '../lakehouse/source-catalogs.js';
import type { SourceCatalogs } from '../lakehouse/source-catalogs.js';
import { findCloud } from '../test-env/environment.js';
import { differencesOf, environmentScript } from './environment-script.js';
import { keepsMapping } from './keep-mapping.js';
import { nextSteps } from './next-steps.js';
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
  authority: join(folder, 'trino.pem'),
  exceptions: join(folder, 'exceptions.yaml'),
  signingKey: join(folder, 'signing-key'),
  allowedSigners: join(folder, 'allowed-signers'),
  certificate: join(folder, 'certificate'),
  environment: join(folder, 'env.sh'),
  // Where the dashboard keeps its tokens, beside this: the store itself is on a server.
  state: join(folder, 'state'),
};
const region = 'eu-central-1';
/** They stay, for validations by hand. */
const sourceCatalogs = 'source_journey';
const setBefore = { ...process.env };
// Variables that are already set win.
process.loadEnvFile(join(root, '.env.test'));
const testEnvironment = {
  ...process.env,
  A2O_AWS: 'local',
  A2O_TEST_ENV_DIR: places.testEnvironment,
  AWS_REGION: region,
};

const signer = 'journey@example.org';
const exceptionsNow = () =>
  ['schema', 'row_count', 'partition', 'checksum', 'statistics', 'sample'].map((check) => ({
    table: 'test_analytics.events_raw',
    check,
    signedBy: signer,
    signedAt: new Date().toISOString(),
    reason: 'Glue says that a column is json, which no engine at the source reads. Its objects are equal by hash.',
  }));

const started = Date.now();
const commands: Readonly<Record<string, () => Promise<void>>> = { up: journey, clean };
const command = commands[process.argv[2] ?? 'up'];
endOnSignals(() => {
  console.error(
    'Interrupted. What was started goes on running: `make journey` continues, `make journey-clean` stops everything and removes it.',
  );
});
try {
  if (command === undefined) throw new Error(`commands are ${Object.keys(commands).join(', ')}`);
  await command();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}
  fix: The journey has a test environment of its own: put A2O_AWS=local A2O_TEST_ENV_DIR=${places.testEnvironment} before any \`make test-env-…\` that is named above.
  Then \`make journey\` goes on; \`make journey-clean\` stops everything and removes it.`);
  process.exitCode = 1;
}

async function journey(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  claimFolder(places.lakehouse);
  const named = process.env['A2O_OBJECT_STORE'] ?? '';
  const { type } = objectStoreIn(places.lakehouse, named === '' ? undefined : (named as ObjectStoreType));
  const lakehouse = await Lakehouse.open(places.lakehouse, { isLasting: true, objectStore: type, takesCatalogs: true });

  say('AWS: a test environment with five tables (make test-env-up, on the emulator)');
  const [store] = await Promise.all([
    lakehouse.startObjectStore(),
    show(join(root, 'environments', 'test-env', 'test-env.sh'), ['up'], testEnvironment),
  ]);
  const aws = await cloud();
  const env = { ...process.env, ...aws.env, DATABASE_URL: aws.databaseUrl, A2O_STATE_DIR: places.state };

  say('Assess: what is there');
  const source = ['--endpoint-url', aws.endpoint];
  await tool(['assess', 'glue-catalog', '--region', region, ...source, '--output-dir', places.assessment], env);

  say('Plan: what becomes of it, by a mapping that gives the bucket another name');
  if (keepsMapping(places.mapping, renderMapping(store)))
    console.log(`Using your mapping ${places.mapping}; make journey-clean removes it.`);
  const files = ['--assessment', places.assessment, '--mapping', places.mapping];
  await tool(['plan', ...files], env);

  say('Generate: Terraform, and a lakehouse booted from it on this machine');
  await tool(['synth', ...files, '--output', places.terraform, '--save-to-db'], env);
  await store.createBuckets(bucketsOf(places.terraform));
  await lakehouse.startServices({ terraform: places.terraform, credentialsSecret }, store, say);

  say('Migrate: every object copied and verified, every table registered');
  const access = lakehouse.access('migration');
  writeFileSync(places.authority, access.ca);
  const both = {
    ...env,
    ...store.openstack,
    A2O_TARGET_ACCESS_KEY_ID: store.accessKey,
    A2O_TARGET_SECRET_ACCESS_KEY: store.secretKey,
    ...(store.certificate !== undefined && { A2O_TARGET_CA_FILE: store.certificate }),
    A2O_TRINO_URL: access.url,
    A2O_TRINO_USER: access.user,
    A2O_TRINO_PASSWORD: access.password,
    A2O_TRINO_CA_FILE: places.authority,
    A2O_TRINO_SERVER_NAME: access.serverName,
    ...validationEnvironment(lakehouse),
  };
  const own = { A2O_TEST_ENV_DIR: places.testEnvironment, A2O_LAKEHOUSE_DIR: places.lakehouse, A2O_AWS: 'local' };
  writeFileSync(places.environment, environmentScript(differencesOf({ ...both, ...own }, setBefore)), { mode: 0o600 });
  const endpoint = ['--source-endpoint-url', aws.endpoint];
  await tool(['migrate', 'plan', ...files, ...endpoint], both);
  await tool(['migrate', 'start', ...files, ...endpoint], both);
  await tool(['migrate', 'worker', '--until-done'], both);
  await tool(['migrate', 'status', '--all'], both);

  say('Prove: every row of both sides compared, and a certificate');
  const catalogs = await certify(lakehouse, { files, endpoint: aws.endpoint, env: both });

  await showTables(lakehouse);
  console.log(nextSteps({ files: places, cwd: root, signer, catalogs }));
}

/** Of validations, which read both sides as `admin`. */
function validationEnvironment(lakehouse: Lakehouse): Readonly<Record<string, string>> {
  const { url, password, serverName } = lakehouse.access('admin');
  return {
    A2O_VALIDATION_TRINO_PASSWORD: password,
    A2O_SOURCE_TRINO_URL: url,
    A2O_SOURCE_TRINO_PASSWORD: password,
    A2O_SOURCE_TRINO_CA_FILE: places.authority,
    A2O_SOURCE_TRINO_SERVER_NAME: serverName,
  };
}

interface Proof {
  /** Which assessment and mapping. */
  readonly files: readonly string[];
  /** Of the emulated AWS. */
  readonly endpoint: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The same Trino reads both sides, each by its own catalogs: here is no Athena. Returns those of the source. */
async function certify(lakehouse: Lakehouse, { files, endpoint, env }: Proof): Promise<SourceCatalogs> {
  const trino = trinoClient(lakehouse.access('admin'));
  const query = async (sql: string): Promise<void> => {
    const answer = await trino.query(sql);
    if (!answer.ok) throw new Error(answer.error.map(formatDiagnostic).join('\n'));
  };
  const source = await addSourceCatalogs(query, endpoint, { name: sourceCatalogs });
  const catalogs = ['--source-hive-catalog', source.hive, '--source-iceberg-catalog', source.iceberg];
  // events_raw has a type at AWS that Trino cannot read, so its rows cannot be compared.
  await tool(['validate', 'all', ...files, ...catalogs], env, [0, 1]);
  writeFileSync(places.exceptions, stringify(exceptionsNow()));
  if (!existsSync(places.signingKey)) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', signer, '-f', places.signingKey]);
    writeFileSync(places.allowedSigners, `${signer} ${readFileSync(`${places.signingKey}.pub`, 'utf8')}`);
  }
  const signed = ['--exceptions', places.exceptions, '--key', places.signingKey, '--output', places.certificate];
  await tool(['validate', 'report', ...files, ...signed], env);
  const trusted = ['--allowed-signers', places.allowedSigners, '--identity', signer];
  await tool(['verify', places.certificate, ...trusted], env);
  return source;
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
  // Of the checkout, where no other environment is.
  const above = dirname(folder);
  if (given === '' && existsSync(above) && readdirSync(above).length === 0) rmdirSync(above);
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
    WHERE table_schem IN ('test_analytics', 'test_logs') AND NOT starts_with(table_cat, '${sourceCatalogs}')
    ORDER BY 2, 3, 1`);
  console.log('\nOn the target, counted by Trino:');
  for (const names of tables) {
    const name = names.map((each) => `"${String(each)}"`).join('.');
    const [[count] = []] = await rowsOf(`SELECT count(*) FROM ${name}`);
    console.log(`  ${String(count).padStart(8)} rows  ${names.map(String).join('.')}`);
  }
}

async function tool(args: readonly string[], env: NodeJS.ProcessEnv, expected: readonly number[] = [0]): Promise<void> {
  console.log(`\n$ aws2openstack ${args.join(' ')}`);
  await show(process.execPath, [join(root, 'cli', 'aws2openstack.mjs'), ...args], env, expected);
}

/** Runs a program whose output a person sees. Throws when it exits with another code than those that are expected. */
async function show(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  expected: readonly number[] = [0],
): Promise<void> {
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  endAtExit(child);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === null || !expected.includes(code))
    throw new Error(`${[program, ...args].join(' ')} failed (${code ?? 'a signal'}).`);
}

function say(text: string): void {
  console.log(`\n== [${String(Math.round((Date.now() - started) / 1000)).padStart(3)} s] ${text}`);
}
