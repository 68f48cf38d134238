import { migrateStore, previewUpgrade } from '../../state/schema-versions/migrate-store.js';
import { summaryOf } from '../../state/schema-versions/migrate.js';
import { storeStatus } from '../../state/status/read-status.js';
import { embeddedFolder, stateLocation } from '../../state/store/location.js';
import { placeOf } from '../../state/store/state.js';
import { failed } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { describeMigration, describeOneWay, describePreview, describeStatus } from './view.js';
import type { PlaceChoice } from './view.js';

export async function migrateState(json: boolean, io: CliIo): Promise<ExitCode> {
  const location = stateLocation(io.env, process.cwd());
  if (!location.ok) return failed(io, location.error);
  const place = placeOf(location.value);
  const migrated = await migrateStore(location.value, 'aws2openstack state migrate', ({ pending }) => {
    io.stderr.write(describeOneWay(place, pending.length));
  });
  if (!migrated.ok) return failed(io, migrated.error);
  const { applied, before } = migrated.value;
  const done = { place, applied, before };
  io.stdout.write(json ? `${JSON.stringify({ kind: 'StoreMigration', ...done })}\n` : describeMigration(done));
  return 0;
}

export async function previewMigration(json: boolean, io: CliIo): Promise<ExitCode> {
  const location = stateLocation(io.env, process.cwd());
  if (!location.ok) return failed(io, location.error);
  const found = await previewUpgrade(location.value, 'aws2openstack state migrate --dry-run');
  if (!found.ok) return failed(io, found.error);
  const { pending, before } = found.value;
  const preview = {
    place: placeOf(location.value),
    engine: location.value.engine,
    pending: pending.map((name) => ({ name, summary: summaryOf(name) })),
    before,
  };
  io.stdout.write(
    json ? `${JSON.stringify({ kind: 'StoreMigrationPreview', ...preview })}\n` : describePreview(preview),
  );
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
  io.stdout.write(json ? `${JSON.stringify({ kind: 'StoreStatus', ...status }, null, 2)}\n` : describeStatus(status));
  return 0;
}
