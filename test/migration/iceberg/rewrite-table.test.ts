import { describe, expect, test } from '@jest/globals';
import { rewriteTable } from '../../../migration/iceberg/index.js';
import type { RewritePorts, RewrittenFile } from '../../../migration/iceberg/index.js';
import { valueOf } from '../../support/assess-run.js';
import { MemoryFiles } from './memory-files.js';
import { problemsOf } from './problems.js';
import { SampleTable } from './sample-table.js';

const rules = [
  { from: 's3://old', to: 's3://a-new-name' },
  { from: 's3://logs', to: 's3://logs-new' },
];

function request(metadata: string, trinoVersion = 476) {
  return { table: 'table:sales.orders', metadata, rules, trinoVersion };
}

async function rewritten(table: SampleTable, metadata: string, trinoVersion = 476): Promise<MemoryFiles> {
  const target = new MemoryFiles();
  valueOf(await rewriteTable(request(metadata, trinoVersion), { source: table.files, target }));
  return target;
}

/** Every file that was written has the bytes that a writer at the new place would have made. */
function expectAsMadeThere(target: MemoryFiles, there: SampleTable): void {
  expect(target.files.size).toBeGreaterThan(0);
  for (const [uri, content] of target.files) {
    expect([uri, content.toString('latin1')]).toEqual([uri, there.files.get(uri).toString('latin1')]);
  }
}

/** The same table at two places; `isThere` is true for the new one. */
type Make = (table: SampleTable, isThere: boolean) => string;

const many = Array.from({ length: 9 }, (_, i) => `data/city=a%2Fb ${i}//part+${i}.parquet`);

const tables: Readonly<Record<string, Make>> = {
  'data files': (table) => {
    const entries = many.map((name, i) => ({ path: table.dataFile(name), city: i === 0 ? null : `städte/${i}` }));
    return table.commit([table.manifest('metadata/m0.avro', entries)]);
  },
  'several snapshots that share manifests': (table) => {
    const [a, b] = [table.dataFile('data/a'), table.dataFile('data/b')];
    const first = table.manifest('metadata/m0.avro', [{ path: a }]);
    table.commit([first]);
    table.commit([first, table.manifest('metadata/m1.avro', [{ path: b }])]);
    return table.commit([
      table.manifest('metadata/m2.avro', [
        { path: a, status: 2 },
        { path: b, status: 0 },
      ]),
    ]);
  },
  'position deletes in Parquet': (table, withoutLayout) => {
    const [a, b] = [table.dataFile('data/a'), table.dataFile('data/b')];
    const deletes = [
      {
        path: table.parquetDeletes('data/d0.parquet', [
          [a, 0],
          [a, 7],
        ]),
        content: 1,
        pathBounds: [a, a],
        withoutLayout,
      },
      {
        path: table.parquetDeletes('data/d1.parquet', [
          [a, 3],
          [b, 1],
        ]),
        content: 1,
        pathBounds: [a, b],
        withoutLayout,
      },
    ] as const;
    return table.commit([
      table.manifest('metadata/m0.avro', [{ path: a }, { path: b }]),
      table.manifest('metadata/m1.avro', deletes),
    ]);
  },
  'position deletes in Avro': (table, withoutLayout) => {
    const a = table.dataFile('data/a');
    const path = table.avroDeletes('data/d0.avro', [
      [a, 0],
      [a, 1],
      [a, 2],
    ]);
    const entry = { path, content: 1, format: 'AVRO', referencedDataFile: a, withoutLayout } as const;
    return table.commit([
      table.manifest('metadata/m0.avro', [{ path: a }]),
      table.manifest('metadata/m1.avro', [entry]),
    ]);
  },
  'equality deletes': (table) => {
    const entry = { path: table.dataFile('data/e0.parquet'), content: 2, pathBounds: ['x', 'y'] } as const;
    return table.commit([table.manifest('metadata/m0.avro', [entry])]);
  },
  'statistics and a write path elsewhere': (table, isThere) => {
    const logs = isThere ? 's3://logs-new' : 's3://logs';
    const path = table.put(`${logs}/t/data/f.parquet`, 'rows');
    const statistics = [
      { 'snapshot-id': 1, 'statistics-path': `${table.location}/metadata/s.stats`, 'file-size-in-bytes': 5 },
    ];
    return table.commit([table.manifest('metadata/m0.avro', [{ path }])], {
      statistics,
      'partition-statistics': [
        { 'snapshot-id': 1, 'statistics-path': `${table.location}/metadata/p.parquet`, 'file-size-in-bytes': 6 },
      ],
      properties: {
        'write.data.path': `${logs}/t/data`,
        mine: `${logs}/t`,
        comment: 'copied from s3://old/t/x',
        other: 's3://elsewhere/x',
      },
    });
  },
  'no snapshot': (table) => table.metadata(),
};

