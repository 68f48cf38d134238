import type { ChecksumAlgorithm } from './checksums.js';

interface Polynomial {
  /** Bit-reversed. */
  readonly value: bigint;
  readonly bits: number;
}

/** Source: Amazon S3 user guide, 'Checking object integrity in Amazon S3'; RFC 3720; NVM Express NVM Command Set Specification. */
const polynomials: Partial<Record<ChecksumAlgorithm, Polynomial>> = {
  crc32: { value: 0xedb88320n, bits: 32 },
  crc32c: { value: 0x82f63b78n, bits: 32 },
  crc64nvme: { value: 0x9a6c9329ac4bc9b5n, bits: 64 },
};

/** Whether the checksum of a whole can be computed from those of its parts. */
export function canBeCombined(algorithm: ChecksumAlgorithm): boolean {
  return algorithm in polynomials;
}

/** The checksum of the concatenated parts, in base64. */
export function combineChecksums(
  algorithm: ChecksumAlgorithm,
  parts: readonly { readonly value: string; readonly bytes: number }[],
): string {
  const polynomial = polynomials[algorithm];
  if (polynomial === undefined) throw new Error(`checksums of ${algorithm} cannot be combined`);
  let whole = 0n;
  for (const { value, bytes } of parts) {
    const part = BigInt(`0x${Buffer.from(value, 'base64').toString('hex')}`);
    whole = times(whole, powerOfX(8n * BigInt(bytes), polynomial), polynomial) ^ part;
  }
  return Buffer.from(whole.toString(16).padStart(polynomial.bits / 4, '0'), 'hex').toString('base64');
}

/** A CRC is a polynomial over GF(2), modulo another; in front of n bytes of content it counts x^(8n) times as much. */
function powerOfX(exponent: bigint, polynomial: Polynomial): bigint {
  let result = 1n << BigInt(polynomial.bits - 1);
  let square = 1n << BigInt(polynomial.bits - 2);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = times(result, square, polynomial);
    square = times(square, square, polynomial);
  }
  return result;
}

/** The highest bit is the coefficient of x^0. */
function times(left: bigint, right: bigint, { value, bits }: Polynomial): bigint {
  let product = 0n;
  let shifted = right;
  for (let bit = 1n << BigInt(bits - 1); bit > 0n; bit >>= 1n) {
    if ((left & bit) !== 0n) product ^= shifted;
    shifted = (shifted & 1n) === 1n ? (shifted >> 1n) ^ value : shifted >> 1n;
  }
  return product;
}
