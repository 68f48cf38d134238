import { bytesOfKey } from './key-bytes.js';

/** Compares keys as S3 sorts them: by the bytes of their UTF-8, which JavaScript's order of UTF-16 is not. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  if (!a.isWellFormed() || !b.isWellFormed()) return Buffer.compare(bytesOfKey(a), bytesOfKey(b));
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at === shorter ? a.length - b.length : rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
}

/** Surrogates stand for characters beyond U+FFFF, and so come after all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Keys from one up to, without it, another: `null` means to the end of the bucket. */
export interface KeyRange {
  readonly from: string;
  readonly to: string | null;
}

export const allKeys: KeyRange = { from: '', to: null };

/** All keys that begin with this text. */
export function rangeOfPrefix(prefix: string): KeyRange {
  return { from: prefix, to: afterPrefix(prefix) };
}

export function isInRange(key: string, { from, to }: KeyRange): boolean {
  return compareKeys(key, from) >= 0 && isBefore(key, to);
}

export function isBefore(key: string, end: string | null): boolean {
  return end === null || compareKeys(key, end) < 0;
}

/** What is left of ranges that do not overlap and ascend; so is the result. */
export function withoutRange(ranges: readonly KeyRange[], { from, to }: KeyRange): readonly KeyRange[] {
  return ranges.flatMap((range) => {
    const isApart = !isBefore(range.from, to) || !isBefore(from, range.to);
    if (isApart) return [range];
    const before = { from: range.from, to: from };
    const behind = to === null ? [] : [{ from: to, to: range.to }];
    return [...(isEmpty(before) ? [] : [before]), ...behind.filter((rest) => !isEmpty(rest))];
  });
}

function isEmpty({ from, to }: KeyRange): boolean {
  return !isBefore(from, to);
}

/** The smallest key behind this one. */
export function behindKey(key: string): string {
  return `${key}\0`;
}

/** The smallest text behind all keys that begin with the prefix; `null` where there is none. */
function afterPrefix(prefix: string): string | null {
  const characters = Array.from(prefix);
  for (;;) {
    const last = characters.pop();
    if (last === undefined) return null;
    const next = nextCharacter(last);
    if (next !== null) return characters.join('') + next;
  }
}

/** `null` for the last one. */
export function nextCharacter(character: string): string | null {
  const code = (character.codePointAt(0) ?? 0) + 1;
  if (code > lastCodePoint) return null;
  return String.fromCodePoint(code === firstSurrogate ? afterSurrogates : code);
}

/**
 * A text before the key and behind nearly all keys before it: a listing that starts after it misses none from the key
 * on, and has to drop few.
 */
export function shortlyBefore(key: string): string {
  const characters = Array.from(key);
  const last = characters.pop();
  if (last === undefined) return '';
  const code = last.codePointAt(0) ?? 0;
  if (code === 0) return characters.join('');
  const previous = String.fromCodePoint(code === afterSurrogates ? firstSurrogate - 1 : code - 1);
  const before = characters.join('') + previous;
  return Buffer.byteLength(before + lastOrdinary) > maxKeyBytes ? before : before + lastOrdinary;
}

/** The common prefix of all keys in the range, as far as its ends determine it. */
export function prefixOfRange({ from, to }: KeyRange): string {
  if (to === null) return '';
  const [start, end] = [Array.from(from), Array.from(to)];
  let at = 0;
  while (at < start.length && start[at] === end[at]) at += 1;
  const first = start[at];
  const endsBehindFirst = first !== undefined && end.length === at + 1 && nextCharacter(first) === end[at];
  return start.slice(0, endsBehindFirst ? at + 1 : at).join('');
}

const firstSurrogate = 0xd800;
const afterSurrogates = 0xe000;
const lastCodePoint = 0x10ffff;
/** Stores refuse a longer one, also as the place where a listing starts. */
const maxKeyBytes = 1024;
/** The two code points behind it are not characters, and a store may refuse them. */
const lastOrdinary = '\u{10fffd}';