describe('what is written has the bytes that a writer at the new place would have made', () => {
  for (const [name, make] of Object.entries(tables))
    test.each([1, 2, 3] as const)(`${name}, format version %i`, async (version) => {
      if (version === 1 && name.includes('deletes')) return;
      const [here, there] = [new SampleTable('s3://old/t', version), new SampleTable('s3://a-new-name/t', version)];
      const metadata = make(here, false);
      make(there, true);
      expectAsMadeThere(await rewritten(here, metadata), there);
    });

  test('deletion vectors, for a Trino that reads them', async () => {
    const make: Make = (table) => {
      const [a, b] = [table.dataFile('data/a'), table.dataFile('data/b')];
      const path = table.vectors('data/v.puffin', [a, b]);
      const entry = { path, content: 1, format: 'PUFFIN' } as const;
      return table.commit([
        table.manifest('metadata/m0.avro', [{ path: a }, { path: b }]),
        table.manifest('metadata/m1.avro', [
          { ...entry, referencedDataFile: a },
          { ...entry, referencedDataFile: b },
        ]),
      ]);
    };
    const [here, there] = [new SampleTable('s3://old/t', 3), new SampleTable('s3://a-new-name/t', 3)];
    const metadata = make(here, false);
    make(there, true);
    expectAsMadeThere(await rewritten(here, metadata, 483), there);
  });

  test('manifests without compression stay without it', async () => {
    const [here, there] = [new SampleTable('s3a://old/t', 2, 'null'), new SampleTable('s3a://a-new-name/t', 2, 'null')];
    const make: Make = (table) =>
      table.commit([table.manifest('metadata/m0.avro', [{ path: table.dataFile('data/a') }])]);
    const metadata = make(here, false);
    make(there, true);
    expectAsMadeThere(await rewritten(here, metadata), there);
  });
});

test('a manifest that format version 1 names in the metadata file is rewritten', async () => {
  const table = new SampleTable('s3://old/t', 1);
  const manifest = table.manifest('metadata/m0.avro', [{ path: table.dataFile('data/a') }]);
  const uri = table.put(
    'metadata/v1.metadata.json',
    JSON.stringify({
      'format-version': 1,
      location: table.location,
      snapshots: [{ 'snapshot-id': 1, manifests: [manifest] }],
    }),
  );
  const target = await rewritten(table, uri);
  expect([...target.files.keys()]).toEqual([
    's3://a-new-name/t/metadata/m0.avro',
    's3://a-new-name/t/metadata/v1.metadata.json',
  ]);
  expect(JSON.parse(target.get('s3://a-new-name/t/metadata/v1.metadata.json').toString())).toEqual({
    'format-version': 1,
    location: 's3://a-new-name/t',
    snapshots: [{ 'snapshot-id': 1, manifests: ['s3://a-new-name/t/metadata/m0.avro'] }],
  });
});

function tableWithDeletes(): { table: SampleTable; metadata: string; dataFile: string } {
  const table = new SampleTable('s3://old/t');
  const dataFile = table.dataFile('data/a');
  const first = table.manifest('metadata/m0.avro', [{ path: dataFile }]);
  table.commit([first]);
  const path = table.parquetDeletes('data/d.parquet', [[dataFile, 1]]);
  const metadata = table.commit([
    first,
    table.manifest('metadata/m1.avro', [{ path, content: 1, pathBounds: [dataFile, dataFile] }]),
  ]);
  return { table, metadata, dataFile };
}

test('what is named is written before what names it, and the metadata file last', async () => {
  const { table, metadata } = tableWithDeletes();
  const target = await rewritten(table, metadata);
  const at = (part: string) => target.writes.findIndex((uri) => uri.includes(part));
  expect(at('d.parquet')).toBeLessThan(at('m1.avro'));
  expect(at('m1.avro')).toBeLessThan(at('snap-9007199254740994'));
  expect(target.writes.at(-1)).toBe('s3://a-new-name/t/metadata/00001.metadata.json');
  expect(target.writes).toHaveLength(new Set(target.writes).size);
});

test('a second run writes the same bytes', async () => {
  const { table, metadata } = tableWithDeletes();
  const [first, second] = [await rewritten(table, metadata), await rewritten(table, metadata)];
  expect(second.files).toEqual(first.files);
});

