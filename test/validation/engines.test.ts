import { expect, test } from '@jest/globals';
import type { AthenaQueries } from '../../clients/athena/index.js';
import type { CliIo } from '../../cli/io.js';
import { sideAccess } from '../../cli/validate/sides.js';
import { trinoClient } from '../../clients/trino/index.js';
import { ok } from '../../core/result.js';
import { athenaEngine } from '../../validation/engines/athena-engine.js';
import { trinoEngine } from '../../validation/engines/trino-engine.js';
import type { ValidationOrder } from '../../validation/run/index.js';
import { valueOf } from '../support/assess-run.js';
import { listen } from '../support/http-server.js';

test('Athena tells its version and what it scanned', async () => {
  const client: AthenaQueries = {
    engineVersion: () => Promise.resolve('Athena engine version 3'),
    query: () =>
      Promise.resolve(
        ok({ queryId: 'q', rows: [[1]], types: ['integer'], scannedBytes: 5, rowsRead: null, elapsedMs: 2 }),
      ),
  };
  const engine = await athenaEngine(client, { account: '123', region: 'eu-central-1', catalog: 'AwsDataCatalog' });
  expect(engine.identity).toMatchObject({ instance: '123:eu-central-1', version: 'Athena engine version 3' });
  expect(await engine.query('SELECT 1')).toEqual({
    ok: true,
    value: { rows: [[1]], types: ['integer'], figures: { queryId: 'q', rowsRead: null, bytesRead: 5, elapsedMs: 2 } },
  });
});

test('a query that Athena would refuse for its length is not sent, and has a reason', async () => {
  const client: AthenaQueries = {
    engineVersion: () => Promise.resolve(''),
    query: () => Promise.reject(new Error('It was sent.')),
  };
  const engine = await athenaEngine(client, { account: '123', region: 'eu-central-1', catalog: 'AwsDataCatalog' });
  expect(await engine.query(`SELECT '${'ü'.repeat(131_072)}'`)).toMatchObject({
    ok: false,
    error: [
      { code: 'validation-query-too-long', message: expect.stringMatching(/262,153 bytes, and Athena takes 262,144/) },
    ],
  });
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
    const catalogSession = { timestamp_precision: 'NANOSECONDS' };
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
    expect(headers[1]).toEqual(['UTC', 'hive.timestamp_precision=NANOSECONDS']);
  } finally {
    await server.stop();
  }
});

test.each([
  [
    'a Hive table beside Athena is read with all of its digits',
    'athena',
    'hive',
    'hive.timestamp_precision=NANOSECONDS',
  ],
  ['a Hive table beside Trino is read as its catalog says', 'trino', 'hive', undefined],
  ['an Iceberg table beside Athena has no such setting', 'athena', 'iceberg', undefined],
] as const)('%s', async (_what, type, target, session) => {
  const sessions: unknown[] = [];
  const columns = ['node_id', 'node_version'].map((name) => ({ name, type: 'varchar' }));
  const server = await listen((request, response) => {
    sessions.push(request.headers['x-trino-session']);
    response.end(JSON.stringify({ id: 'q1', columns, data: [['node-1', '476']], stats: {} }));
  });
  try {
    const trino = { type: 'trino', url: server.url, user: 'ada' } as const;
    const athena = { type, account: '1', region: 'eu-central-1', workgroup: 'primary', outputLocation: null };
    const order = {
      sides: { source: type === 'athena' ? athena : trino, target: trino },
      pair: { target: { catalog: target }, schema: { target } },
    } as unknown as ValidationOrder;
    const access = valueOf(sideAccess({ env: {} } as unknown as CliIo));
    const engine = valueOf(await access.target(order));
    valueOf(await engine.query('SELECT 1'));
    expect(sessions.at(-1)).toBe(session);
  } finally {
    await server.stop();
  }
});
