import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stopLastingMoto } from '../moto/lasting-moto.js';
import { disconnect } from './aws.js';
import { findDatabase } from './database.js';
import { bucketOf, findCloud, forgetSuffix, readSuffix, suffixOf, synthesize } from './environment.js';
import type { Cloud } from './environment.js';
import { assetsInAws, keyOf, usersOwn } from './inventory.js';
import type { Asset } from './inventory.js';
import type { Places } from './places.js';
import type { Settings } from './settings.js';
import { findStateStore } from './state-store.js';
import { Terraform } from './terraform.js';
import type { Timing } from './timing.js';
import { readState, removeOrphans, variablesOf } from './up.js';

type Say = (line: string) => void;

/** Removes what `up` made, whatever state an earlier run left it in. The state store and the database's data stay. */
export async function down(places: Places, settings: Settings, timing: Timing, say: Say): Promise<void> {
  const [cloud, database] = await Promise.all([findCloud(places, settings), findDatabase(places, settings.database)]);
  const stopDatabase = timing.step('stopping the database', async () => database?.stop());
  if (cloud === undefined) say('the emulator is not running, so nothing is left in it');
  else {
    try {
      await takeDown(places, settings, cloud, timing, say);
    } finally {
      disconnect(cloud.aws);
    }
  }
  forgetSuffix(places);
  if (settings.engine === 'local' && settings.endpoint === undefined) {
    await timing.step('stopping the emulator moto', () => stopLastingMoto(places.moto));
  }
  await stopDatabase;
}

async function takeDown(places: Places, settings: Settings, cloud: Cloud, timing: Timing, say: Say): Promise<void> {
  const kept = readSuffix(places);
  const find = (suffix: string | undefined): Promise<readonly Asset[]> =>
    assetsInAws(cloud.aws, suffix === undefined ? undefined : bucketOf(suffix));
  const { bucket, lockTable } = await findStateStore(cloud.aws, cloud.store);
  if (!bucket || !lockTable) {
    await removeOrphans(cloud, await find(kept), [], say);
    return;
  }
  await timing.step('writing Terraform (cdktf)', () => synthesize(places, settings, cloud));
  const terraform = new Terraform('test-env', places, settings, cloud);
  const inState = await timing.step('reading the state', () => readState(terraform, cloud, say));
  const made = inState.find(({ kind }) => kind === 'bucket')?.name[0];
  const suffix = made === undefined ? kept : suffixOf(made);
  const inAws = await find(suffix);
  for (const asset of usersOwn(inAws)) say(`removing, with its database, what you created: ${keyOf(asset)}`);
  // What Terraform does not know goes first: objects that appear meanwhile would prevent the bucket's deletion.
  await removeOrphans(cloud, inAws, inState, say);
  await timing.step('terraform destroy', () => terraform.destroy(variablesOf(settings, suffix ?? '00000000-none')));
  if (kept !== undefined && kept !== suffix) await removeOrphans(cloud, await find(kept), [], say);
}

const madeHere = /^(log|postgresql|testdata|terraform|terraform\..+|environment\.json|moto\.json(\..+)?)$/;

/** Runs `down`, then removes the files on this machine: test data, the database's data, logs. Keeps the state of `bootstrap`. */
export async function clean(places: Places, settings: Settings, timing: Timing, say: Say): Promise<void> {
  await down(places, settings, timing, say);
  await timing.step('removing files', async () => {
    await (await findDatabase(places, settings.database))?.removeData();
    rmSync(places.testData, { recursive: true, force: true });
    for (const name of readdirSync(places.folder)) {
      const isPermanent = settings.engine === 'aws' && name.startsWith('terraform.bootstrap.tfstate');
      // Whoever set A2O_TEST_ENV_DIR may have other things there.
      if (madeHere.test(name) && !isPermanent) rmSync(join(places.folder, name), { recursive: true, force: true });
    }
  });
}
