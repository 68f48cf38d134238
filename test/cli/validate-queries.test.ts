import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from '../support/run-cli.js';

const demo = join(import.meta.dirname, '..', '..', 'examples', 'demo');
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-validate-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a test query that names no table of the Plan is refused: it would be a check of none', async () => {
  const file = join(folder, 'queries.yaml');
  const queries = [
    { id: 'sums', sql: 'SELECT count(*) AS n FROM test_analytics.sales_data' },
    { id: 'through a view', sql: 'SELECT count(*) AS n FROM test_analytics.no_such_view' },
  ];
  writeFileSync(file, JSON.stringify({ queries }));
  const options = ['--assessment', demo, '--queries', file, '--trino-url', 'https://127.0.0.1:1'];
  const { code, stderr } = await cli(['validate', 'all', ...options], { A2O_STATE_DIR: join(folder, 'state') });
  expect(code).toBe(1);
  expect(stderr.startsWith(`Reading ${demo} and the mapping …\n`)).toBe(true);
  expect(stderr).toContain('[test-query-reads-no-table]');
  expect(stderr).toContain("'through a view'");
  expect(stderr).not.toContain("'sums'");
});
