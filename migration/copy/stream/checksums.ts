import { Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Checksums that S3 keeps, in the order in which they are preferred: those that Node computes itself come first. */
const algorithms = ['crc32', 'sha256', 'sha1', 'crc32c', 'crc64nvme'] as const;
export type ChecksumAlgorithm = (typeof algorithms)[number] | 'md5';

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64. */
  readonly value: string;
}

export interface RunningChecksum {
  update(chunk: Uint8Array): void;
  /** Base64. */
  digest(): Promise<string>;
}

/**
 * The checksum over the object's whole content that the store names; a checksum of checksums of parts is none.
 * Source: Amazon S3 user guide, 'Checking object integrity in Amazon S3'.
 */
export function wholeObjectChecksum(headers: Readonly<Record<string, string>>): Checksum | undefined {
  if (headers['x-amz-checksum-type'] === 'COMPOSITE') return undefined;
  for (const algorithm of algorithms) {
    const value = headers[`x-amz-checksum-${algorithm}`];
    if (value !== undefined && /^[A-Za-z0-9+/]+={0,2}$/.test(value)) return { algorithm, value };
  }
  return undefined;
}

/**
 * The MD5 that an ETag may be: of an object that was written by one request, and is not encrypted with a key of the
 * customer or of KMS. Elsewhere an ETag of the same form is something else.
 */
export function md5InEtag(headers: Readonly<Record<string, string>>): Checksum | undefined {
  const hex = /^"?([0-9a-f]{32})"?$/.exec(headers['etag'] ?? '')?.[1];
  const encryption = headers['x-amz-server-side-encryption'] ?? 'AES256';
  const ownKey = headers['x-amz-server-side-encryption-customer-algorithm'];
  if (hex === undefined || encryption !== 'AES256' || ownKey !== undefined) return undefined;
  return { algorithm: 'md5', value: Buffer.from(hex, 'hex').toString('base64') };
}

/** The checksum that S3 states for a whole object; `comparesMd5` if nothing else protects it on its way. */
export function announcedChecksum(
  headers: Readonly<Record<string, string>>,
  comparesMd5: boolean,
): Checksum | undefined {
  return wholeObjectChecksum(headers) ?? (comparesMd5 ? md5InEtag(headers) : undefined);
}

/** For people; `undefined` if the content is what the source says, or the source says nothing. */
export function checksumDamage(announced: Checksum | undefined, own: Checksum | undefined): string | undefined {
  if (announced === undefined || announced.value === own?.value) return undefined;
  return `The content has the ${announced.algorithm} ${own?.value ?? ''}, but the source says ${announced.value}.`;
}

export function runningChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  if (algorithm === 'crc32') return runningCrc32();
  if (algorithm === 'crc32c' || algorithm === 'crc64nvme') {
    const state = algorithm === 'crc32c' ? new Crc32c() : new Crc64Nvme();
    return {
      update: (chunk) => {
        state.update(chunk);
      },
      digest: async () => Buffer.from(await state.digest()).toString('base64'),
    };
  }
  const hash = createHash(algorithm);
  return {
    update: (chunk) => {
      hash.update(chunk);
    },
    digest: () => Promise.resolve(hash.digest('base64')),
  };
}

function runningCrc32(): RunningChecksum {
  let value = 0;
  return {
    update: (chunk) => {
      value = crc32(chunk, value);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return Promise.resolve(bytes.toString('base64'));
    },
  };
}
