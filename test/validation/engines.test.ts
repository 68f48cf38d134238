import { expect, test } from '@jest/globals';
import type { AthenaQueries } from '../../clients/athena/index.js';
import { trinoClient } from '../../clients/trino/index.js';
import { ok } from '../../core/result.js';
import { athenaEngine } from '../../validation/engines/athena-engine.js';
import { trinoEngine } from '../../validation/engines/trino-engine.js';
import { valueOf } from '../support/assess-run.js';
import { listen } from '../support/http-server.js';

test('Athena gets the same token for the same statement of a run, and another for any other', async () => {
  const tokens: (string | undefined)[] = [];
  const client: AthenaQueries = {
    query: (_sql, options) => {
      tokens.push(options?.requestToken);
      return Promise.resolve(ok({ queryId: 'q', rows: [[1]], scannedBytes: 5, rowsRead: null, elapsedMs: 2 }));
    },
  };
  const engine = (runId: string) =>
    athenaEngine(client, { account: '123', region: 'eu-central-1', catalog: 'AwsDataCatalog', runId });
  expect(await engine('one').query('SELECT 1')).toEqual({
    ok: true,
    value: { rows: [[1]], figures: { queryId: 'q', rowsRead: null, bytesRead: 5, elapsedMs: 2 } },
  });
  await engine('one').query('SELECT 1');
  await engine('one').query('SELECT 2');
  await engine('two').query('SELECT 1');
  expect(tokens[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(tokens[1]).toBe(tokens[0]);
  expect(new Set(tokens).size).toBe(3);
});

test('Trino is asked in UTC, with the precision of its catalog, and tells what it read', async () => {
  const headers: unknown[] = [];
  const stats = { processedRows: 7, physicalInputBytes: 99, elapsedTimeMillis: 3 };
  const columns = ['node_id', 'node_version'].map((name) => ({ name, type: 'varchar' }));
  const server = await listen((request, response) => {
    headers.push([request.headers['x-trino-time-zone'], request.headers['x-trino-session']]);
    response.end(JSON.stringify({ id: 'q1', columns, data: [['node-1', '476']], stats }));
  });
  try {
    const client = trinoClient({ url: server.url, user: 'ada' });
    const catalogSession = { timestamp_precision: 'MILLISECONDS' };
    const engine = valueOf(await trinoEngine(client, { catalog: 'hive', catalogSession }));
    expect(engine.identity).toEqual({
      service: 'trino',
      instance: 'node-1',
      catalog: 'hive',
      version: '476',
    });
    expect(valueOf(await engine.query('SELECT 1')).figures).toEqual({
      queryId: 'q1',
      rowsRead: 7,
      bytesRead: 99,
      elapsedMs: 3,
    });
    expect(headers[1]).toEqual(['UTC', 'hive.timestamp_precision=MILLISECONDS']);
  } finally {
    await server.stop();
  }
});
