import { describe, expect, test } from '@jest/globals';
import { s3Signer, signedHeaders } from '../../clients/s3/transfer/signing.js';
import { sha256OfNothing } from '../../clients/s3/transfer/sha256.js';
import {
  signatureIn,
  signedChunks,
  signedChunksLength,
  signedChunksPayload,
} from '../../clients/s3/transfer/signed-chunks.js';

// Source: Amazon S3 API reference, 'Signature calculations for the Authorization header', both parts.
const signer = s3Signer({
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  region: 'us-east-1',
});
const signingDate = new Date('2013-05-24T00:00:00Z');
const host = 'examplebucket.s3.amazonaws.com';

describe("Amazon's examples are signed as Amazon signs them", () => {
  test.each([
    {
      name: 'a part of an object',
      path: '/test.txt',
      query: {},
      more: { range: 'bytes=0-9' },
      signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    },
    {
      name: 'a parameter without a value',
      path: '/',
      query: { lifecycle: '' },
      more: {},
      signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    },
    {
      name: 'parameters',
      path: '/',
      query: { prefix: 'J', 'max-keys': '2' },
      more: {},
      signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    },
  ])('$name', async ({ path, query, more, signature }) => {
    const headers = { host, 'x-amz-content-sha256': sha256OfNothing, ...more };
    const signed = await signedHeaders(signer, { method: 'GET', path, query, headers }, signingDate);
    expect(signatureIn(signed['authorization'] ?? '')).toBe(signature);
  });

  test('content in chunks', async () => {
    const length = 65 * 1024;
    const chunkBytes = 64 * 1024;
    const headers = {
      host: 's3.amazonaws.com',
      'content-encoding': 'aws-chunked',
      'content-length': String(signedChunksLength(length, chunkBytes)),
      'x-amz-content-sha256': signedChunksPayload,
      'x-amz-decoded-content-length': String(length),
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    };
    const request = { method: 'PUT', path: '/examplebucket/chunkObject.txt', query: {}, headers };
    const seed = signatureIn((await signedHeaders(signer, request, signingDate))['authorization'] ?? '');
    expect(seed).toBe('4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9');

    const framed = await framedText(length, seed, chunkBytes);
    expect(framed.length).toBe(66_824);
    expect([...framed.matchAll(/([0-9a-f]+);chunk-signature=([0-9a-f]+)\r\n/g)].map(([, ...found]) => found)).toEqual([
      ['10000', 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'],
      ['400', '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'],
      ['0', 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'],
    ]);
  });
});

test.each([0, 1, 8191, 8192, 8193, 100_000])(
  'the announced length of %d bytes in chunks is the one that is sent',
  async (length) => {
    expect((await framedText(length, 'f'.repeat(64), 8192)).length).toBe(signedChunksLength(length, 8192));
  },
);

/** Of 'a's that come in uneven pieces. */
async function framedText(length: number, seed: string, chunkBytes: number): Promise<string> {
  const pieces = async function* () {
    for (let rest = length; rest > 0; rest -= 3001)
      yield await Promise.resolve(Buffer.alloc(Math.min(rest, 3001), 'a'));
  };
  const framed: Uint8Array[] = [];
  for await (const chunk of signedChunks(pieces(), { signer, signingDate, seed }, chunkBytes)) framed.push(chunk);
  return Buffer.concat(framed).toString('latin1');
}
