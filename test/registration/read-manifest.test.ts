import { expect, test } from '@jest/globals';
import { sha256 } from '../../core/canonical-json.js';
import { makeManifest, renderManifest } from '../../registration/index.js';
import { readManifest } from '../../registration/read-manifest.js';
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
    { code: 'manifest-malformed', message: expect.stringContaining('/schemaVersion must be equal to constant') },
  ],
  [
    'a file that is named outside its folder',
    new Map([
      [
        'manifest.json',
        `{"catalogs":{"a":{"entries":0,"file":"../a.ndjson","sha256":"${sha256('')}"}},"kind":"RegistrationManifest","schemaVersion":"2.0"}`,
      ],
    ]),
    { code: 'manifest-malformed', message: expect.stringContaining('/catalogs/a/file must match pattern') },
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
      message: expect.stringContaining('/statements must NOT have fewer than 1 items'),
      at: { file: 'hive.ndjson', line: 1 },
    },
  ],
  [
    'an entry with an unknown key',
    filesWith((hive) => hive.replace('{', '{"more":1,')),
    { code: 'manifest-malformed', message: expect.stringContaining('it must NOT have additional properties') },
  ],
  [
    'an entry whose SQL was redacted',
    filesWith((hive) => hive.replace('format =', '[redacted]')),
    { code: 'manifest-entry-changed' },
  ],
  [
    'an entry for another catalog',
    filesWith((hive) => hive.replace('"target":{"catalog":"hive"', '"target":{"catalog":"other"')),
    { code: 'manifest-wrong-catalog', at: { file: 'hive.ndjson', line: 1 } },
  ],
])('%s is refused, with the place', (_what, files, problem) => {
  expect(readManifest(files)).toMatchObject({ ok: false, error: [problem] });
});
