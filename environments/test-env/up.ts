import { join } from 'node:path';
import { writeFileAtomically } from '../../core/atomic-file.js';
import { disconnect } from './aws.js';
import { findDatabase } from './database.js';
import {
  bucketOf,
  forgetSuffix,
  keepSuffix,
  newSuffix,
  readSuffix,
  startCloud,
  suffixOf,
  synthesize,
} from './environment.js';
import type { Cloud } from './environment.js';
import { Failure, problem } from './failure.js';
import { assetsInAws, assetsInState, keyOf, orphans, remove } from './inventory.js';
import type { Asset } from './inventory.js';
import type { Places } from './places.js';
import { preflight, problemsOf } from './preflight.js';
import { run } from './processes.js';
import type { Settings } from './settings.js';
import { findStateStore, repairState } from './state-store.js';
import { Terraform } from './terraform.js';
import { generateTestData, uploadTestData } from './test-data.js';
import type { Timing } from './timing.js';

type Say = (line: string) => void;

/** Creates the environment, or its missing parts, whatever state an earlier run left it in. */
export async function up(places: Places, settings: Settings, timing: Timing, say: Say): Promise<void> {
  await timing.step('checking the requirements', async () => {
    const problems = problemsOf(await preflight(places, settings));
    if (problems.length > 0) throw new Failure(...problems);
  });
  const setUpDatabase = async (): Promise<void> => {
    await startDatabase(places, settings, timing, say);
    await migrateState(places, settings, timing);
  };
  await allOrFirstFailure([setUpDatabase(), bringUpCloud(places, settings, timing, say)]);
}

/** Creates the permanent state store, or its missing parts. */
export async function bootstrap(places: Places, settings: Settings, timing: Timing, say: Say): Promise<void> {
  const cloud = await startCloud(places, settings);
  try {
    await timing.step('writing Terraform (cdktf)', () => synthesize(places, settings, cloud));
    await makeStateStore(places, settings, cloud, timing, say, true);
  } finally {
    disconnect(cloud.aws);
  }
}

async function startDatabase(places: Places, settings: Settings, timing: Timing, say: Say): Promise<void> {
  const database = await findDatabase(places, settings.database);
  if (database === undefined) throw new Error('the preflight let a missing database engine pass');
  await timing.step(`starting the database: ${database.name}`, () => database.start());
  const { user, host, port, name } = settings.database;
  say(`database: ${name} at ${host}:${port}, as ${user}`);
}

async function bringUpCloud(places: Places, settings: Settings, timing: Timing, say: Say): Promise<void> {
  const cloud = await timing.step(
    settings.engine === 'local' ? 'starting the emulator moto' : 'finding the AWS account',
    () => startCloud(places, settings),
  );
  try {
    await timing.step('writing Terraform (cdktf)', () => synthesize(places, settings, cloud));
    await makeStateStore(places, settings, cloud, timing, say, false);
    const terraform = new Terraform('test-env', places, settings, cloud);
    const inState = await timing.step('reading the state', () => readState(terraform, cloud, say));
    const suffix = suffixFor(places, inState);
    await removeOrphans(cloud, await assetsInAws(cloud.aws, bucketOf(suffix)), inState, say);
    await fill(places, settings, cloud, terraform, suffix, timing);
  } finally {
    disconnect(cloud.aws);
  }
}

/** Parts that exist and are not in the local state, as on another machine, are imported and never created again. */
async function makeStateStore(
  places: Places,
  settings: Settings,
  cloud: Cloud,
  timing: Timing,
  say: Say,
  always: boolean,
): Promise<void> {
  const { aws, store } = cloud;
  const there = await findStateStore(aws, store);
  if (there.bucket && there.lockTable && !always) return;
  await timing.step('creating the state store (bootstrap)', async () => {
    const terraform = new Terraform('bootstrap', places, settings, cloud);
    await terraform.earlierRun(say);
    await terraform.init();
    const unknown = await terraform.addressesOutsideState();
    const ids = {
      ...(there.bucket && { aws_s3_bucket: store.bucket }),
      ...(there.lockTable && { aws_dynamodb_table: store.lockTable }),
    };
    const imports = Object.entries(ids).flatMap(([type, id]) =>
      unknown.filter((address) => address.startsWith(`${type}.`)).map((to) => ({ to, id })),
    );
    writeFileAtomically(join(terraform.folder, 'imports.tf.json'), JSON.stringify({ import: imports }));
    await terraform.apply({});
  });
}

