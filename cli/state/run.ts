import { migrateStore } from '../../state/schema-versions/migrate-store.js';
import { storeStatus } from '../../state/status/read-status.js';
import { embeddedFolder, stateLocation } from '../../state/store/location.js';
import { placeOf } from '../../state/store/state.js';
import { failed } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { describeMigration, describeStatus } from './view.js';
import type { PlaceChoice } from './view.js';

export async function migrateState(json: boolean, io: CliIo): Promise<ExitCode> {
  const location = stateLocation(io.env, process.cwd());
  if (!location.ok) return failed(io, location.error);
  const migrated = await migrateStore(location.value, 'aws2openstack state migrate');
  if (!migrated.ok) return failed(io, migrated.error);
  const { applied, before } = migrated.value;
  const done = { place: placeOf(location.value), applied, before };
  io.stdout.write(json ? `${JSON.stringify(done)}\n` : describeMigration(done));
  return 0;
}

export async function showStatus(json: boolean, io: CliIo): Promise<ExitCode> {
  const location = stateLocation(io.env, process.cwd());
  if (!location.ok) return failed(io, location.error);
  const found = await storeStatus(location.value, 'aws2openstack state status');
  if (!found.ok) return failed(io, found.error);
  const chosenBy: PlaceChoice =
    found.value.engine === 'server' ? 'DATABASE_URL' : embeddedFolder(io.env, process.cwd()).chosenBy;
  const status = { ...found.value, chosenBy };
  io.stdout.write(json ? `${JSON.stringify(status, null, 2)}\n` : describeStatus(status));
  return 0;
}
