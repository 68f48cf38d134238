import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { fileNames, parseAssessment, readAssessment } from '../../assessments/index.js';
import { assess, codesOf, valueOf, withStub } from '../support/assess-run.js';
import { database, manyTables, parquetTable } from '../support/glue-catalogs.js';

const folder = mkdtempSync(join(tmpdir(), 'read-'));
const report = join(folder, fileNames.report);
const partitions = join(folder, fileNames.partitions);
let text = '';

beforeAll(async () => {
  const catalog = manyTables(2, 3, 3);
  const odd = {
    databases: [...catalog.databases, database('line\u2028"sep.\n')],
    tables: { ...catalog.tables, 'line\u2028"sep.\n': [parquetTable('x', 'ü|`\r')] },
  };
  await withStub({ ...catalog, ...odd }, async (stub) => {
    valueOf(await assess(stub, folder));
  });
  text = readFileSync(report, 'utf8');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Reads a changed report with the right partition file beside it. */
async function readChanged(content: string | Uint8Array): Promise<Awaited<ReturnType<typeof readAssessment>>> {
  const changed = join(folder, 'changed.json');
  writeFileSync(changed, content);
  return readAssessment(changed);
}

function edited(edit: (report: Record<string, never>) => void): string {
  const value = JSON.parse(text) as Record<string, never>;
  edit(value);
  return JSON.stringify(value);
}

/** As a person makes it who wants a changed report to be used. */
function unsealed(report: string): string {
  return report.replace(/"contentSha256":"\w+"/, '"unsealed":true');
}

test('a report is one JSON document with a line for each database and table, and is read back whole', async () => {
  const read = valueOf(await readAssessment(report));
  expect(read).toEqual(JSON.parse(text));
  expect(text.split('\n').length).toBe(1 + 3 * 2 + 3 + 7 + 1);
});

test('a reformatted report reads the same: indented, minified, CRLF, with a byte order mark', async () => {
  const expected = valueOf(await readAssessment(report));
  for (const form of [
    JSON.stringify(JSON.parse(text), null, 2),
    JSON.stringify(JSON.parse(text)),
    text.replaceAll('\n', '\r\n'),
    `\uFEFF${text}`,
  ]) {
    expect(valueOf(await readChanged(form))).toEqual(expected);
  }
});

describe('a report that cannot be trusted is refused with its place and its fix', () => {
  test('missing, a folder, empty, not JSON, not UTF-8', async () => {
    expect(codesOf(await readAssessment(join(folder, 'none.json')))).toEqual(['file-missing']);
    expect(codesOf(await readAssessment(folder))).toEqual(['file-missing']);
    expect(codesOf(await readChanged(''))).toEqual(['file-empty']);
    expect(codesOf(await readChanged('hello'))).toEqual(['not-json']);
    expect(codesOf(await readChanged(gzipSync(text)))).toEqual(['not-utf8']);
  });

  test('truncated anywhere: after the header, in the middle of a line, between lines', async () => {
    const lines = text.split('\n');
    for (const cut of [
      lines.slice(0, 1).join('\n'),
      lines.slice(0, 9).join('\n'),
      `${lines.slice(0, 9).join('\n')}\n`,
      text.slice(0, text.length - 4),
      text.slice(0, 700),
    ]) {
      const read = await readChanged(cut);
      expect(codesOf(read)).toEqual(['truncated']);
      expect(read).toMatchObject({
        error: [
          { at: { line: cut.trimEnd().split('\n').length }, fix: expect.stringContaining('assess glue-catalog') },
        ],
      });
    }
  });

  test('another kind, a newer major version; a newer minor version is read', async () => {
    expect(codesOf(await readChanged('[]'))).toEqual(['wrong-kind']);
    expect(codesOf(await readChanged('{"kind":"Plan"}'))).toEqual(['wrong-kind']);
    const newer = await readChanged(text.replace('"schemaVersion":"1.2"', '"schemaVersion":"2.0"'));
    expect(newer).toMatchObject({
      error: [{ code: 'newer-schema', fix: expect.stringContaining('Update aws2openstack'), at: { line: 1 } }],
    });
    expect(
      codesOf(await readChanged(unsealed(text.replace('"schemaVersion":"1.2"', '"schemaVersion":"1.7"')))),
    ).toEqual([]);
  });

  test('a schema violation says where, what was found and what is allowed', async () => {
    const lines = text.split('\n');
    const line = lines.findIndex((each) => each.includes('"format":"PARQUET"'));
    lines[line] = lines[line]?.replace('"format":"PARQUET"', '"format":"EXCEL"') ?? '';
    const read = await readChanged(lines.join('\n'));
    expect(read).toMatchObject({
      error: [
        {
          code: 'schema-violation',
          path: '/tables/0/format',
          at: { line: line + 1 },
          message: expect.stringMatching(/format of the table db_000\.table_00000 is "EXCEL"; allowed are ICEBERG, /),
        },
      ],
    });
  });

  test('every list and key that lacks is named', async () => {
    expect(codesOf(await readChanged(edited((value) => delete value['tables'])))).toEqual(['schema-violation']);
    const read = await readChanged(edited((value) => delete value['summary']));
    expect(read).toMatchObject({ error: [{ message: "the report lacks the key 'summary'." }] });
  });

  test('a summary that does not add up, a table twice, a table of no database', async () => {
    const lines = text.split('\n');
    const first = lines.findIndex((each) => each.includes('"table_00000"'));
    const row = lines[first] ?? '';
    expect(codesOf(await readChanged(lines.toSpliced(first, 1).join('\n')))).toContain('summary-mismatch');
    expect(codesOf(await readChanged(lines.toSpliced(first, 0, row).join('\n')))).toContain('duplicate-table');
    expect(
      codesOf(await readChanged(lines.with(first, row.replace('"database":"db_000"', '"database":"db_9"')).join('\n'))),
    ).toContain('unknown-database');
  });

  test('an edit that keeps the schema and the sums: noticed however the file is formatted, used when a person says so', async () => {
    const moved = text.replace('s3://lake/db_000/table_00001/', 's3://elsewhere/db_000/table_00001/');
    expect(moved).not.toBe(text);
    for (const form of [moved, JSON.stringify(JSON.parse(moved), null, 2), moved.replaceAll('\n', '\r\n')]) {
      const read = await readChanged(form);
      expect(codesOf(read)).toEqual(['report-edited']);
      expect(read).toMatchObject({ error: [{ fix: expect.stringContaining('remove the key "contentSha256"') }] });
    }
    expect(valueOf(await readChanged(unsealed(moved))).tables[1]?.location).toBe('s3://elsewhere/db_000/table_00001/');
  });

  test('many problems are counted, not all printed', async () => {
    const read = await readChanged(text.replaceAll(/"(readiness|format|name|size|rows)":/g, '"was-$1":'));
    expect(codesOf(read).length).toBe(21);
    expect(codesOf(read).at(-1)).toBe('more-problems');
  });

  test('the partition file missing, changed, cut, or with lines too few', async () => {
    const whole = readFileSync(partitions);
    const readWith = async (bytes: Uint8Array | undefined, header = text): Promise<readonly string[]> => {
      const other = mkdtempSync(join(tmpdir(), 'parts-'));
      writeFileSync(join(other, 'a.json'), header);
      if (bytes !== undefined) writeFileSync(join(other, fileNames.partitions), bytes);
      const codes = codesOf(await readAssessment(join(other, 'a.json')));
      rmSync(other, { recursive: true });
      return codes;
    };
    expect(await readWith(undefined)).toEqual(['partition-file-missing']);
    expect(await readWith(whole)).toEqual([]);
    expect(await readWith(whole.subarray(0, whole.length - 20))).toEqual(['partition-file-damaged']);
    const fewer = gzipSync(gunzipSync(whole).toString().split('\n').slice(1).join('\n'));
    expect(await readWith(fewer)).toEqual(['partition-file-mismatch']);
    const { createHash } = await import('node:crypto');
    const rehashed = text.replace(/"sha256":"\w+"/, `"sha256":"${createHash('sha256').update(fewer).digest('hex')}"`);
    expect(await readWith(fewer, unsealed(rehashed))).toEqual(['partition-file-mismatch']);
    expect(await readWith(whole, text.replace(`"name":"${fileNames.partitions}"`, '"name":"../x"'))).toEqual([
      'schema-violation',
    ]);
  });
});

type Mutation = { readonly at: number } & (
  | { readonly kind: 'flip'; readonly bit: number }
  | { readonly kind: 'cut' | 'key' }
  | { readonly kind: 'remove' | 'repeat'; readonly length: number }
  | { readonly kind: 'line'; readonly times: number }
  | { readonly kind: 'value'; readonly scrap: string }
);

test('10,000 mutated reports: always a Result, never a throw, and never a wrong one that passes as right', async () => {
  const original = Buffer.from(text);
  const other = mkdtempSync(join(tmpdir(), 'mutants-'));
  copyFileSync(partitions, join(other, fileNames.partitions));
  const path = join(other, 'mutant.json');
  const at = fc.nat({ max: original.length - 1 });
  const scraps = fc.constantFrom(
    'null',
    '0',
    '""',
    '[]',
    '{}',
    '-1',
    '1e400',
    '"\\u0000"',
    'true',
    ',',
    '}',
    '\n',
    '{"__proto__":1}',
  );
  const mutation: fc.Arbitrary<Mutation> = fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat({ max: 7 }) }),
    fc.record({ kind: fc.constant('cut' as const), at }),
    fc.record({ kind: fc.constant('remove' as const), at, length: fc.integer({ min: 1, max: 400 }) }),
    fc.record({ kind: fc.constant('repeat' as const), at, length: fc.integer({ min: 1, max: 400 }) }),
    fc.record({ kind: fc.constant('line' as const), at, times: fc.constantFrom(0, 2) }),
    fc.record({ kind: fc.constant('value' as const), at, scrap: scraps }),
    fc.record({ kind: fc.constant('key' as const), at }),
  );
  const mutate = (bytes: Buffer, change: Mutation): Buffer => {
    const from = Math.min(change.at, Math.max(0, bytes.length - 1));
    const splice = (end: number, middle: string | Buffer): Buffer =>
      Buffer.concat([bytes.subarray(0, from), Buffer.from(middle as string), bytes.subarray(end)]);
    const rest = bytes.subarray(from).toString('latin1');
    switch (change.kind) {
      case 'flip':
        return splice(from + 1, Buffer.from([(bytes[from] ?? 0) ^ (1 << change.bit)]));
      case 'cut':
        return bytes.subarray(0, from);
      case 'remove':
        return splice(from + change.length, '');
      case 'repeat':
        return splice(from, bytes.subarray(from, from + change.length));
      case 'line': {
        const lines = bytes.toString('latin1').split('\n');
        const index = from % lines.length;
        lines.splice(index, 1, ...Array.from({ length: change.times }, () => lines[index] ?? ''));
        return Buffer.from(lines.join('\n'), 'latin1');
      }
      case 'value': {
        const value = /:("[^"]*"|[\w.]+|\[\]|\{\})/.exec(rest);
        if (value === null) return bytes;
        return Buffer.concat([
          bytes.subarray(0, from + value.index + 1),
          Buffer.from(change.scrap),
          bytes.subarray(from + value.index + value[0].length),
        ]);
      }
      case 'key': {
        const key = /"\w+":("[^"]*"|[\w.]+),/.exec(rest);
        return key === null
          ? bytes
          : Buffer.concat([bytes.subarray(0, from + key.index), bytes.subarray(from + key.index + key[0].length)]);
      }
    }
  };
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (changes) => {
      const mutant = changes.reduce(mutate, original);
      writeFileSync(path, mutant);
      const read = await readAssessment(path);
      if (!read.ok) {
        refused += 1;
        expect(read.error.length).toBeGreaterThan(0);
        for (const { code, message, fix } of read.error) {
          expect(code).toMatch(/^[a-z0-9-]+$/);
          expect(message + fix).not.toMatch(/\bat .*\.ts:|undefined|\[object/);
        }
        return;
      }
      // What passes is consistent in itself: writing and parsing it again changes nothing.
      expect(parseAssessment(JSON.parse(JSON.stringify(read.value)), 'again')).toEqual(read);
    }),
    { numRuns: 10_000 },
  );
  expect(refused).toBeGreaterThan(5_000);
  rmSync(other, { recursive: true });
}, 300_000);
