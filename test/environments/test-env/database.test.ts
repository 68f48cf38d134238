import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { findDatabase } from '../../../environments/test-env/database.js';
import { placesOf } from '../../../environments/test-env/places.js';
import { readSettings } from '../../../environments/test-env/settings.js';
import type { Settings } from '../../../environments/test-env/settings.js';

const path = process.env['PATH'];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-database-'));
  process.env['PATH'] = `${folder}${delimiter}${path ?? ''}`;
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true });
});

function settingsWith(url: string): Settings {
  const settings = readSettings({ A2O_AWS: 'local', DATABASE_URL: url });
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  return settings.value;
}

/** Records its calls, and answers as told. */
function fakeDocker(body: string): void {
  const file = join(folder, 'docker');
  writeFileSync(file, `#!/bin/sh\necho "$@ $POSTGRES_PORT" >>'${folder}/calls'\n${body}\n`);
  chmodSync(file, 0o755);
}

describe('where a container engine runs', () => {
  const settings = settingsWith('postgresql://ann:pass@127.0.0.1:5544/lake');

  test('the database is the service of docker-compose.yml, on the port of DATABASE_URL', async () => {
    fakeDocker('exit 0');
    const database = await findDatabase(placesOf(settings, folder), settings.database);
    expect(database?.name).toBe('PostgreSQL in a container (docker)');
    await database?.start();
    await database?.stop();
    const calls = readFileSync(join(folder, 'calls'), 'utf8');
    expect(calls).toMatch(/compose --file \S+\/docker\/docker-compose\.yml up --detach --wait postgres 5544\n/);
    expect(calls).toMatch(/compose --file \S+ stop 5544\n$/);
  });

  test('a port in use is reported as such', async () => {
    fakeDocker(
      'case "$*" in *" up "*) echo "Bind for 127.0.0.1:5544 failed: port is already allocated"; exit 1 ;; esac',
    );
    const database = await findDatabase(placesOf(settings, folder), settings.database);
    await expect(database?.start()).rejects.toMatchObject({ diagnostics: [{ code: 'port-in-use' }] });
  });
});

test('a server on another machine is never started or stopped', async () => {
  fakeDocker('exit 0');
  const settings = settingsWith('postgresql://ann:pass@db.invalid:5432/lake');
  const database = await findDatabase(placesOf(settings, folder), settings.database);
  expect(database?.name).toBe('PostgreSQL at db.invalid');
  await expect(database?.start()).rejects.toMatchObject({ diagnostics: [{ code: 'unreachable' }] });
  await database?.stop();
});

test('the container is PostgreSQL 15 with a health check, and listens on this machine only', () => {
  const { services } = parse(readFileSync('docker/docker-compose.yml', 'utf8')) as {
    services: { postgres: { image: string; ports: string[]; healthcheck: { test: string[] } } };
  };
  expect(services.postgres.image).toBe('postgres:15');
  expect(services.postgres.healthcheck.test[1]).toContain('pg_isready');
  for (const port of services.postgres.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
});
