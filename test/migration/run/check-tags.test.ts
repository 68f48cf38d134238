import { afterEach, expect, test } from '@jest/globals';
import { s3Client } from '../../../clients/s3/index.js';
import { bucketLister } from '../../../clients/s3/listing/index.js';
import { s3Transfer } from '../../../clients/s3/transfer/index.js';
import { checkTags } from '../../../migration/run/index.js';
import { listen } from '../../support/http-server.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const listed = `<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a/b</Key>
<LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>"e"</ETag><Size>1</Size></Contents></ListBucketResult>`;
const versions = `<ListVersionsResult><IsTruncated>false</IsTruncated><Version><Key>a/b</Key><VersionId>v1</VersionId>
<IsLatest>true</IsLatest><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>"e"</ETag><Size>1</Size></Version></ListVersionsResult>`;
const empty = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';

test('buckets whose tags may not be read are warned of, with the permission that is missing', async () => {
  const server = await listen(({ url: asked = '' }, response) => {
    const { pathname, searchParams } = new URL(asked, 'http://store');
    const [, bucket = ''] = pathname.split('/');
    const keepsVersions = bucket === 'versioned';
    if (searchParams.has('versioning'))
      response.end(
        `<VersioningConfiguration>${keepsVersions ? '<Status>Enabled</Status>' : ''}</VersioningConfiguration>`,
      );
    else if (searchParams.has('tagging') && bucket !== 'open')
      response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
    else if (searchParams.has('tagging')) response.end('<Tagging><TagSet/></Tagging>');
    else response.end(bucket === 'empty' ? empty : keepsVersions ? versions : listed);
  });
  const target = { endpoint: server.url, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  const [client, transfer] = [s3Client(target), s3Transfer(target, { connections: 2 })];
  closing.push(
    () => {
      client.destroy();
    },
    () => transfer.close(),
    () => server.stop(),
  );
  const ports = { client, lister: bucketLister(transfer) };
  const warnings = await checkTags(['open', 'empty', 'hidden', 'versioned'], ports, new AbortController().signal);
  expect(warnings).toMatchObject(
    [
      { code: 'source-tags-denied', severity: 'warning', path: 's3://hidden', fix: /^Allow s3:GetObjectTagging on/ },
      {
        code: 'source-tags-denied',
        severity: 'warning',
        path: 's3://versioned',
        fix: /^Allow s3:GetObjectVersionTagging on/,
      },
    ].map(({ fix, ...rest }) => ({ ...rest, fix: expect.stringMatching(fix) })),
  );
});