test('the report counts what was written', async () => {
  const { table, metadata } = tableWithDeletes();
  const target = new MemoryFiles();
  const seen: number[] = [];
  const report = valueOf(
    await rewriteTable(
      request(metadata),
      { source: table.files, target },
      { onProgress: ({ bytes }) => seen.push(bytes) },
    ),
  );
  expect(report).toEqual({
    metadata: 's3://a-new-name/t/metadata/00001.metadata.json',
    location: 's3://a-new-name/t',
    snapshots: 2,
    files: { 'delete-file': 1, manifest: 2, 'manifest-list': 2, metadata: 2 },
    entries: 2,
    bytes: [...target.files.values()].reduce((sum, { length }) => sum + length, 0),
    warnings: [],
  });
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.at(-1)).toBe(report.bytes);
});

describe('a run that was killed', () => {
  class Journal {
    readonly files = new Map<string, RewrittenFile>();
    find(source: string): Promise<RewrittenFile | undefined> {
      return Promise.resolve(this.files.get(source));
    }
    record(file: RewrittenFile): Promise<void> {
      this.files.set(file.source, file);
      return Promise.resolve();
    }
  }

  test.each([0, 1, 2, 3, 4, 5, 6])('after %i files goes on from there', async (count) => {
    const { table, metadata } = tableWithDeletes();
    const whole = await rewritten(table, metadata);
    const [journal, target] = [new Journal(), new MemoryFiles()];
    const failing: RewritePorts['target'] = {
      write: async (uri, content) => {
        if (target.writes.length >= count) throw new Error('the store is gone');
        await target.write(uri, content);
      },
    };
    const ports = { source: table.files, journal };
    await expect(rewriteTable(request(metadata), { ...ports, target: failing })).rejects.toThrow('the store is gone');
    expect(target.files.has('s3://a-new-name/t/metadata/00001.metadata.json')).toBe(false);
    valueOf(await rewriteTable(request(metadata), { ...ports, target }));
    expect(target.files).toEqual(whole.files);
    expect(target.writes).toHaveLength(whole.files.size);
  });
});

test('nothing is written any more after the signal', async () => {
  const { table, metadata } = tableWithDeletes();
  const target = new MemoryFiles();
  const stop = new AbortController();
  const running = rewriteTable(
    request(metadata),
    { source: table.files, target },
    {
      signal: stop.signal,
      onProgress: () => {
        stop.abort(new Error('stopped by a person'));
      },
    },
  );
  await expect(running).rejects.toThrow('stopped by a person');
  const written = target.writes.length;
  await new Promise((resolve) => setImmediate(resolve));
  expect(target.writes).toHaveLength(written);
  expect(target.files.has('s3://a-new-name/t/metadata/00001.metadata.json')).toBe(false);
});

