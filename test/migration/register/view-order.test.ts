import { expect, test } from '@jest/globals';
import { readsOf, viewGroups } from '../../../migration/register/view-order.js';
import type { ManifestEntry } from '../../../registration/index.js';
import { manifestOf, table } from './registration.js';

function view(name: `${string}.${string}`, sql: string, catalog = 'hive') {
  return table(name, {
    method: 'view',
    catalog,
    location: null,
    source: { format: 'VIEW', view: { dialect: 'presto', sql, catalog: 'awsdatacatalog', schema: 's' } },
  });
}

function groupsOf(entries: readonly ManifestEntry[]): readonly (readonly string[])[] {
  const views = entries.filter(({ phase }) => phase === 'view');
  return viewGroups(views, readsOf(entries)).map((group) => group.map(({ key }) => key));
}

test('a view comes after what it reads, in whatever catalog that is', () => {
  const entries = [
    ...manifestOf([
      table('s.t'),
      view('s.a', 'SELECT * FROM s.b'),
      view('s.b', 'SELECT * FROM s.c', 'iceberg'),
      view('s.c', 'SELECT * FROM s.t'),
      view('s.d', "SELECT 's.a' AS x FROM s.t"),
    ]).catalogs.values(),
  ].flat();
  const [first = [], ...later] = groupsOf(entries);
  expect([...first].sort()).toEqual(['table:s.c', 'table:s.d']);
  expect(later).toEqual([['table:s.b'], ['table:s.a']]);
});

test('names in texts that look like a circle stop nothing', () => {
  const entries = [
    ...manifestOf([
      table('s.t'),
      view('s.a', `SELECT '"hive"."s"."b"' AS x FROM s.t`),
      view('s.b', 'SELECT * FROM s.a'),
    ]).catalogs.values(),
  ].flat();
  expect(groupsOf(entries).flat().sort()).toEqual(['table:s.a', 'table:s.b']);
});
