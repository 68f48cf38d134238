import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { md5InEtag, runningChecksum, wholeObjectChecksum } from '../../../migration/copy/stream/checksums.js';
import type { ChecksumAlgorithm } from '../../../migration/copy/stream/checksums.js';
import { combineChecksums } from '../../../migration/copy/stream/combine-checksums.js';

async function checksumOf(algorithm: ChecksumAlgorithm, content: Uint8Array): Promise<string> {
  const running = runningChecksum(algorithm);
  running.update(content.subarray(0, 3));
  running.update(content.subarray(3));
  return running.digest();
}

// Source: the check values of the catalogue of parametrised CRC algorithms, and RFC 1321, 3174, 6234.
test.each([
  ['crc32', 'cbf43926'],
  ['crc32c', 'e3069283'],
  ['crc64nvme', 'ae8b14860a799888'],
  ['sha1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['sha256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ['md5', '25f9e794323b453885f5181f1b624d0b'],
] as const)("%s of '123456789' is the published one", async (algorithm, hex) => {
  const value = await checksumOf(algorithm, Buffer.from('123456789'));
  expect(Buffer.from(value, 'base64').toString('hex')).toBe(hex);
});

test.each(['crc32', 'crc32c', 'crc64nvme'] as const)(
  'the %s of parts add up to that of the whole',
  async (algorithm) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), async (contents) => {
        const parts = await Promise.all(
          contents.map(async (content) => ({ value: await checksumOf(algorithm, content), bytes: content.length })),
        );
        expect(combineChecksums(algorithm, parts)).toBe(await checksumOf(algorithm, Buffer.concat(contents)));
      }),
    );
  },
);

test('parts of sizes beyond 32 bits are combined in no time', () => {
  const parts = Array.from({ length: 10_000 }, () => ({ value: 'AAAAAA==', bytes: 5 * 1024 ** 3 }));
  expect(combineChecksums('crc32', parts)).toMatch(/==$/);
});

describe('a checksum of the source counts', () => {
  test.each([
    ['over the whole content', { 'x-amz-checksum-crc32': 'y/Q5Jg==', 'x-amz-checksum-type': 'FULL_OBJECT' }, 'crc32'],
    ['before S3 named the type', { 'x-amz-checksum-sha256': 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=' }, 'sha256'],
    [
      'over checksums of parts: not',
      { 'x-amz-checksum-crc32': 'y/Q5Jg==', 'x-amz-checksum-type': 'COMPOSITE' },
      undefined,
    ],
    [
      'with a number of parts: not',
      { 'x-amz-checksum-sha256': 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=-3' },
      undefined,
    ],
    ['none', {}, undefined],
  ])('%s', (_, headers, algorithm) => {
    expect(wholeObjectChecksum(headers)?.algorithm).toBe(algorithm);
  });
});

describe('an ETag is an MD5', () => {
  const etag = '"25f9e794323b453885f5181f1b624d0b"';
  test.each([
    ['of an object written at once', { etag }, true],
    ['of one with SSE-S3', { etag, 'x-amz-server-side-encryption': 'AES256' }, true],
    ['of parts: not', { etag: '"25f9e794323b453885f5181f1b624d0b-2"' }, false],
    ['of one with SSE-KMS: not', { etag, 'x-amz-server-side-encryption': 'aws:kms' }, false],
    ['of one with SSE-C: not', { etag, 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }, false],
  ])('%s', (_, headers, isMd5) => {
    expect(md5InEtag(headers) !== undefined).toBe(isMd5);
  });
});