describe('what is wrong is reported with table, file and path, and no metadata file is written', () => {
  async function problems(table: SampleTable, metadata: string, trinoVersion = 476) {
    const target = new MemoryFiles();
    const found = problemsOf(await rewriteTable(request(metadata, trinoVersion), { source: table.files, target }));
    expect([...target.files.keys()].filter((uri) => uri.endsWith('.metadata.json'))).toEqual([]);
    for (const { path } of found) expect(path).toBe('table:sales.orders');
    return found.map(({ code, message }) => `${code}: ${message}`);
  }

  test('paths in no bucket that is mapped, all of them', async () => {
    const table = new SampleTable('s3://old/t');
    const manifest = table.manifest('metadata/m0.avro', [
      { path: 's3://stranger/f' },
      { path: table.dataFile('data/a') },
      { path: 'data/relative' },
      { path: 'hdfs://old/f\u001b[31m' },
    ]);
    const metadata = table.commit([manifest], { properties: { 'write.data.path': 'hdfs://here' } });
    expect(await problems(table, metadata)).toEqual([
      "iceberg-path-outside-map: The file s3://old/t/metadata/m0.avro names 's3://stranger/f', which is not in any mapped bucket.",
      "iceberg-path-outside-map: The file s3://old/t/metadata/m0.avro names 'data/relative', which is not in any mapped bucket.",
      "iceberg-path-outside-map: The file s3://old/t/metadata/m0.avro names 'hdfs://old/f\\u001b[31m', which is not in any mapped bucket.",
    ]);
  });

  test('a path inside of a position delete file', async () => {
    const table = new SampleTable('s3://old/t');
    const a = table.dataFile('data/a');
    const path = table.parquetDeletes('data/d.parquet', [
      [a, 1],
      ['s3://stranger/f', 1],
      ['s3://stranger/f', 2],
    ]);
    const metadata = table.commit([table.manifest('metadata/m.avro', [{ path, content: 1 }])]);
    expect(await problems(table, metadata)).toEqual([
      "iceberg-path-outside-map: The file s3://old/t/data/d.parquet names 's3://stranger/f', which is not in any mapped bucket.",
    ]);
  });

  test('a write path', async () => {
    const table = new SampleTable('s3://old/t');
    expect(await problems(table, table.metadata({ properties: { 'write.metadata.path': 's3://stranger' } }))).toEqual([
      "iceberg-path-outside-map: The file s3://old/t/metadata/00000.metadata.json names 's3://stranger', which is not in any mapped bucket.",
    ]);
  });

  test.each([
    ['the metadata file', '00001.metadata.json', 'the catalog'],
    ['a manifest list', 'snap-9007199254740993.avro', 's3://old/t/metadata/00001.metadata.json'],
    ['a manifest', 'm0.avro', 's3://old/t/metadata/snap-'],
    ['a position delete file', 'd.parquet', 's3://old/t/metadata/m1.avro'],
  ])('%s that is missing', async (_, name, namedBy) => {
    const { table, metadata } = tableWithDeletes();
    const uri = [...table.files.files.keys()].find((each) => each.endsWith(name)) ?? '';
    table.files.files.delete(uri);
    expect(await problems(table, metadata)).toEqual([
      expect.stringContaining(`iceberg-file-missing: The file ${uri}, named in ${namedBy}`),
    ]);
  });

  test.each([
    ['the metadata file', '00001.metadata.json', 'is not JSON'],
    ['a manifest list', 'snap-9007199254740993.avro', 'is not an Avro file'],
    ['a manifest', 'm0.avro', 'is not an Avro file'],
    ['a position delete file', 'd.parquet', 'is not a Parquet file that can be read'],
  ])('%s that is malformed', async (_, name, message) => {
    const { table, metadata } = tableWithDeletes();
    const uri = [...table.files.files.keys()].find((each) => each.endsWith(name)) ?? '';
    table.put(uri, 'something else');
    expect(await problems(table, metadata)).toEqual([`iceberg-file-malformed: The file ${uri} ${message}.`]);
  });

  test('deletion vectors, which Trino 476 does not read, once', async () => {
    const table = new SampleTable('s3://old/t', 3);
    const a = table.dataFile('data/a');
    const entry = {
      path: table.vectors('data/v.puffin', [a]),
      content: 1,
      format: 'PUFFIN',
      referencedDataFile: a,
    } as const;
    const metadata = table.commit([table.manifest('metadata/m.avro', [entry, entry, entry])]);
    expect(await problems(table, metadata)).toEqual([
      'iceberg-feature-unreadable: The table cannot be read at the target: its deleted rows are in deletion vectors (s3://old/t/data/v.puffin), which Trino 476 does not read.',
    ]);
  });

  test.each([
    ['the property', { properties: { 'encryption.key-id': 'k1' } }, 'encrypted with the key k1'],
    ['format version 4', { 'format-version': 4 }, 'format version 4'],
    [
      'a new type inside of a struct',
      {
        schemas: [
          {
            'schema-id': 0,
            fields: [{ id: 1, name: 's', type: { type: 'struct', fields: [{ id: 2, name: 'v', type: 'variant' }] } }],
          },
        ],
      },
      'a column of the type variant, which Trino 476 does not read',
    ],
    [
      'nanoseconds',
      { schemas: [{ 'schema-id': 0, fields: [{ id: 1, name: 't', type: 'timestamp_ns' }] }] },
      'the type timestamp_ns',
    ],
  ])('%s', async (_, parts, message) => {
    const table = new SampleTable('s3://old/t', 3);
    expect(await problems(table, table.metadata(parts))).toEqual([expect.stringContaining(message)]);
  });

  test('an encrypted data file', async () => {
    const table = new SampleTable('s3://old/t', 3);
    const path = table.dataFile('data/a');
    const metadata = table.commit([table.manifest('metadata/m.avro', [{ path, keyMetadata: Buffer.from('k') }])]);
    expect(await problems(table, metadata)).toEqual([expect.stringContaining('(s3://old/t/data/a has key_metadata)')]);
  });

  test('position deletes that are called ORC and are not', async () => {
    const table = new SampleTable('s3://old/t');
    const entry = { path: table.dataFile('data/d.orc'), content: 1, format: 'ORC' } as const;
    const metadata = table.commit([table.manifest('metadata/m.avro', [entry])]);
    expect(await problems(table, metadata)).toEqual([
      'iceberg-file-malformed: The file s3://old/t/data/d.orc is not an ORC file.',
    ]);
  });

  test('more than a thousand problems are counted', async () => {
    const table = new SampleTable('s3://old/t');
    const entries = Array.from({ length: 1500 }, (_, i) => ({ path: `s3://stranger/${i}` }));
    const found = await problems(table, table.commit([table.manifest('metadata/m.avro', entries)]));
    expect(found).toHaveLength(1001);
    expect(found.at(-1)).toBe('iceberg-more-problems: The table has 500 more problems than the 1000 that are listed.');
  });
});

