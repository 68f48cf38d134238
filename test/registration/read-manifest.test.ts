import { expect, test } from '@jest/globals';
import { sha256 } from '../../core/canonical-json.js';
import { makeManifest, renderManifest } from '../../registration/index.js';
import { idempotencyKeyOf } from '../../registration/manifest.js';
import type { ManifestEntry } from '../../registration/manifest.js';
import { parseEntry, readManifest } from '../../registration/read-manifest.js';
import { bucket, database, planWith } from '../support/plan-builder.js';
import { registeredTables } from '../support/registered-tables.js';

const manifest = makeManifest(
  planWith({ buckets: [bucket('raw')], databases: [database('sales')], tables: registeredTables }),
);

/** The files with one changed, and with the index that fits them where `isListed`. */
function filesWith(change: (hive: string) => string, isListed = true): ReadonlyMap<string, string> {
  const files = new Map(renderManifest(manifest));
  const before = files.get('hive.ndjson') ?? '';
  const after = change(before);
  files.set('hive.ndjson', after);
  const index = files.get('manifest.json') ?? '';
  if (isListed) files.set('manifest.json', index.replace(sha256(before), sha256(after)));
  return files;
}

/** As text, with the index that fits however many entries there are. */
function withIndexOf(files: ReadonlyMap<string, string>, entries: number): ReadonlyMap<string, string> {
  const index = JSON.parse(files.get('manifest.json') ?? '') as { catalogs: { hive: { entries: number } } };
  index.catalogs.hive.entries = entries;
  return new Map([...files, ['manifest.json', JSON.stringify(index)]]);
}

const hiveEntries = manifest.catalogs.get('hive') ?? [];

function forAnotherCatalog(hive: string): string {
  const [line = '', ...others] = hive.split('\n');
  const entry = JSON.parse(line) as ManifestEntry;
  const moved = { ...entry, target: { ...entry.target, catalog: 'other' } };
  return [JSON.stringify({ ...moved, idempotencyKey: idempotencyKeyOf(moved) }), ...others].join('\n');
}

test('what is written is read', () => {
  expect(readManifest(renderManifest(manifest))).toEqual({ ok: true, value: manifest });
});

test.each<[string, ReadonlyMap<string, string>, object]>([
  [
    'no index',
    new Map(),
    { code: 'manifest-file-missing', message: 'The file manifest.json of the registration manifest is missing.' },
  ],
  [
    'an index that is not JSON',
    new Map([['manifest.json', '{']]),
    { code: 'manifest-malformed', message: "The registration manifest's index is not JSON." },
  ],
  [
    'an index of another version',
    new Map([['manifest.json', '{"catalogs":{},"kind":"RegistrationManifest","schemaVersion":"1.0"}']]),
    { code: 'manifest-malformed', message: expect.stringContaining('/schemaVersion must be "2.1"') },
  ],
  [
    'a file that is named outside its folder',
    new Map([
      [
        'manifest.json',
        `{"catalogs":{"a":{"entries":0,"file":"../a.ndjson","sha256":"${sha256('')}"}},"kind":"RegistrationManifest","schemaVersion":"2.1"}`,
      ],
    ]),
    {
      code: 'manifest-malformed',
      message: expect.stringContaining('/catalogs/a/file does not have the required form'),
    },
  ],
  [
    'a catalog without its file',
    new Map([...renderManifest(manifest)].filter(([name]) => name !== 'hive.ndjson')),
    { code: 'manifest-file-missing', at: { file: 'hive.ndjson' } },
  ],
  [
    'a file of another hash',
    filesWith((hive) => hive.replace('TABLE', 'table'), false),
    { code: 'manifest-file-changed', at: { file: 'hive.ndjson' } },
  ],
  [
    'a file with an entry less',
    filesWith((hive) => hive.slice(hive.indexOf('\n') + 1)),
    { code: 'manifest-entries-missing' },
  ],
  [
    'an entry without statements',
    filesWith((hive) => hive.replace(/"statements":\["(?:[^"\\]|\\.)*"\]/, '"statements":[]')),
    {
      code: 'manifest-malformed',
      message: expect.stringContaining('/statements must not be empty'),
      at: { file: 'hive.ndjson', line: 1 },
    },
  ],
  [
    'an entry with an unknown key',
    filesWith((hive) => hive.replace('{', '{"more":1,')),
    { code: 'manifest-malformed', message: expect.stringContaining("it has the unknown key 'more'") },
  ],
  [
    'an entry whose SQL was redacted',
    filesWith((hive) => hive.replace('format =', '[redacted]')),
    { code: 'manifest-entry-changed' },
  ],
  [
    'an entry for another catalog',
    filesWith(forAnotherCatalog),
    { code: 'manifest-wrong-catalog', at: { file: 'hive.ndjson', line: 1 } },
  ],
  [
    'an entry that is there twice',
    withIndexOf(
      filesWith((hive) => hive.slice(0, hive.indexOf('\n') + 1) + hive),
      hiveEntries.length + 1,
    ),
    { code: 'manifest-entry-repeated', message: expect.stringContaining(hiveEntries[0]?.key ?? '?') },
  ],
  [
    'a last line that is cut off, where the count fits',
    withIndexOf(
      filesWith((hive) => hive.slice(0, -1)),
      hiveEntries.length - 1,
    ),
    { code: 'manifest-file-cut-off', at: { file: 'hive.ndjson' } },
  ],
  [
    'a file that the index does not list',
    new Map(
      [
        ...renderManifest(manifest),
        ['manifest.json', '{"catalogs":{},"kind":"RegistrationManifest","schemaVersion":"2.1"}'],
      ].filter(([name]) => name === 'manifest.json' || name === 'hive.ndjson') as [string, string][],
    ),
    { code: 'manifest-file-unlisted', at: { file: 'hive.ndjson' } },
  ],
])('%s is refused, with the place', (_what, files, problem) => {
  expect(readManifest(files)).toMatchObject({ ok: false, error: [problem] });
});

test.each<[string, (entry: ManifestEntry) => ManifestEntry]>([
  ['catalog', (entry) => ({ ...entry, target: { ...entry.target, catalog: 'other' } })],
  ['schema', (entry) => ({ ...entry, target: { ...entry.target, schema: 'other' } })],
  ['table', (entry) => ({ ...entry, target: { ...entry.target, table: 'other' } })],
  ['location', (entry) => ({ ...entry, target: { ...entry.target, location: 's3://other/' } })],
  ['method', (entry) => ({ ...entry, method: 'alias' })],
  ['source of partitions', (entry) => ({ ...entry, partitionsBy: 'projection' })],
])('an entry whose %s was edited is refused', (_what, edit) => {
  const entry = hiveEntries.find(({ method, partitionsBy }) => method === 'external' && partitionsBy === null);
  if (entry === undefined) throw new Error('no such entry');
  expect(parseEntry(entry)).toMatchObject({ ok: true });
  expect(parseEntry(edit(entry))).toMatchObject({ ok: false, error: [{ code: 'manifest-entry-changed' }] });
});
