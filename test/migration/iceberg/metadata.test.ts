import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { MalformedFile } from '../../../migration/iceberg/malformed-file.js';
import { replaceTexts } from '../../../migration/iceberg/metadata/json-leaves.js';
import { placeKind } from '../../../migration/iceberg/metadata/metadata-paths.js';
import { metadataText, parseMetadata } from '../../../migration/iceberg/metadata/table-metadata.js';

test('in any JSON document, replaced texts change nothing else', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2, '\t'), (value, indent) => {
      const json = JSON.stringify({ value }, null, indent);
      const longer = (text: string) => `${text}!`;
      const changed = JSON.stringify(
        { value },
        (_key, inner: unknown) => (typeof inner === 'string' ? longer(inner) : inner),
        indent,
      );
      expect(replaceTexts(json, ({ text }) => longer(text))).toBe(changed);
      expect(replaceTexts(json, () => undefined)).toBe(json);
    }),
  );
});

test('numbers, escapes, the order of members and members with equal names stay', () => {
  const json = '{"2":9223372036854775807,"1":1.0E+2,"__proto__":"\\u0041\\/","a":"x","a":"x"}\n';
  expect(replaceTexts(json, ({ path, text }) => (path[0] === 'a' ? 'y"' : text))).toBe(
    json.replaceAll('"x"', '"y\\""'),
  );
});

test('ids of 64 bits are exact', () => {
  const text =
    '{"format-version":2,"location":"s3://b/t","current-snapshot-id":9223372036854775807,"snapshots":[{"snapshot-id":9223372036854775806,"manifest-list":"l"},{"snapshot-id":1,"manifests":["m"],"key-id":"k"}]}';
  expect(parseMetadata(text)).toMatchObject({
    currentSnapshotId: '9223372036854775807',
    snapshots: [
      { id: '9223372036854775806', manifestList: 'l', manifests: [], keyId: null },
      { id: '1', manifestList: null, manifests: ['m'], keyId: 'k' },
    ],
  });
});

test.each([-1, null, undefined])('a current snapshot of %p is none', (id) => {
  const text = JSON.stringify({ 'format-version': 1, location: 'x', 'current-snapshot-id': id });
  expect(parseMetadata(text).currentSnapshotId).toBeNull();
});

test('the types of the columns that are read, nested ones too', () => {
  const nested = {
    type: 'struct',
    fields: [
      { name: 'l', type: { type: 'list', element: 'long' } },
      {
        name: 'm',
        type: { type: 'map', key: 'string', value: { type: 'struct', fields: [{ name: 'x', type: 'timestamp_ns' }] } },
      },
    ],
  };
  const types = (document: object) =>
    [...parseMetadata(JSON.stringify({ 'format-version': 3, location: 'x', ...document })).currentTypes].sort();
  const schemas = [
    { 'schema-id': 0, fields: [{ name: 'old', type: 'variant' }] },
    { 'schema-id': 1, ...nested },
  ];
  expect(types({ 'current-schema-id': 1, schemas })).toEqual([
    'list',
    'long',
    'map',
    'string',
    'struct',
    'timestamp_ns',
  ]);
  expect(types({ schema: { type: 'struct', fields: [{ name: 'a', type: 'int' }] } })).toEqual(['int', 'struct']);
});

describe('a metadata file may be compressed', () => {
  test('with gzip', () => {
    expect(metadataText(gzipSync('{}'))).toEqual({ text: '{}', isGzip: true });
    expect(metadataText(Buffer.from('{}'))).toEqual({ text: '{}', isGzip: false });
  });

  test.each([
    ['cut', gzipSync('{"a":1}').subarray(0, 15), 'is not a complete gzip file'],
    ['not UTF-8', Buffer.from([0x7b, 0xff]), 'holds text that is not UTF-8'],
  ])('%s', (_, content, message) => {
    expect(() => metadataText(content)).toThrow(MalformedFile);
    expect(() => metadataText(content)).toThrow(message);
  });
});

test.each(['', '{', '[]', 'null', '{"format-version":2}', '{"location":"x"}', '{"format-version":"2","location":"x"}'])(
  '%j is not a metadata file',
  (text) => {
    expect(() => parseMetadata(text)).toThrow(MalformedFile);
  },
);

test.each([
  [['location'], 'path'],
  [['snapshots', 3, 'manifest-list'], 'path'],
  [['snapshots', 0, 'manifests', 7], 'path'],
  [['statistics', 0, 'statistics-path'], 'path'],
  [['partition-statistics', 0, 'statistics-path'], 'path'],
  [['properties', 'write.data.path'], 'path'],
  [['metadata-log', 0, 'metadata-file'], 'log'],
  [['properties', 'location'], 'property'],
  [['schemas', 0, 'fields', 0, 'doc'], 'text'],
  [['snapshots', 0, 'summary', 'manifest-list'], 'text'],
  [['x', 'location'], 'text'],
])('%j is a %s', (path, kind) => {
  expect(placeKind(path)).toBe(kind);
});
