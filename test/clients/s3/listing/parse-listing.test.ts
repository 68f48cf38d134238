import { expect, test } from '@jest/globals';
import { parseListing } from '../../../../clients/s3/listing/parse-listing.js';

const answer = (inner: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>acme-raw</Name><Prefix></Prefix>${inner}</ListBucketResult>`;
const content = (key: string): string =>
  `<Contents><Key>${key}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;0123&quot;</ETag><Size>5</Size><Owner><ID>x</ID><DisplayName>y</DisplayName></Owner><StorageClass>GLACIER</StorageClass></Contents>`;

test('an object has what the answer says', () => {
  const xml = answer(`<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>${content('a')}`);
  expect(parseListing(xml, 'acme-raw')).toEqual({
    objects: [
      {
        bucket: 'acme-raw',
        key: 'a',
        versionId: null,
        etag: '0123',
        size: 5,
        lastModified: '2026-01-02T03:04:05.000Z',
        storageClass: 'GLACIER',
      },
    ],
    oldVersions: [],
    next: null,
  });
});

test.each([
  ['a+b', 'a b'],
  ['a%20b', 'a b'],
  ['a%2Bb', 'a+b'],
  ['100%25', '100%'],
  ['a%252Fb', 'a%2Fb'],
  ['%0A%0D%09%01', '\n\r\t\x01'],
  ['caf%C3%A9/%F0%9F%98%80', 'café/😀'],
  ['caf%E9', 'caf\udce9'],
  ['//a/../.', '//a/../.'],
  ['%3CKey%3E%26amp%3B', '<Key>&amp;'],
])('the encoded key %s is %j', (encoded, key) => {
  const xml = answer(`<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>${content(encoded)}`);
  expect(parseListing(xml, 'b')?.objects.map((object) => object.key)).toEqual([key]);
});

test('a store that does not encode keys is read as it writes', () => {
  const xml = answer(`<IsTruncated>false</IsTruncated>${content('a+b%20&amp;amp;&#xE9;&#10;')}`);
  expect(parseListing(xml, 'b')?.objects.map(({ key }) => key)).toEqual(['a+b%20&amp;é\n']);
});

test('of versions the current ones count, and delete markers are no objects', () => {
  const version = (key: string, id: string, latest: boolean): string =>
    `<Version><Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>${latest}</IsLatest><ETag>"e"</ETag><Size>1</Size></Version>`;
  const marker = (key: string, latest: boolean): string =>
    `<DeleteMarker><Key>${key}</Key><VersionId>d</VersionId><IsLatest>${latest}</IsLatest></DeleteMarker>`;
  const xml = answer(
    `<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextKeyMarker>c%2Bc</NextKeyMarker><NextVersionIdMarker>v9</NextVersionIdMarker>` +
      [version('a', 'v2', true), version('a', 'v1', false), marker('b', true), version('b', 'v3', false)].join('') +
      [version('c%2Bc', 'null', true), marker('c%2Bc', false)].join(''),
  );
  const { objects, oldVersions, next } = parseListing(xml, 'b') ?? {};
  expect(objects?.map(({ key, versionId }) => [key, versionId])).toEqual([
    ['a', 'v2'],
    ['c+c', 'null'],
  ]);
  expect(oldVersions).toEqual([
    { key: 'a', kind: 'noncurrent', isLatest: false, size: 1 },
    { key: 'b', kind: 'delete-marker', isLatest: true, size: 0 },
    { key: 'b', kind: 'noncurrent', isLatest: false, size: 1 },
    { key: 'c+c', kind: 'delete-marker', isLatest: false, size: 0 },
  ]);
  expect(next).toEqual({ 'key-marker': 'c+c', 'version-id-marker': 'v9' });
});

test.each([
  ['whether it goes on', ''],
  ['from where it goes on', '<IsTruncated>true</IsTruncated>'],
])('an answer that does not say %s is not a listing', (_, inner) => {
  expect(parseListing(answer(inner), 'b')).toBeUndefined();
  // Nor does an object say it for the listing.
  expect(parseListing(answer(`${inner}${content('<IsTruncated>false</IsTruncated>')}`), 'b')).toBeUndefined();
});
