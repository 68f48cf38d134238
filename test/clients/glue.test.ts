import { expect, test } from '@jest/globals';
import { glueTables, mayAnswerLater } from '../../clients/glue/index.js';
import { listen } from '../support/http-server.js';

/** What is told of a table by a server that answers each request so. */
async function asked(status: number, body: string) {
  const requests: string[] = [];
  const server = await listen((request, response) => {
    requests.push(String(request.headers['x-amz-target']));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
  });
  const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
  const glue = glueTables({ endpoint: server.url, region: 'eu-central-1', credentials });
  const answer = await glue.metadataOf({ database: 'sales', table: 'lake' }, new AbortController().signal);
  glue.close();
  await server.stop();
  return { answer, requests };
}

test('the current metadata file of an Iceberg table is what Glue says', async () => {
  const metadata_location = 's3://raw/lake/metadata/2.metadata.json';
  const { answer, requests } = await asked(200, JSON.stringify({ Table: { Parameters: { metadata_location } } }));
  expect([answer, requests]).toEqual([{ ok: true, value: metadata_location }, ['AWSGlue.GetTable']]);
});

const error = (type: string): string => JSON.stringify({ __type: type, message: 'No.' });

test.each([
  ['a table that is gone', 400, error('EntityNotFoundException'), 'source-table-gone'],
  [
    'a table that is not Iceberg now',
    200,
    JSON.stringify({ Table: { Name: 'lake' } }),
    'source-table-without-metadata',
  ],
  ['who may not ask', 400, error('AccessDeniedException'), 'source-catalog-refused'],
  ['another store than Amazon S3', 403, '<Error><Code>AccessDenied</Code></Error>', 'source-catalog-refused'],
  ['a web page', 200, '<html></html>', 'source-catalog-refused'],
])('%s is told, and not asked again', async (_name, status, body, code) => {
  const { answer, requests } = await asked(status, body);
  expect([answer, requests.length]).toMatchObject([{ ok: false, error: [{ code }] }, 1]);
  expect(answer.ok || mayAnswerLater(answer.error)).toBe(false);
});

test('a Glue that is down may answer later', async () => {
  const { answer } = await asked(500, error('InternalServiceException'));
  expect(answer.ok || mayAnswerLater(answer.error)).toBe(true);
}, 60_000);