/** The content of the environment's state, read once no other run works on it. */
export async function readState(terraform: Terraform, { aws, store }: Cloud, say: Say): Promise<readonly Asset[]> {
  const earlier = await terraform.earlierRun(say);
  for (const repair of await repairState(aws, store, earlier)) say(repair);
  await terraform.init();
  return assetsInState(await terraform.pullState());
}

/** An existing bucket wins; then the name that a killed run had chosen. */
function suffixFor(places: Places, inState: readonly Asset[]): string {
  const bucket = inState.find(({ kind }) => kind === 'bucket')?.name[0];
  const suffix = bucket === undefined ? (readSuffix(places) ?? newSuffix(new Date())) : suffixOf(bucket);
  keepSuffix(places, suffix);
  return suffix;
}

export async function removeOrphans(
  { aws }: Cloud,
  inAws: readonly Asset[],
  inState: readonly Asset[],
  say: Say,
): Promise<void> {
  for (const asset of orphans(inAws, inState)) {
    say(`removing what a killed run left behind: ${keyOf(asset)}`);
    await remove(aws, asset);
  }
}

/** Terraform mostly waits for S3 to confirm the lifecycle rule; the data is generated and uploaded meanwhile. */
async function fill(
  places: Places,
  settings: Settings,
  { aws }: Cloud,
  terraform: Terraform,
  suffix: string,
  timing: Timing,
): Promise<void> {
  const bucket = bucketOf(suffix);
  const stop = new AbortController();
  const data = async (): Promise<void> => {
    await timing.step('writing the test data', () => generateTestData(places, settings, bucket));
    await timing.step(`uploading to ${bucket}`, () => uploadTestData(aws, places, bucket, stop.signal));
  };
  const apply = async (): Promise<void> => {
    try {
      await timing.step('terraform apply (S3 takes about a minute)', () =>
        terraform.apply(variablesOf(settings, suffix)),
      );
    } catch (error) {
      stop.abort();
      if (error instanceof Failure && error.diagnostics[0]?.code === 'bucket-name-taken') forgetSuffix(places);
      throw error;
    }
  };
  await allOrFirstFailure([apply(), data()]);
  // Terraform may have replaced the bucket after the upload. Objects that are there are not sent again.
  await timing.step('checking the upload', () => uploadTestData(aws, places, bucket, stop.signal));
}

export function variablesOf({ region }: Settings, suffix: string): Readonly<Record<string, string>> {
  return { aws_region: region, bucket_suffix: suffix };
}

/** Sets up the store in the database, or brings it to this version's schema. */
async function migrateState({ root }: Places, { database }: Settings, timing: Timing): Promise<void> {
  await timing.step('aws2openstack state migrate', async () => {
    const command = [join(root, 'cli', 'aws2openstack.mjs'), 'state', 'migrate'];
    const env = { ...process.env, DATABASE_URL: database.url };
    const { code, output } = await run(process.execPath, command, { env });
    if (code !== 0)
      throw new Failure(
        problem(
          'no-state',
          'database',
          output.trim(),
          'Fix that, then run `make test-env-up` again. `make test-env-clean` starts over and loses what is stored.',
        ),
      );
  });
}

/** Waits until all have ended, so that nothing is cut off, then fails with the first failure. */
async function allOrFirstFailure(work: readonly Promise<void>[]): Promise<void> {
  let first: { readonly error: unknown } | undefined;
  const note = (error: unknown): void => void (first ??= { error });
  await Promise.all(work.map((one) => one.catch(note)));
  if (first !== undefined) throw first.error;
}
