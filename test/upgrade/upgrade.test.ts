import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inputHashes, planDocument, planFromFiles } from '../../mappings/index.js';
import type { PlannedFiles } from '../../mappings/index.js';
import { writeTerraform } from '../../stacks/index.js';
import { listAssessments, openState, transformationResultsOf } from '../../state/index.js';
import { knownMigrations } from '../../state/schema-versions/migrate.js';
import { valueOf } from '../support/assess-run.js';
import { cli } from '../support/run-cli.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';
import { changesSince } from './changes.js';
import { fixture, fixtureNames, mapping, resourcesOf } from './fixture.js';
import type { PlanItem, Resources } from './fixture.js';
import { replacements } from './replacements.js';
import { restore } from './restore.js';

jest.setTimeout(180_000);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-upgrade-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(fixtureNames)('files of the artefact %s', (name) => {
  const old = fixture(name);
  const changes = changesSince(name);
  let planned: PlannedFiles;
  beforeAll(async () => {
    const assessment = join(folder, name, 'glue-catalog-assessment.json');
    mkdirSync(dirname(assessment));
    writeFileSync(assessment, old.assessment);
    writeFileSync(join(folder, name, 'glue-catalog-partitions.ndjson.gz'), old.partitions);
    planned = valueOf(await planFromFiles({ assessment, mapping }));
  });

  test('every asset is planned as before, apart from what the CHANGELOG tells', () => {
    const now = new Map<string, PlanItem>(planDocument(planned.plan).items.map((item) => [item.key, item]));
    expect([...now.keys()].sort()).toEqual(old.plan.items.map(({ key }) => key).sort());
    const other = old.plan.items.filter(({ key, outcome, what }) => {
      const item = now.get(key);
      return item?.outcome !== outcome || (outcome === 'mapped' && item.what !== what);
    });
    expect(other.map(({ key }) => key).sort()).toEqual([...changes.plan].sort());
  });

  describe('its Terraform', () => {
    let output = '';
    beforeAll(async () => {
      output = join(folder, name, 'out');
      valueOf(await writeTerraform(planned.plan, output, inputHashes(planned)));
    });
    const now = (stack: string): Resources => resourcesOf(join(output, 'stacks', stack));

    test('every resource keeps its address, apart from what the CHANGELOG tells', () => {
      for (const [stack, before] of Object.entries(old.resources)) {
        const kept = new Set(addressesOf(now(stack)));
        expect(addressesOf(before).filter((address) => !kept.has(address))).toEqual(changes.addresses[stack] ?? []);
      }
    });

    test('no resource is replaced, apart from what the CHANGELOG tells', () => {
      for (const [stack, before] of Object.entries(old.resources))
        expect([stack, replacements(before, now(stack))]).toEqual([stack, changes.replaced[stack] ?? []]);
    });
  });
});

test('a changed argument that cannot be changed in place is found, unless Terraform ignores it', () => {
  const volume = { volume: { size: 10, availability_zone: 'a', lifecycle: { ignore_changes: ['snapshot_id'] } } };
  const before: Resources = { openstack_blockstorage_volume_v3: volume };
  const after = (more: object): Resources => ({
    openstack_blockstorage_volume_v3: { volume: { ...volume.volume, ...more } },
  });
  expect(replacements(before, after({ size: 20, snapshot_id: 'x' }))).toEqual([]);
  expect(replacements(before, after({ availability_zone: 'b' }))).toEqual([
    'openstack_blockstorage_volume_v3.volume availability_zone',
  ]);
});

function addressesOf(resources: Resources): readonly string[] {
  return Object.entries(resources)
    .flatMap(([type, named]) => Object.keys(named).map((id) => `${type}.${id}`))
    .sort();
}

describe.each(engineNames)('the store of an earlier artefact, %s', (engineName) => {
  let engine: StateEngine;
  beforeAll(async () => {
    engine = await startEngine(engineName);
  });
  afterAll(() => engine.stop());

  test.each(fixtureNames)(
    '%s: it is read only after the upgrade, which says first that there is no way back',
    async (name) => {
      const { schema } = fixture(name);
      const location = await restore(engine, fixture(name).sql);
      const env = engine.env(location);
      const pending = knownMigrations().filter((each) => !schema.includes(each));
      const before = await openState(location, { access: 'read', purpose: 'test' });
      if (pending.length > 0) expect(before).toMatchObject({ ok: false, error: [{ code: 'store-not-migrated' }] });
      if (before.ok) await before.value.close();
      const preview = await cli(['state', 'migrate', '--dry-run'], env);
      expect(preview.code).toBe(0);
      if (pending.length > 0) {
        expect(preview.stdout).toContain(
          'cannot be undone; older versions of aws2openstack refuse the store afterwards.',
        );
        expect(preview.stdout).toContain(engineName === 'embedded' ? 'cp -a' : 'pg_dump');
        for (const each of pending) expect(preview.stdout).toContain(each);
      }
      expect(JSON.parse((await cli(['state', 'migrate', '--dry-run', '--json'], env)).stdout)).toMatchObject({
        pending: pending.map((each) => expect.objectContaining({ name: each })),
        before: schema,
      });
      const migrated = await cli(['state', 'migrate'], env);
      expect(migrated.code).toBe(0);
      expect(migrated.stderr).toEqual(
        pending.length === 0 ? '' : expect.stringMatching(/cannot be undone; older versions of aws2openstack refuse/),
      );
      const state = await opened(location, 'read');
      try {
        const [assessment] = await listAssessments(state, { limit: 10 });
        expect(assessment).toMatchObject({ region: 'eu-central-1', total_tables: 208 });
        expect(await transformationResultsOf(state, { assessmentId: assessment?.id ?? '', limit: 10 })).toHaveLength(1);
      } finally {
        await state.close();
      }
    },
  );

  test('a store that a newer version has changed is refused, with the way out', async () => {
    const location = await engine.fresh();
    const state = await opened(location);
    await state.db
      .insertInto('schema_migrations' as never)
      .values({ name: '9999-later', timestamp: new Date().toISOString() })
      .execute();
    await state.close();
    for (const args of [
      ['state', 'migrate'],
      ['state', 'migrate', '--dry-run'],
      ['assessments', 'list'],
    ]) {
      const { code, stderr } = await cli(args, engine.env(location));
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/9999-later.*\[newer-store\]\n {2}fix: Update aws2openstack/),
      ]);
    }
  });
});
