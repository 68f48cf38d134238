import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { databaseSummary, listDatabases } from '../../state/repositories/databases.js';
import { storeAssessment } from '../../state/repositories/store-assessment.js';
import type { State } from '../../state/index.js';
import { assessmentWith, database, table } from '../support/assessment-builder.js';
import { problemOf, readAll, valueOf } from '../support/pages.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

const oddNames = ['a', 'A', "o'brien", 'a"b', '100%', 'a_b', 'a\\b', 'größe', '数据', 'dot.ted', 'a b', '😀'];
const sized = (bytes: number) => ({ size: { value: bytes, source: 'table-parameters', confidence: 'high' } as const });

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let state: State;
  let assessmentId: string;
  beforeAll(async () => {
    engine = await startEngine(name);
    state = await opened(await engine.fresh());
    assessmentId = await storeAssessment(
      state,
      assessmentWith(
        oddNames.flatMap((odd, index) =>
          Array.from({ length: index % 4 }, (_, at) => ({
            ...table('x.y', sized(index * 10)),
            database: odd,
            name: `table ${at}`,
          })),
        ),
        oddNames.map((odd, index) => database(odd, { tableCount: index === 0 ? null : index % 4 })),
      ),
    );
    // Another assessment, which must not show.
    await storeAssessment(state, assessmentWith([table('other.table')]));
  });
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  test.each(['name', 'tables', 'size'] as const)('pages by %s hold every database once, in order', async (sort) => {
    for (const direction of ['asc', 'desc'] as const) {
      const found = await readAll((page) => listDatabases(state, { assessmentId, sort, direction }, page), 5);
      expect(found.map((row) => row.database_name).sort()).toEqual([...oddNames].sort());
      const keys = found.map((row) =>
        sort === 'name'
          ? Buffer.from(row.database_name).toString('hex')
          : sort === 'tables'
            ? (row.table_count ?? -1)
            : row.total_estimated_size_bytes,
      );
      const sorted = [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      expect(keys).toEqual(direction === 'asc' ? sorted : sorted.reverse());
    }
  });

  test('the summary of a database counts its tables by readiness and format', async () => {
    expect(await databaseSummary(state, { assessmentId, databaseName: 'größe' })).toMatchObject({
      database_name: 'größe',
      table_count: 3,
      needs_conversion: 3,
      migration_ready: 0,
      total_estimated_size_bytes: 210,
      tables_by_format: { PARQUET: { tables: 3, size_bytes: 210 } },
    });
    expect(await databaseSummary(state, { assessmentId, databaseName: 'GRÖSSE' })).toBeUndefined();
    expect(await databaseSummary(state, { assessmentId, databaseName: 'other' })).toBeUndefined();
  });

  test('an unknown assessment has no databases', async () => {
    const nobody = { assessmentId: '00000000-0000-4000-8000-000000000000' };
    expect(valueOf(await listDatabases(state, nobody))).toEqual({ items: [], next: null });
  });

  test('a page that ends with the last row has no next one', async () => {
    const page = valueOf(await listDatabases(state, { assessmentId }, { size: oddNames.length }));
    expect(page).toMatchObject({ next: null });
    expect(page.items).toHaveLength(oddNames.length);
  });

  test.each([0, -1, 1.5, NaN, 1001])('a page of %p rows is refused', async (size) => {
    expect(problemOf(await listDatabases(state, { assessmentId }, { size }))).toMatchObject({
      code: 'page-size',
      message: expect.stringContaining('1 to 1000') as unknown as string,
    });
  });

  test('a cursor that is not of this list is refused', async () => {
    const other = valueOf(await listDatabases(state, { assessmentId, sort: 'size' }, { size: 1 })).next ?? '';
    const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const bad = [
      other,
      '',
      'nonsense',
      "' OR 1=1 --",
      encoded(null),
      encoded(['databases by name asc']),
      encoded(['databases by name asc', 1]),
      encoded(['databases by name asc', 'nul \0']),
      encoded(['databases by name asc', 'a', 'b']),
    ];
    for (const cursor of bad)
      expect(problemOf(await listDatabases(state, { assessmentId }, { cursor }))).toMatchObject({ code: 'bad-cursor' });
  });
});