describe('what nobody reads any more may be missing', () => {
  test('files that were deleted from the table are not read', async () => {
    const table = new SampleTable('s3://old/t');
    const entries = [
      { path: 's3://old/t/data/gone', status: 2 },
      {
        path: 's3://old/t/data/gone.deletes',
        status: 2,
        content: 1,
        size: 99,
        pathBounds: ['s3://old/t/data/gone', 's3://old/t/data/gone'],
      },
      {
        path: 's3://old/t/data/gone.puffin',
        status: 2,
        content: 1,
        format: 'PUFFIN',
        referencedDataFile: 's3://old/t/data/gone',
      },
    ] as const;
    const target = await rewritten(table, table.commit([table.manifest('metadata/m.avro', entries)]));
    expect(table.files.reads.filter((uri) => uri.includes('gone'))).toEqual([]);
    const there = new SampleTable('s3://a-new-name/t');
    const moved = JSON.parse(JSON.stringify(entries).replaceAll('s3://old/', 's3://a-new-name/')) as typeof entries;
    there.commit([there.manifest('metadata/m.avro', moved)]);
    expectAsMadeThere(target, there);
  });

  test('expired snapshots and their metadata files', async () => {
    const { table, dataFile } = tableWithDeletes();
    table.expire(2);
    const metadata = table.commit([table.manifest('metadata/m2.avro', [{ path: dataFile }])]);
    table.files.files.delete('s3://old/t/metadata/00000.metadata.json');
    const target = new MemoryFiles();
    const report = valueOf(await rewriteTable(request(metadata), { source: table.files, target }));
    expect(report.warnings).toEqual([]);
    expect([...target.files.keys()].map((uri) => uri.split('/').at(-1))).toEqual([
      'm2.avro',
      'snap-9007199254740993.avro',
      '00001.metadata.json',
      '00002.metadata.json',
    ]);
    expect(target.get('s3://a-new-name/t/metadata/00001.metadata.json').toString()).not.toContain('s3://old/');
    expect(target.get('s3://a-new-name/t/metadata/00002.metadata.json').toString()).toContain(
      's3://a-new-name/t/metadata/00000.metadata.json',
    );
  });

  test('what is left of an expired snapshot is rewritten, with names for what is gone', async () => {
    const { table, metadata: first, dataFile } = tableWithDeletes();
    // Only the metadata file forgets the snapshots.
    const text = table.files
      .get(first)
      .toString()
      .replace(/"snapshots": \[.*\]/s, '"snapshots": []')
      .replace(/"current-snapshot-id": \d+/, '"current-snapshot-id": -1');
    const metadata = table.put(
      'metadata/00002.metadata.json',
      text.replace('"metadata-log":[', `"metadata-log":[{"timestamp-ms":1,"metadata-file":"${first}"},`),
    );
    table.files.files.delete('s3://old/t/data/d.parquet');
    table.files.files.delete('s3://old/t/metadata/m0.avro');
    const target = await rewritten(table, metadata);
    expect(target.get('s3://a-new-name/t/metadata/m1.avro').length).toBeGreaterThan(0);
    expect(target.files.has('s3://a-new-name/t/metadata/snap-9007199254740994.avro')).toBe(true);
    expect(table.files.reads).not.toContain(dataFile);
  });

  test('earlier metadata files in a bucket that is not mapped are a warning', async () => {
    const table = new SampleTable('s3://old/t');
    const metadata = table.metadata({
      'metadata-log': [{ 'timestamp-ms': 1, 'metadata-file': 's3://before/t/metadata/v0.json' }],
    });
    const target = new MemoryFiles();
    const report = valueOf(await rewriteTable(request(metadata), { source: table.files, target }));
    expect(report.warnings).toEqual([
      expect.objectContaining({
        code: 'iceberg-path-outside-map',
        severity: 'warning',
        message: expect.stringContaining('s3://before/t/metadata/v0.json') as unknown,
      }),
    ]);
    expect([...target.files.keys()]).toEqual(['s3://a-new-name/t/metadata/00000.metadata.json']);
  });
});
