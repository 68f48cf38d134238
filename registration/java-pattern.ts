import { compilePattern } from '../core/linear-pattern.js';

/**
 * Whether the text can be a regular expression of java.util.regex. None is wrongly refused: it is refused only where
 * Java's syntax forbids it for sure, or where neither JavaScript takes it, once what Java alone has (possessive
 * quantifiers, atomic groups, flags, quotes) is replaced, nor RE2.
 */
export function isJavaPattern(pattern: string): boolean {
  if (isForbidden(pattern)) return false;
  const plain = pattern
    .replace(/([*+?}])\+/g, '$1')
    .replace(/\(\?>/g, '(?:')
    .replace(/\(\?[a-zA-Z-]+:/g, '(?:')
    .replace(/\(\?[a-zA-Z-]+\)/g, '');
  return (
    isOfJavaScript(plain) ||
    isOfJavaScript(plain.replace(/\\Q.*?(?:\\E|$)/gs, 'q')) ||
    compilePattern(pattern) !== undefined
  );
}

/** The escapes that a backslash may begin. Source: Java 24, java.util.regex.Pattern, as the next ones. */
const escape =
  /\\(?:Q.*?(?:\\E|$)|x(?:[0-9A-Fa-f]{2}|\{[0-9A-Fa-f]+\})|u[0-9A-Fa-f]{4}|0[0-7]|c.|[pP](?:\{[^}]+\}|[LMNZCPS])|N\{[^}]+\}|k<[^>]+>|[1-9ABDGHRSVWXZabdefhnrstvwz]|[^A-Za-z0-9])/sy;
const notInClass = /^\\[1-9ABGRXZbkz]/;
const repetition = /\{\d+(?:,\d*)?\}/y;
const group = /\(\?(?:[:=!>]|<[=!]|<[A-Za-z][A-Za-z0-9]*>|[dimsuxU]*(?:-[dimsuxU]*)?[:)])/y;

const properties: ReadonlySet<string> = new Set([
  ...['L', 'Lu', 'Ll', 'Lt', 'Lm', 'Lo', 'LC', 'LD', 'L1', 'M', 'Mn', 'Me', 'Mc', 'N', 'Nd', 'Nl', 'No'],
  ...['Z', 'Zs', 'Zl', 'Zp', 'C', 'Cn', 'Cc', 'Cf', 'Co', 'Cs', 'P', 'Pd', 'Ps', 'Pe', 'Pc', 'Po', 'Pi', 'Pf'],
  ...['S', 'Sm', 'Sc', 'Sk', 'So', 'all', 'ASCII', 'Alnum', 'Alpha', 'Blank', 'Cntrl', 'Digit', 'Graph', 'Lower'],
  ...['Print', 'Punct', 'Space', 'Upper', 'XDigit'],
]);

/** Blocks, scripts and methods of Character have too many names to list. */
function isProperty(name: string): boolean {
  return properties.has(name) || /^(In|Is|java)|=/.test(name);
}

/** Whether its escapes, classes, groups or repetitions are none of Java's. */
function isForbidden(pattern: string): boolean {
  // Comments may hold anything.
  if (/\(\?[a-zA-Z]*x/.test(pattern)) return false;
  let [at, classes, isFirst] = [0, 0, false];
  const skip = (part: RegExp): string | undefined => {
    part.lastIndex = at;
    const match = part.exec(pattern);
    at = match === null ? at : part.lastIndex;
    return match?.[0];
  };
  while (at < pattern.length) {
    const character = pattern.charAt(at);
    if (character === '\\') {
      const text = skip(escape);
      if (text === undefined || (classes > 0 && notInClass.test(text))) return true;
      const property = /^\\[pP]\{([^}]+)\}/.exec(text)?.[1];
      if (property !== undefined && !isProperty(property)) return true;
      isFirst = false;
    } else if (character === '[') {
      classes += 1;
      at += pattern.charAt(at + 1) === '^' ? 2 : 1;
      isFirst = true;
    } else if (classes > 0) {
      // The first character of a class is text.
      if (character === ']' && !isFirst) classes -= 1;
      isFirst = false;
      at += 1;
    } else if (character === '{' || pattern.startsWith('(?', at)) {
      if (skip(character === '{' ? repetition : group) === undefined) return true;
    } else {
      at += 1;
    }
  }
  return classes > 0;
}

function isOfJavaScript(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}
