import { isUtf8 } from 'node:buffer';

/**
 * Keys are bytes; nearly all are UTF-8. Bytes that are not (old clients, other encodings) stand in a key's text as one
 * unpaired surrogate each, U+DC80 to U+DCFF, as in Python's `surrogateescape`: nothing is lost, two keys never look the
 * same, and whoever cannot name such a key sees that it is not well-formed.
 */
export function keyOfBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  let key = '';
  for (let at = 0; at < bytes.length;) {
    const length = validLength(bytes, at);
    key += length === 0 ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0)) : bytes.toString('utf8', at, at + length);
    at += Math.max(1, length);
  }
  return key;
}

/** The inverse of `keyOfBytes`. */
export function bytesOfKey(key: string): Buffer {
  if (key.isWellFormed()) return Buffer.from(key);
  const parts = key.split(/([\udc80-\udcff])/u);
  return Buffer.concat(
    parts.map((part) => (isEscape(part) ? Buffer.from([part.charCodeAt(0) - 0xdc00]) : Buffer.from(part))),
  );
}

/** A key as listings and inventories encode it: Amazon writes a blank as '+', others as '%20'; a '+' itself is '%2B' everywhere. */
export function keyOfUrl(encoded: string): string {
  const text = encoded.replaceAll('+', ' ');
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // Bytes that are not UTF-8.
    const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    return keyOfBytes(Buffer.from(bytes, 'latin1'));
  }
}

function isEscape(part: string): boolean {
  const code = part.length === 1 ? part.charCodeAt(0) : 0;
  return code >= 0xdc80 && code <= 0xdcff;
}

/** Bytes of the character of UTF-8 that begins here; 0 where none does. */
function validLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1)
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  return 0;
}
