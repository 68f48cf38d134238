import { beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { explainAsset, planFromFiles } from '../../../mappings/index.js';
import type { PlannedFiles } from '../../../mappings/index.js';
import { makeManifest } from '../../../registration/index.js';

let planned: PlannedFiles;

beforeAll(async () => {
  const assessment = join(import.meta.dirname, '../../../examples/demo/glue-catalog-assessment.json');
  const files = await planFromFiles({ assessment, mapping: 'default' });
  if (!files.ok) throw new Error(JSON.stringify(files.error));
  planned = files.value;
});

test.each([
  ['machine_learning.images_manifest', "its column 'class-metadata' has a field 'job-name'; Hive allows only"],
  ['odd_names.${jndi:ldap://x}', "has an empty folder name ('//'), which Trino's Hive connector cannot open"],
  [/^table:odd_names\.a_very_long_name/, 'its name has 205 characters; Hive Metastore allows 128'],
])('%s, which Trino could never register, is blocked with the reason and the rule', (name, reason) => {
  const { plan } = planned;
  const matches = (key: string): boolean => (typeof name === 'string' ? key === `table:${name}` : name.test(key));
  const blocked = plan.blocked.find(({ key }) => matches(key));
  expect(blocked).toMatchObject({
    reason: expect.stringContaining(reason),
    rule: { template: 'default', line: expect.any(Number) },
  });
  const explained = explainAsset(blocked?.key ?? '', planned.assessment, planned.template, plan);
  expect(explained).toMatchObject({ value: [{ outcome: 'blocked', what: blocked?.reason }] });
});

test('every table that is mapped is in the manifest, with statements', () => {
  const { plan } = planned;
  const entries = [...makeManifest(plan).catalogs.values()].flat();
  const tables = entries.filter(({ phase }) => phase !== 'schema');
  expect(tables.map(({ key }) => key).sort()).toEqual(plan.tables.map(({ key }) => key).sort());
  expect(tables.every(({ statements }) => statements.length > 0)).toBe(true);
  expect(plan.totals.table).toMatchObject({ assessed: 208, mapped: 146, blocked: 62 });
});
