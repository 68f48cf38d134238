import { compareKeys, isBefore, nextCharacter } from './key-order.js';
import type { KeyRange } from './key-order.js';

/**
 * Divides what is left of a range behind a page, so that several can list it at once. Keys mostly count up (dates, numbers,
 * hexadecimal digits), and what the page's keys have in common will change soon: raising the last common digit gives a
 * key that lies a page or so ahead, raising the digit before it one that lies ten times as far, and so on. A part that
 * turns out to be empty costs one request.
 *
 * @param first first key of the page
 * @param last last key of the page, behind which the rest begins
 * @param parts as many as this, at most
 */
export function splitRest(first: string, last: string, to: string | null, parts: number): readonly KeyRange[] {
  const bounds = boundsAhead(first, last, to)
    .slice(0, Math.max(0, parts - 1))
    .sort(compareKeys);
  const starts = [last, ...bounds];
  return starts.map((from, index) => ({ from, to: starts[index + 1] ?? to }));
}

/** From the back to the front. Letters are raised only where there are no digits: they seldom change from key to key. */
function boundsAhead(first: string, last: string, to: string | null): readonly string[] {
  const shared = commonLength(first, last);
  const digits: string[] = [];
  const letters: string[] = [];
  // Without anything in common, the first character itself is what counts up.
  for (let at = Math.max(0, shared - 1); at >= 0; at -= 1) {
    const character = last[at] ?? '';
    const group = /[0-9]/.test(character) ? digits : /[A-Za-z]/.test(character) ? letters : undefined;
    const bound = last.slice(0, at) + (nextCharacter(character) ?? '');
    if (group !== undefined && isBefore(bound, to)) group.push(bound);
  }
  return digits.length > 0 ? digits : letters;
}

function commonLength(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}
