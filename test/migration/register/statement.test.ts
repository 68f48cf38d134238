import { expect, test } from '@jest/globals';
import { readStatement, relationsNamedIn } from '../../../migration/register/statement.js';
import { makeManifest } from '../../../registration/index.js';
import { bucket, database, targetWith } from '../../support/plan-builder.js';
import { registeredTables } from '../../support/registered-tables.js';

const entries = [
  ...makeManifest({
    target: targetWith(),
    buckets: [bucket('raw', { targetBucket: 'raw-target' })],
    databases: [database('sales', { locationUri: 's3://raw/sales' })],
    tables: registeredTables,
  }).catalogs.values(),
].flat();

test('every statement of every kind of table is understood, but for comments', () => {
  for (const { statements, target, key } of entries) {
    const read = statements.map(readStatement);
    const kinds = read.map(({ kind }) => kind);
    statements.forEach((sql, at) => {
      if (kinds[at] === 'other') expect(sql).toMatch(/^COMMENT ON COLUMN /);
    });
    const names = read.flatMap((statement) => ('name' in statement ? [statement.name.join('.')] : []));
    if (target.table !== null)
      expect([key, names]).toEqual([
        key,
        expect.arrayContaining([`${target.catalog}.${target.schema}.${target.table}`]),
      ]);
  }
});

test('names and texts are read as they were written', () => {
  expect(
    readStatement(
      'CREATE TABLE IF NOT EXISTS "a"."b""x"."it\'s" (\n  "c" VARCHAR COMMENT \'external_location = no\'\n)\nWITH (\n  external_location = \'s3://b/it\'\'s\',\n  partitioned_by = ARRAY[\'c\']\n)',
    ),
  ).toMatchObject({
    kind: 'table',
    name: ['a', 'b"x', "it's"],
    location: "s3://b/it's",
    isPartitioned: true,
  });
  expect(readStatement('CREATE SCHEMA IF NOT EXISTS "hive"."s" WITH (location = \'s3://b/s\')')).toEqual({
    kind: 'schema',
    catalog: 'hive',
    schema: 's',
    location: 's3://b/s',
  });
  expect(
    readStatement(
      "CALL \"i\".system.register_table(schema_name => 's', table_name => 't', table_location => 's3://b/t', metadata_file_name => '1.metadata.json')",
    ),
  ).toMatchObject({ name: ['i', 's', 't'], location: 's3://b/t', metadataFile: '1.metadata.json' });
});

test('names inside a query are found', () => {
  expect(relationsNamedIn('SELECT "a" FROM "h"."s"."t" JOIN "i"."s"."x""y$files" ON 1 = 1')).toEqual([
    '"h"."s"."t"',
    '"i"."s"."x""y$files"',
  ]);
});
