import { expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Trino } from 'trino-client';
import { parseExactly, readTrinoExactly, stringifyExactly } from '../../../environments/lakehouse/exact-numbers.js';

test('whole numbers keep every digit, there and back', () => {
  const text = '[9007199254740993,-9223372036854775808,7,1.5,{"k":2046780881018060498},"9007199254740993",null]';
  const parsed = parseExactly(text);
  expect(parsed).toEqual([
    9007199254740993n,
    -9223372036854775808n,
    7,
    1.5,
    { k: 2046780881018060498n },
    '9007199254740993',
    null,
  ]);
  expect(stringifyExactly(parsed)).toBe(text);
  expect(parseExactly('1e300')).toBe(1e300);
  expect(parseExactly('no JSON')).toBe('no JSON');
});

test('the client of Trino hands them on', async () => {
  readTrinoExactly();
  const server = createServer(({ method, headers: { host } }, response) => {
    const nextUri = `http://${host ?? ''}/v1/statement/1/1`;
    const answer =
      method === 'POST'
        ? `{"id":"1","nextUri":"${nextUri}","stats":{"state":"QUEUED"}}`
        : '{"id":"1","columns":[{"name":"a","type":"bigint"}],"data":[[9007199254740993]],"stats":{"state":"FINISHED"}}';
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(answer);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const client = Trino.create({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    const rows: unknown[] = [];
    for await (const { data = [] } of await client.query('SELECT 1')) rows.push(...data);
    expect(rows).toEqual([[9007199254740993n]]);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
