import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { trinoClient } from '../../clients/trino/index.js';
import type { StatementOptions, TrinoConnection } from '../../clients/trino/index.js';
import { correlated } from '../../core/correlation.js';
import { formatDiagnostic } from '../../core/diagnostic.js';
import { makeCertificate } from '../support/certificate.js';
import type { ServerCertificate } from '../support/certificate.js';
import { failuresOf } from '../support/failures.js';
import { listen } from '../support/http-server.js';
import type { LocalServer } from '../support/http-server.js';

/** What the stub answers with, request by request. */
type Answer = (response: ServerResponse, server: { readonly url: string }) => unknown;

interface Seen {
  readonly call: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: LocalServer | undefined;
let seen: Seen[] = [];
afterEach(async () => {
  await server?.stop();
  server = undefined;
  seen = [];
});

/** A Trino that gives these answers in this order, and then the last one again. DELETE is always taken. */
async function serve(answers: readonly Answer[], certificate?: ServerCertificate): Promise<string> {
  let at = 0;
  server = await listen((request, response) => {
    void text(request).then((body) => {
      seen.push({ call: `${request.method ?? ''} ${request.url ?? ''}`, headers: request.headers, body });
      if (request.method === 'DELETE') return response.writeHead(204).end();
      const answer = answers[Math.min(at, answers.length - 1)];
      at += 1;
      return answer?.(response, { url: server?.url ?? '' });
    });
  }, certificate);
  return server.url;
}

const queued: Answer = (response, { url }) => response.end(page({ nextUri: `${url}/v1/statement/q/1` }));
const columns = [{ name: 'n', type: 'bigint' }];
const rows =
  (...data: unknown[][]): Answer =>
  (response) =>
    response.end(page({ columns, data }));
const status =
  (code: number, body = '', headers = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end(body);
const reset: Answer = (response) => response.socket?.destroy();
const cutShort: Answer = (response) => {
  response.writeHead(200, { 'Content-Length': '1000' }).write('{"id":"q","stats":{},"columns":[', () => {
    response.destroy();
  });
};
const silence: Answer = () => undefined;
const html: Answer = (response) =>
  response
    .writeHead(200, { 'Content-Type': 'text/html' })
    .end('<html><style>b{}</style><h1>Sign in</h1>\n<p>first</p>');
const failing =
  (errorName: string, errorType: string): Answer =>
  (response) =>
    response.end(page({ error: { message: `it is ${errorName}`, errorName, errorType } }));

function page(content: object): string {
  return JSON.stringify({ id: 'q', stats: {}, ...content });
}

const limits = { requestTimeoutMs: 10_000, retryForMs: 30_000, retryDelayMs: 5 };
const calls = (): string[] => seen.map(({ call }) => call);

async function ask(connection: Partial<TrinoConnection> & { url: string }, options?: StatementOptions, limit = limits) {
  const result = await trinoClient({ user: 'ada', ...connection }, limit).query('SELECT 1', options);
  return result.ok ? result.value.rows : result.error.map(formatDiagnostic).join('\n');
}

describe('rows', () => {
  test('of all pages come in order, with columns and types', async () => {
    const url = await serve([
      queued,
      (response, { url: base }) =>
        response.end(page({ columns, data: [[1], [2]], nextUri: `${base}/v1/statement/q/2` })),
      rows([3]),
    ]);
    const result = await trinoClient({ url, user: 'ada' }).query('SELECT n FROM t;\n');
    expect(result).toEqual({ ok: true, value: { columns, rows: [[1], [2], [3]] } });
    expect(calls()).toEqual(['POST /v1/statement', 'GET /v1/statement/q/1', 'GET /v1/statement/q/2']);
    expect(seen[0]?.body).toBe('SELECT n FROM t');
  });

  test('keep every digit, and JSON elsewhere in the process reads as before', async () => {
    const data = '[[9007199254740993,"12345678901234567890.12","2026-01-02 03:04:05.123456"]]';
    const three = ['n', 'd', 't'].map((name) => ({ name, type: 'any' }));
    const url = await serve([(response) => response.end(page({ columns: three }).replace('}]', `}],"data":${data}`))]);
    expect(await ask({ url })).toEqual([[9007199254740993n, '12345678901234567890.12', '2026-01-02 03:04:05.123456']]);
    expect(JSON.parse('9007199254740993')).toBe(9007199254740992);
  });

  test('of an empty result still have columns', async () => {
    const url = await serve([queued, rows()]);
    expect(await trinoClient({ url, user: 'ada' }).query('SELECT 1')).toEqual({
      ok: true,
      value: { columns, rows: [] },
    });
  });

  test('are read page by page; leaving the loop early cancels the query', async () => {
    const endless: Answer = (response, { url: base }) =>
      response.end(page({ columns, data: [[1]], nextUri: `${base}/v1/statement/q/${seen.length}` }));
    const url = await serve([endless]);
    let count = 0;
    for await (const each of trinoClient({ url, user: 'ada' }).pages('SELECT 1')) {
      count += each.ok ? each.value.rows.length : 0;
      if (count === 3) break;
    }
    expect(calls()).toEqual([
      'POST /v1/statement',
      'GET /v1/statement/q/1',
      'GET /v1/statement/q/2',
      'DELETE /v1/statement/q/3',
    ]);
  });
});

test('within a job, Trino is told the job that a query belongs to, and nothing elsewhere', async () => {
  const url = await serve([rows([1])]);
  const job = '5f0c2f0e-0000-4000-8000-000000000001';
  await correlated({ run: 'run', job }, () => ask({ url }));
  await ask({ url });
  expect(seen.map(({ headers }) => headers['x-trino-trace-token'])).toEqual([job, undefined]);
  expect(seen.map(({ headers }) => headers['traceparent'])).toEqual([undefined, undefined]);
});

test('Trino is told user, catalog, schema, properties, and that microseconds are understood', async () => {
  const url = await serve([queued, rows()]);
  await ask(
    { url },
    {
      catalog: 'hive',
      schema: 'crm',
      source: 'probe',
      sessionUser: 'ben',
      session: { query_max_run_time: '1h', 'hive.a': 'b,c=d' },
    },
  );
  expect(seen[0]?.headers).toMatchObject({
    'x-trino-user': 'ben',
    'x-trino-catalog': 'hive',
    'x-trino-schema': 'crm',
    'x-trino-source': 'probe',
    'x-trino-session': 'query_max_run_time=1h,hive.a=b%2Cc%3Dd',
    'x-trino-client-capabilities': 'PARAMETRIC_DATETIME',
  });
  expect(seen[0]?.headers).not.toHaveProperty('authorization');
  expect(seen[1]?.headers).toMatchObject({ 'x-trino-user': 'ada' });
});

describe('repetition', () => {
  test.each([
    ['HTTP 502', status(502)],
    ['HTTP 503', status(503)],
    ['HTTP 504', status(504)],
    ['HTTP 429', status(429, '', { 'Retry-After': '0' })],
    ['a connection reset', reset],
    ['a page cut short', cutShort],
  ])('after %s on the way to the next page, until there is one', async (_, trouble) => {
    const url = await serve([queued, trouble, trouble, rows([7])]);
    expect(await ask({ url })).toEqual([[7]]);
    expect(calls().slice(1)).toEqual(Array(3).fill('GET /v1/statement/q/1'));
  });

  test('of a request whose answer hangs', async () => {
    const url = await serve([queued, silence, rows([7])]);
    expect(await ask({ url }, {}, { ...limits, requestTimeoutMs: 500 })).toEqual([[7]]);
  });

  test('of a start that Trino did not take: HTTP 429 and 503', async () => {
    const url = await serve([status(503), status(429), queued, rows([7])]);
    expect(await ask({ url })).toEqual([[7]]);
    expect(calls().slice(0, 3)).toEqual(Array(3).fill('POST /v1/statement'));
  });

  test.each([
    ['HTTP 502', status(502)],
    ['HTTP 504', status(504)],
    ['a connection reset', reset],
    ['silence', silence],
  ])('never of a start that Trino may have taken: %s', async (_, trouble) => {
    const url = await serve([trouble, queued, rows([7])]);
    expect(await ask({ url }, {}, { ...limits, requestTimeoutMs: 200 })).toMatch(
      /It is not known whether .* accepted the statement: .*\[trino-outcome-unknown\]\n {2}fix: .*system\.runtime\.queries/,
    );
    expect(calls()).toEqual(['POST /v1/statement']);
  });

  test('ends after the time that is set for it', async () => {
    const url = await serve([queued, status(503, 'no server is available')]);
    expect(await ask({ url }, {}, { ...limits, retryForMs: 500 })).toContain(
      'does not accept requests (HTTP 503): no server is available [trino-unavailable]',
    );
    expect(calls().length).toBeGreaterThan(2);
    expect(calls().at(-1)).toBe('DELETE /v1/statement/q/1');
  });

  test('of a statement for which a starting Trino has no nodes, if that is asked for', async () => {
    const answers = [
      queued,
      failing('NO_NODES_AVAILABLE', 'INSUFFICIENT_RESOURCES'),
      failing('SERVER_STARTING_UP', 'INTERNAL_ERROR'),
      queued,
      rows([7]),
    ];
    expect(await ask({ url: await serve(answers) }, { startUpMs: 60_000 })).toEqual([[7]]);
    await server?.stop();
    expect(await ask({ url: await serve(answers) })).toMatch(
      /^error: Trino reports NO_NODES_AVAILABLE: .*\[trino-statement-failed\]\n {2}fix: Wait until /,
    );
  });
});

describe('failures', () => {
  test('are Trino’s own words, with name, type and query', async () => {
    const url = await serve([queued, failing('TABLE_NOT_FOUND', 'USER_ERROR')]);
    const result = await trinoClient({ url, user: 'ada' }).query('SELECT 1');
    expect(result).toMatchObject({
      ok: false,
      error: [
        {
          code: 'trino-statement-failed',
          message: 'Trino reports TABLE_NOT_FOUND: it is TABLE_NOT_FOUND (query q)',
          fix: expect.stringMatching(/^Correct the statement/),
          trino: { errorName: 'TABLE_NOT_FOUND', errorType: 'USER_ERROR', queryId: 'q' },
        },
      ],
    });
  });

  test('in the middle come after the rows that were read', async () => {
    const url = await serve([
      queued,
      (response, { url: base }) => response.end(page({ columns, data: [[1]], nextUri: `${base}/v1/statement/q/2` })),
      failing('NO_NODES_AVAILABLE', 'INSUFFICIENT_RESOURCES'),
    ]);
    const read: unknown[] = [];
    for await (const each of trinoClient({ url, user: 'ada' }).pages('SELECT 1', { startUpMs: 60_000 }))
      read.push(each.ok ? each.value.rows : each.error.map(({ trino }) => trino?.errorName));
    expect(read).toEqual([[[1]], ['NO_NODES_AVAILABLE']]);
  });

  test.each([
    ['a web page', html, 'HTTP 200): Sign in first [trino-answer]'],
    ['JSON of something else', status(200, '{"starting":false}'), 'HTTP 200): {"starting":false} [trino-answer]'],
    ['null', status(200, 'null'), '[trino-answer]'],
    ['nothing', status(200), 'HTTP 200): an empty answer [trino-answer]'],
    ['a redirect', status(302, '', { Location: 'http://127.0.0.1:1/' }), 'HTTP 302): an empty answer [trino-answer]'],
    ['HTTP 401', status(401, 'Unauthorized'), "refused the user 'ada' (HTTP 401): Unauthorized [trino-refused]"],
    ['HTTP 403', status(403, 'cannot impersonate'), '(HTTP 403): cannot impersonate [trino-refused]'],
  ])('%s in place of an answer is told as such', async (_, answer, expected) => {
    expect(await ask({ url: await serve([answer]) })).toContain(expected);
  });

  const column = { columns };
  test.each([
    ['rows without columns', { data: [[1]] }],
    ['rows that are text', { ...column, data: 'abc' }],
    ['rows that are an object', { ...column, data: {} }],
    ['a row that is text', { ...column, data: ['a'] }],
    ['a row that is too short', { ...column, data: [[1], []] }],
    ['a row that is too long', { ...column, data: [[1, 2]] }],
    ['columns that are text', { columns: 'n', data: [[1]] }],
    ['a column without a type', { columns: [{ name: 'n' }], data: [[1]] }],
    ['an address that is a number', { ...column, data: [[1]], nextUri: 5 }],
    ['an error that is text', { error: 'it broke' }],
    ['an error without a name', { error: { message: 'it broke', errorType: 'EXTERNAL' } }],
    ['another query', { id: 'other', ...column, data: [[1]] }],
  ])('%s in a page is not an answer of Trino', async (_, content) => {
    const url = await serve([queued, (response) => response.end(page(content))]);
    expect(await ask({ url })).toMatch(/is not from Trino \(HTTP 200\): .*\[trino-answer\]/);
    expect(calls().at(-1)).toBe('DELETE /v1/statement/q/1');
  });

  test('rows on the first page without columns are not lost silently', async () => {
    const url = await serve([
      (response, { url: base }) => response.end(page({ data: [[1]], nextUri: base })),
      rows([2]),
    ]);
    expect(await ask({ url })).toContain('[trino-answer]');
  });

  test.each([
    ['another name', [{ name: 'm', type: 'bigint' }]],
    ['another type', [{ name: 'n', type: 'varchar' }]],
    ['fewer', []],
  ])('columns that change between pages are not an answer of Trino: %s', async (_, changed) => {
    const url = await serve([
      (response, { url: base }) => response.end(page({ columns, data: [[1]], nextUri: `${base}/v1/statement/q/1` })),
      (response) => response.end(page({ columns: changed, data: [changed.map(() => 2)] })),
    ]);
    expect(await ask({ url })).toContain('other columns than before in the query q [trino-answer]');
  });

  test('null means absent', async () => {
    const url = await serve([
      (response, { url: base }) =>
        response.end(page({ columns: null, data: null, error: null, nextUri: `${base}/v1/statement/q/1` })),
      (response) => response.end(page({ columns, data: [[7]], error: null, nextUri: null })),
    ]);
    expect(await ask({ url })).toEqual([[7]]);
  });

  test('values nested thousands deep beside a large number are refused', async () => {
    const value = `${'['.repeat(50_000)}9007199254740993${']'.repeat(50_000)}`;
    const url = await serve([
      (response) => response.end(page({ columns, data: [['VALUE']] }).replace('"VALUE"', value)),
    ]);
    expect(await ask({ url })).toContain('[trino-answer]');
  });

  test.each(['constructor', '__proto__', 'NEW_ERROR'])('an error with the name %s has a fix', async (name) => {
    const url = await serve([queued, failing(name, 'toString')]);
    expect(await ask({ url })).toMatch(/reports .*\n {2}fix: Look up the query ID/);
  });

  test('a page that is gone means that the query is', async () => {
    expect(await ask({ url: await serve([queued, status(404)]) })).toContain(
      'no longer knows the query q. [trino-query-lost]',
    );
  });

  test('a web page in place of a page of rows ends the query', async () => {
    expect(await ask({ url: await serve([queued, html]) })).toContain('[trino-answer]');
    expect(calls().at(-1)).toBe('DELETE /v1/statement/q/1');
  });

  test('nothing at the address', async () => {
    const url = await serve([queued]);
    await server?.stop();
    expect(await ask({ url })).toMatch(
      /cannot be reached: .*ECONNREFUSED.*\[trino-unreachable\]\n {2}fix: .*curl http/,
    );
  });
});

test('https to a port without TLS says that nothing was sent', async () => {
  const url = await serve([queued]);
  expect(await ask({ url: url.replace('http:', 'https:') })).toMatch(
    /cannot be reached: .*\[trino-unreachable\]\n {2}fix: Check the address, the scheme/,
  );
  expect(seen).toEqual([]);
});

describe('what a header cannot carry is refused before anything is sent', () => {
  test.each(['用户', 'a\nb', 'a\r\nX-Trino-User: root', ' ada', 'ada ', '\u0080'])('the user %j', async (user) => {
    const url = await serve([queued, rows()]);
    expect(await ask({ url, user })).toMatch(/^error: The field 'user' is .* Latin-1.*\[trino-header\]/);
    expect(seen).toEqual([]);
  });

  test.each([
    ['catalog', { catalog: '目录' }],
    ['schema', { schema: 'a\nb' }],
    ['source', { source: '→' }],
    ['sessionUser', { sessionUser: '用户' }],
  ])('the %s', async (field, options) => {
    const url = await serve([queued, rows()]);
    expect(await ask({ url }, options)).toMatch(new RegExp(`^error: The field '${field}' is .*\\[trino-header\\]`));
    expect(seen).toEqual([]);
  });

  test.each([{ 'a=b': 'c' }, { 'a,b': 'c' }, { 名: 'c' }, { '': 'c' }, { a: '\ud800' }])(
    'the session property %j',
    async (session) => {
      const url = await serve([queued, rows()]);
      expect(await ask({ url }, { session })).toContain('[trino-session-property]');
      expect(seen).toEqual([]);
    },
  );

  test('but Latin-1 names and any text as the value of a property arrive', async () => {
    const url = await serve([queued, rows([7])]);
    expect(await ask({ url, user: 'müller' }, { schema: 'a b', session: { p: '用户\n' } })).toEqual([[7]]);
    expect(seen[0]?.headers).toMatchObject({
      'x-trino-user': 'müller',
      'x-trino-schema': 'a b',
      'x-trino-session': 'p=%E7%94%A8%E6%88%B7%0A',
    });
  });
});

test.each([
  ['at the same address', () => 1],
  ['at ever new addresses', () => seen.length],
])('a server that answers at once without rows, %s, is asked ever more slowly', async (_, at) => {
  const url = await serve([
    (response, { url: base }) => response.end(page({ nextUri: `${base}/v1/statement/q/${at()}` })),
  ]);
  const options = { signal: AbortSignal.timeout(1_500) };
  expect(await ask({ url }, options, { ...limits, retryDelayMs: 100 })).toContain('[trino-cancelled]');
  expect(calls().length).toBeLessThan(15);
});

describe('cancelling', () => {
  test.each([
    ['while Trino works', silence],
    ['between repetitions', status(503)],
  ])('%s ends the query there', async (_, answer) => {
    const controller = new AbortController();
    const url = await serve([
      queued,
      (response, at) => {
        answer(response, at);
        controller.abort();
      },
    ]);
    expect(await ask({ url }, { signal: controller.signal })).toMatch(/cancelled \(query q\)\. \[trino-cancelled\]/);
    expect(calls().at(-1)).toBe('DELETE /v1/statement/q/1');
  });

  test('while Trino takes the statement ends it as soon as it has a name', async () => {
    const controller = new AbortController();
    const url = await serve([
      (response, at) => {
        controller.abort();
        setTimeout(() => queued(response, at), 50);
      },
    ]);
    expect(await ask({ url }, { signal: controller.signal })).toContain('[trino-cancelled]');
    expect(calls()).toEqual(['POST /v1/statement', 'DELETE /v1/statement/q/1']);
  });

  test('before it begins sends nothing', async () => {
    const url = await serve([queued]);
    expect(await ask({ url }, { signal: AbortSignal.abort() })).toContain('[trino-cancelled]');
    expect(seen).toEqual([]);
  });
});

describe('the password', () => {
  const password = 'hidden-one';
  const named = makeCertificate('DNS:coordinator');

  test('goes over TLS to the server that shows the certificate under its name', async () => {
    const url = await serve([queued, rows([7])], named);
    expect(await ask({ url, password, ca: named.cert, serverName: 'coordinator' })).toEqual([[7]]);
    const basic = `Basic ${Buffer.from(`ada:${password}`).toString('base64')}`;
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([basic, basic]);
  });

  test.each([
    ['a certificate of another authority', { ca: makeCertificate('DNS:coordinator').cert, serverName: 'coordinator' }],
    ['a certificate for another name', { ca: named.cert, serverName: 'other' }],
    ['a certificate for another name than the address', { ca: named.cert }],
    ['no authority', { serverName: 'coordinator' }],
  ])('is not sent with %s, whatever the environment says', async (_, trust) => {
    const url = await serve([queued, rows([7])], named);
    const trino = { url, user: 'ada', password, ...trust };
    const [said] = await failuresOf([{ trino }], { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    expect(said).toMatch(
      /is not trusted: .*\[trino-certificate\]\n {2}fix: .*A2O_TRINO_CA_FILE.*A2O_TRINO_SERVER_NAME/,
    );
    expect(seen).toEqual([]);
  });

  test('is not sent in plain text', async () => {
    const url = await serve([queued]);
    expect(await ask({ url, password })).toContain('because the connection is not encrypted. [trino-plain-password]');
    expect(seen).toEqual([]);
  });

  test('is not sent to another address that an answer names', async () => {
    const url = await serve([(response) => response.end(page({ nextUri: 'https://evil.example/v1/statement/q/1' }))]);
    expect(await ask({ url })).toContain('redirects its client to https://evil.example');
    expect(calls()).toEqual(['POST /v1/statement']);
  });

  test('is not printed, neither in an answer that echoes it nor with the client', async () => {
    const basic = Buffer.from(`ada:${password}`).toString('base64');
    const url = await serve([status(401, `Basic ${basic}, that is ${password}, is wrong`)], named);
    const connection = { url, user: 'ada', password, ca: named.cert, serverName: 'coordinator' };
    expect(await ask(connection)).toContain('(HTTP 401): Basic ***, that is ***, is wrong');
    expect(inspect(trinoClient(connection), { depth: 9 })).not.toContain(password);
    expect(await ask({ url: `https://ada:${password}@trino.example` })).toMatch(/^error: The address of Trino must be/);
    expect(await ask({ url: `https://ada:${password}@trino.example` })).not.toContain(password);
  });
});

test('a port that speaks TLS and is asked without it is unreachable: it cannot have taken the statement', async () => {
  // What Trino's TLS port answers to plain HTTP: an alert.
  const server = createServer((socket) => socket.on('data', () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 80]))));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const answered = await trinoClient({ url: `http://127.0.0.1:${port}`, user: 'ann' }).query('SELECT 1');
  expect(answered.ok ? [] : answered.error.map(({ code }) => code)).toEqual(['trino-unreachable']);
  server.close();
});

test('the statistics of each answer are passed on, and the zone of the session is sent', async () => {
  const stats = (processedRows: number) => ({ processedRows, physicalInputBytes: 9, elapsedTimeMillis: 5 });
  const url = await serve([
    (response, { url: base }) => response.end(page({ stats: stats(1), nextUri: `${base}/v1/statement/q/1` })),
    (response) => response.end(page({ stats: stats(2), columns, data: [[1]] })),
  ]);
  const seenStats: unknown[] = [];
  await ask({ url }, { timeZone: 'UTC', onStats: (id, each) => seenStats.push([id, each]) });
  expect(seenStats).toEqual([
    ['q', stats(1)],
    ['q', stats(2)],
  ]);
  expect(seen[0]?.headers['x-trino-time-zone']).toBe('UTC');
});
