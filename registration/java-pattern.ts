import { compilePattern } from '../core/linear-pattern.js';

/**
 * Whether the text can be a regular expression of java.util.regex. None is wrongly refused: it is refused only where
 * neither JavaScript takes it, once what Java alone has (possessive quantifiers, atomic groups, flags, quotes) is replaced,
 * nor RE2.
 */
export function isJavaPattern(pattern: string): boolean {
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

function isOfJavaScript(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}
